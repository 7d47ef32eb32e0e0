"""One job's page in the journal, written by the process that is at it."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from overpaint.calls import Interrupted
from overpaint.errors import (
    APIError,
    JournalError,
    NotCreatedError,
    NotFoundError,
    NotSentError,
    OutputError,
    OverpaintError,
    PredictionCanceledError,
    PredictionError,
    RateLimitedError,
    ServerError,
    UnexpectedAnswerError,
)
from overpaint.predictions import Prediction

from . import keeping
from .database import as_journal_error
from .rows import SETTLED, UNFINISHED, Row, State

if TYPE_CHECKING:
    from .journal import Journal

__all__ = ["Entry"]

log = logging.getLogger(__name__)


class Entry:
    """Where one job's course is written down.

    After a create nothing that the journal can't do stops the job: what was paid for is then
    still handed to whoever waits for it.

    Attributes:
        id: the job's name in the journal; "" where nothing is written down.
        was_created: the endpoint has begun it, so it may cost something.
        is_taken_up: another process began it.
        is_free: it costs nothing: the engine inside paints it.
        was_refused: the endpoint has created nothing, for sure.
    """

    def __init__(
        self,
        journal: Journal | None = None,
        job_id: str = "",
        *,
        free: bool = False,
        state: State = State.INTENT,
        taken_up: bool = False,
    ) -> None:
        self.id = job_id
        self._journal = journal
        self.is_free = free
        self._state = state
        self.is_taken_up = taken_up
        self.was_created = state is not State.INTENT
        self.was_refused = False

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self._kept_by.folder_of(self.id)

    def rival(self) -> Row | None:
        """The job of another living process that is at the same, where this one would cost.

        Raises:
            JournalError: the journal can't be read.
        """
        return None if self._journal is None or self.is_free else self._journal.rival(self.id)

    def created(self, prediction: Prediction) -> None:
        """The endpoint has given it a name."""
        self.was_created = True
        self._reach(State.CREATED, prediction=prediction.id)

    def outputs(
        self, prediction: Prediction, answers: Sequence[bytes], seeds: Sequence[int] = ()
    ) -> None:
        """Put every answer on disk, and only then say that they are there."""
        if self._journal is None:
            return
        try:
            with as_journal_error(self.folder):
                digests = keeping.keep_answers(
                    self.folder, prediction, answers, durable=not self.is_free
                )
                size = keeping.size_of(self.folder)
        except JournalError as error:
            log.warning("%s", error)
            return
        self._reach(
            State.OUTPUTS,
            prediction=prediction.id,
            answers=json.dumps(digests),
            bytes=size,
            seeds=json.dumps(list(seeds)),
        )

    def shown(self) -> None:
        """An editor has it; its files stay until the person has decided about it."""
        self._reach(State.SHOWN)

    def delivered(self, *taken_to: str) -> None:
        """Somebody has it: its files go.

        Args:
            taken_to: the files it was put into, or the editor, where that is not who began it.
        """
        self._settle(State.DELIVERED, taken_to=json.dumps(taken_to))

    def canceled(self) -> None:
        """Nobody wants it any more."""
        self._settle(State.CANCELED)

    def stopped(self, stop: BaseException) -> None:
        """It ended before its result: for good, or so that it can be taken up again."""
        if isinstance(stop, Interrupted) and stop.left is not None:
            if stop.left and self.is_unfinished:
                self._reach(State.CREATED, prediction=stop.left)
            self.let_go()
        elif isinstance(stop, PredictionCanceledError | Interrupted):
            self.was_refused = not self.was_created and not getattr(stop, "__notes__", ())
            self.canceled()
        elif not isinstance(stop, OverpaintError):
            # A listener's own fault, or a flow that was dropped: what runs there may be had yet.
            self.let_go()
        elif self._is_final(stop):
            # Of one that is not known to be created, only such an answer is final.
            self.was_refused = not self.was_created
            self._settle(State.FAILED, stop)
        else:
            self.let_go(stop)

    def unusable(self, error: OverpaintError) -> None:
        """What came can't be laid out; it was paid for, so its files stay for a while."""
        self._reach(State.FAILED, error=error, owner=None)

    def let_go(self, error: OverpaintError | None = None) -> None:
        """Leave it to whoever takes it up next."""
        self._reach(self._state, error=error, owner=None)

    def _is_final(self, error: OverpaintError) -> bool:
        """Whether nothing more can come of it after this error."""
        if self.is_free:
            return True
        if isinstance(error, PredictionError):
            return error.prediction.is_terminal
        if self.is_taken_up:
            # It was asked about, not created: no refusal says that there is nothing. A 404 may
            # be another account's key, or a gateway without a list.
            unreadable = isinstance(error, OutputError) and self.was_created
            return unreadable or isinstance(error, NotCreatedError)
        # Not what is written down: the disk may have refused that it was created.
        if isinstance(error, NotSentError | RateLimitedError):
            return not self.was_created
        if not self.was_created:
            # Of these nobody knows whether they created something.
            lost = isinstance(error, ServerError | UnexpectedAnswerError)
            return isinstance(error, APIError) and not lost
        return isinstance(error, NotFoundError | OutputError)

    def _settle(
        self, state: State, error: OverpaintError | None = None, **values: str | int | None
    ) -> None:
        if self._journal is None:
            return
        if self._reach(state, error=error, owner=None, bytes=0, **values):
            keeping.remove(self.folder)

    def _reach(
        self, state: State, *, error: OverpaintError | None = None, **values: str | int | None
    ) -> bool:
        """Write a state down; False where the disk refused."""
        if self._journal is None:
            return False
        if error is not None:
            values |= {"error": error.code, "message": str(error)}
        try:
            # A free job's way through its states is lost with the process that goes it.
            durable = not self.is_free and state is not State.SHOWN
            self._journal.change(self.id, state, values, durable=durable)
        except JournalError as refused:
            log.warning("%s", refused)
            return False
        self._state = state
        return True

    @property
    def _kept_by(self) -> Journal:
        if self._journal is None:
            raise AssertionError("unreachable: what is not written down has no folder")
        return self._journal

    @property
    def is_unfinished(self) -> bool:
        """True while its answers are still to come."""
        return self._state in UNFINISHED

    @property
    def is_settled(self) -> bool:
        """True when nothing more is to be had from it."""
        return self._state in SETTLED
