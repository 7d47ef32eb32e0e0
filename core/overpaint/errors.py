"""Every error Overpaint raises.

    OverpaintError
    ├── InputError                 refused before anything was sent; names the field
    │   └── ImageError             a picture or mask that can't be read or doesn't fit
    ├── ConfigurationError         no such endpoint, no key, a settings file that doesn't read
    ├── JournalError               the journal could not be read or written; nothing was sent
    ├── RecoveryError              what came of a run that was begun earlier can't be told
    │   └── NotCreatedError        it can: the endpoint never began it, and charged nothing
    ├── OutputError                the result could not be written, or was not a picture
    ├── TransportError             no answer came
    │   ├── NotSentError           the request never left: nothing was created
    │   └── AnswerTimeoutError     it left, and no answer came in time
    ├── APIError                   an answer that says no: status, title, detail, invalid_fields
    │   ├── AuthenticationError    401, or 403 for a key that may not
    │   ├── OutOfCreditError       402, and the gateways' 403
    │   ├── NotFoundError          404
    │   ├── TooLargeError          413
    │   ├── RefusedInputError      400 or 422: the endpoint names what it would not take
    │   ├── RateLimitedError       429, or a busy model's 409: retry_after
    │   ├── ServerError            5xx
    │   └── UnexpectedAnswerError  not an answer of this protocol
    ├── PredictionError            an answer about a prediction that did not succeed; .prediction
    │   ├── PredictionFailedError
    │   ├── PredictionCanceledError
    │   └── PredictionTimeoutError the overall deadline passed; canceled where that was possible
    └── WorkerError                the process behind an editor could not be started or broke off

Each says what happened, and `hint` says what to do next.
`code` is the class's name on the pipe and in `--json`; `exit_code` is the command line's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .predictions import InvalidField, Prediction

__all__ = [
    "APIError",
    "AnswerTimeoutError",
    "AuthenticationError",
    "ConfigurationError",
    "ImageError",
    "InputError",
    "JournalError",
    "NotCreatedError",
    "NotFoundError",
    "NotSentError",
    "OutOfCreditError",
    "OutputError",
    "OverpaintError",
    "PredictionCanceledError",
    "PredictionError",
    "PredictionFailedError",
    "PredictionTimeoutError",
    "RateLimitedError",
    "RecoveryError",
    "RefusedInputError",
    "ServerError",
    "TooLargeError",
    "TransportError",
    "UnexpectedAnswerError",
    "WorkerError",
]


class OverpaintError(Exception):
    """Anything that went wrong, in a sentence for a person.

    Attributes:
        message: what happened, to what.
        hint: what to do next; may be empty.
        request_id: what to quote to the endpoint's operator, if one is known.
    """

    code: ClassVar[str] = "overpaint"
    exit_code: ClassVar[int] = 2

    def __init_subclass__(cls) -> None:
        """Derive `code` from the class's name: `RateLimitedError` is `rate_limited`."""
        name = cls.__name__.removesuffix("Error")
        cls.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()

    def __init__(self, message: str, *, hint: str = "", request_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.request_id = request_id

    def __str__(self) -> str:
        """The message, the hint and the request id, as one line."""
        parts = [self.message, self.hint]
        if self.request_id:
            parts.append(f"(request id: {self.request_id})")
        return " ".join(part for part in parts if part)


class InputError(OverpaintError):
    """What was asked for can't be asked for; nothing was sent.

    Attributes:
        field: the name of the field at fault, or None.
    """

    def __init__(self, message: str, *, hint: str = "", field: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.field = field


class ImageError(InputError):
    """A picture or mask can't be read, or does not fit the other."""


class ConfigurationError(OverpaintError):
    """An endpoint, a key or the settings file is missing or wrong."""


class JournalError(OverpaintError):
    """The journal could not be read or written, or has no such job; nothing was sent."""


class RecoveryError(OverpaintError):
    """What came of a run that another process began can't be told; it is kept as it is."""

    exit_code = 4


class NotCreatedError(RecoveryError):
    """The endpoint's list shows that it never began the run: nothing was charged."""


class OutputError(OverpaintError):
    """A result could not be fetched, read or written."""

    exit_code = 2


class TransportError(OverpaintError):
    """No answer came."""

    exit_code = 5


class NotSentError(TransportError):
    """The request never reached the endpoint, so nothing was created there.

    Attributes:
        lasting: True where trying again can't help: no such host, a false certificate.
    """

    def __init__(self, message: str, *, hint: str = "", lasting: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.lasting = lasting


class AnswerTimeoutError(TransportError):
    """The request was sent and no answer came in time; something may have been created."""


class APIError(OverpaintError):
    """The endpoint answered with an error.

    Attributes:
        status: the HTTP status.
        title: its short name, if one was given (RFC 7807).
        detail: its sentence, if one was given.
        invalid_fields: the inputs it names, if it names any.
        retry_after: seconds to wait before the next try, if it says so.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        request_id: str | None = None,
        status: int = 0,
        title: str = "",
        detail: str = "",
        invalid_fields: Sequence[InvalidField] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, request_id=request_id)
        self.status = status
        self.title = title
        self.detail = detail
        self.invalid_fields = tuple(invalid_fields)
        self.retry_after = retry_after


class AuthenticationError(APIError):
    """The key is missing, unknown, or may not do this."""


class OutOfCreditError(APIError):
    """The account behind the key can't pay for the run."""


class NotFoundError(APIError):
    """The endpoint knows no such prediction, model, file or address."""


class TooLargeError(APIError):
    """The request or a file in it is larger than the endpoint takes."""


class RefusedInputError(APIError):
    """The endpoint would not take the request as it is."""


class RateLimitedError(APIError):
    """Too many requests, or a model that is busy; nothing was created."""


class ServerError(APIError):
    """The endpoint broke while answering."""


class UnexpectedAnswerError(APIError):
    """The answer is not one of this protocol: HTML, nothing, half a JSON, no id."""


class PredictionError(OverpaintError):
    """A prediction was created and ended without a result.

    Attributes:
        prediction: its last known state.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        prediction: Prediction,
        hint: str = "",
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, request_id=request_id or prediction.id)
        self.prediction = prediction


class PredictionFailedError(PredictionError):
    """The model ran and failed."""


class PredictionCanceledError(PredictionError):
    """The prediction was canceled, or aborted before it began."""


class PredictionTimeoutError(PredictionError):
    """The prediction had not ended when its deadline passed."""


class WorkerError(OverpaintError):
    """The worker process could not be started, or ended before its work was done."""
