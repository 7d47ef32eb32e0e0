"""From an endpoint's refusal, in any of the shapes on record, to one of our errors."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import (
    APIError,
    AuthenticationError,
    NotFoundError,
    OutOfCreditError,
    RateLimitedError,
    RefusedInputError,
    ServerError,
    TooLargeError,
    UnexpectedAnswerError,
)
from .predictions import InvalidField

if TYPE_CHECKING:
    from .calls import Answer

__all__ = ["Problem", "error_from", "read_problem", "retry_after"]

LONGEST_DETAIL = 600
REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-oneapi-request-id", "cf-ray")
# new-api and its kin put the id into the sentence.
REQUEST_ID_IN_TEXT = re.compile(r"\(?request[ _]id:?\s*([\w.-]+)\)?", re.IGNORECASE)
# One-api's kin answer 403 where Replicate answers 402.
OUT_OF_CREDIT = re.compile(
    r"insufficient[ _](user[ _])?(quota|credit|balance|funds)|out of credit|not enough (credit"
    r"|quota|balance|funds)|quota|balance|billing|payment required|spend limit",
    re.IGNORECASE,
)
# OpenAI's kin answer 429 to an empty account as well; waiting does not fill it.
EMPTY_ACCOUNT = re.compile(
    r"insufficient[ _](user[ _])?(quota|credit|balance|funds)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error answer says, whatever its shape."""

    title: str = ""
    detail: str = ""
    code: str = ""
    request_id: str | None = None
    invalid_fields: tuple[InvalidField, ...] = field(default=())
    retry_after: float | None = None


def read_problem(answer: Answer) -> Problem:
    """Read Replicate's, Cog's, the gateways' and bare bodies alike; never fails."""
    try:
        body = answer.json()
    except ValueError:
        body = _plain_text(answer)
    problem = _from_body(body)
    text = f"{problem.title} {problem.detail}"
    in_text = REQUEST_ID_IN_TEXT.search(text)
    request_id = problem.request_id or next(
        (answer.headers[name] for name in REQUEST_ID_HEADERS if answer.headers.get(name)),
        in_text.group(1) if in_text else None,
    )
    return Problem(
        title=problem.title,
        detail=REQUEST_ID_IN_TEXT.sub("", problem.detail).strip()[:LONGEST_DETAIL],
        code=problem.code,
        request_id=request_id,
        invalid_fields=problem.invalid_fields,
        retry_after=retry_after(answer, body),
    )


def retry_after(answer: Answer, body: object = None) -> float | None:
    """Seconds to wait: the header as number or date, else the body's field; None if neither."""
    header = answer.headers.get("retry-after", "").strip()
    if header:
        try:
            return max(0.0, float(header))
        except ValueError:
            try:
                date = email.utils.parsedate_to_datetime(header)
                return max(0.0, date.timestamp() - time.time())
            except (ValueError, OverflowError):
                return None
    if isinstance(body, Mapping):
        seconds = body.get("retry_after")
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            return max(0.0, float(seconds))
    return None


def error_from(answer: Answer, *, doing: str) -> APIError:
    """Make the error for an answer that is not a success.

    Args:
        answer: what came back.
        doing: what was tried, to follow “The endpoint refused to …”: “create the prediction”.
    """
    problem = read_problem(answer)
    kind, hint = _kind(answer.status, problem)
    said = problem.detail or problem.title or "it gives no reason"
    if 300 <= answer.status < 400 and answer.headers.get("location"):
        said = f"it redirects to {answer.headers['location']:.200}"
    fields = "; ".join(
        f"{item.field}: {item.description}" for item in problem.invalid_fields if item.field
    )
    if fields and fields not in said:
        said = f"{said.rstrip('. ')} ({fields})"
    return kind(
        f"The endpoint would not {doing} (HTTP {answer.status}): {said.strip().rstrip('.')}.",
        hint=hint,
        request_id=problem.request_id,
        status=answer.status,
        title=problem.title,
        detail=problem.detail,
        invalid_fields=problem.invalid_fields,
        retry_after=problem.retry_after,
    )


def _kind(status: int, problem: Problem) -> tuple[type[APIError], str]:
    """Choose the error and what to do next."""
    text = f"{problem.code} {problem.title} {problem.detail}"
    if (
        status == 402
        or (status == 403 and OUT_OF_CREDIT.search(text))
        or (status == 429 and EMPTY_ACCOUNT.search(text))
    ):
        return OutOfCreditError, "Add credit to the account behind the key, or choose another."
    if status == 401:
        return AuthenticationError, (
            "Check the key: `overpaint key set ENDPOINT`, or OVERPAINT_API_TOKEN."
        )
    if status == 403:
        return AuthenticationError, "The key may not do this; ask for another, or another version."
    if status == 413:
        return TooLargeError, "Select a smaller area, or ask for less context."
    if status == 404:
        return NotFoundError, (
            "Check the endpoint's base URL and the version; a finished prediction may have expired."
        )
    if status == 429:
        wait = problem.retry_after
        return RateLimitedError, (
            f"Try again in {wait:.0f} s." if wait else "Try again in a little while."
        )
    if status == 409:
        return RateLimitedError, "The model is busy with another run; try again when it is done."
    if status in (400, 405, 406, 415, 422):
        return RefusedInputError, "Change what it names, or choose another version."
    if 300 <= status < 400:
        return UnexpectedAnswerError, "It redirects: set the base URL to where it points."
    if status == 503:
        return ServerError, (
            "It may be overloaded, or be a gateway without this model: try again, or check it."
        )
    if status >= 500:
        return ServerError, "The fault is on its side: try again later, and quote the request id."
    return UnexpectedAnswerError, "Check that the base URL is one of a prediction API."


def _plain_text(answer: Answer) -> str:
    """The body as text, HTML reduced to its title; "" for binary rubbish."""
    try:
        text = answer.body[:20_000].decode()
    except UnicodeDecodeError:
        return ""
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        return f"a web page titled “{' '.join(title.group(1).split())}”"
    if re.search(r"<(html|body|!doctype)", text, re.IGNORECASE):
        return "a web page"
    return " ".join(text.split())


def _from_body(body: Any) -> Problem:  # noqa: ANN401  any JSON may come
    """Pick the sentence out of whatever was sent."""
    if isinstance(body, str):
        return Problem(detail=body)
    if not isinstance(body, Mapping):
        return Problem()
    detail = body.get("detail")
    if isinstance(detail, list):
        return _from_locations(detail)
    inner = body.get("error")
    if isinstance(inner, Mapping):
        return Problem(
            title=_text(inner.get("type") or inner.get("error_type")),
            detail=_text(inner.get("message")),
            code=_text(inner.get("code")),
            request_id=_text(body.get("request_id")) or None,
        )
    fields = body.get("invalid_fields")
    return Problem(
        title=_text(body.get("title") or body.get("type")),
        detail=_text(detail or inner or body.get("description") or body.get("message")),
        code=_text(body.get("code")),
        request_id=_text(body.get("request_id")) or None,
        invalid_fields=_fields(fields) if isinstance(fields, list) else (),
    )


def _from_locations(items: list[Any]) -> Problem:
    """Cog's and FastAPI's list of {loc, msg, type}."""
    fields = tuple(
        InvalidField(
            field=".".join(str(part) for part in item.get("loc") or () if part != "body"),
            type=_text(item.get("type")),
            description=_text(item.get("msg")),
        )
        for item in items
        if isinstance(item, Mapping)
    )
    return Problem(title="Input validation failed", invalid_fields=fields)


def _fields(items: list[Any]) -> tuple[InvalidField, ...]:
    """Replicate's list of {type, field, description}."""
    return tuple(
        InvalidField(
            field=_text(item.get("field")),
            type=_text(item.get("type")),
            description=_text(item.get("description")),
        )
        for item in items
        if isinstance(item, Mapping)
    )


def _text(value: object) -> str:
    """A string for a person; "" for what is none."""
    return "" if value is None or isinstance(value, dict | list) else " ".join(str(value).split())
