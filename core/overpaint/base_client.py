"""What both clients know: the endpoint, what is said to it, and where jobs are written down."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from . import job as jobs
from .conversation import Conversation, chosen_endpoint
from .endpoints import Endpoint
from .errors import ConfigurationError, InputError, JournalError, OverpaintError
from .lifecycle import Patience
from .predictions import Prediction
from .request import PaintRequest

if TYPE_CHECKING:
    from .job import Job
    from .journal import Asker, Entry, Journal, Row, Taken
    from .results import Result

__all__ = ["BaseClient", "outpainting", "request_of"]

log = logging.getLogger(__name__)


class BaseClient:
    """What both clients know: the endpoint, and what is said to it."""

    def __init__(
        self,
        base_url: str | Endpoint | None = None,
        *,
        token: str | None = None,
        patience: Patience | None = None,
        journal: Journal | Literal["user"] | None = "user",
    ) -> None:
        """Choose the endpoint; nothing is sent yet.

        Args:
            base_url: everything before `/predictions`, an endpoint's name in the settings, or an
                `Endpoint`; None = the configured one, which is the embedded engine unless another
                was chosen.
            token: the endpoint's key; one that has a name has its own.
            patience: deadlines and pace.
            journal: where jobs are written down, so that a crash loses nothing that was paid for;
                the user's own unless another is given. None = nowhere.

        Raises:
            ConfigurationError: the address can't be one, or the configured endpoint is unknown.
        """
        self.endpoint = chosen_endpoint(base_url, token)
        self._says = Conversation(self.endpoint, patience)
        self._journal = journal

    @property
    def patience(self) -> Patience:
        """Its deadlines and pace."""
        return self._says.patience

    def _begin(self, job: Job, asker: Asker | None = None) -> Entry:
        """Write an intent down; where nothing can be lost, a broken journal stops nothing."""
        from .journal import Entry

        try:
            journal = self._opened()
            if journal is None:
                return Entry()
            return journal.begin(job, self.endpoint, asker)
        except (JournalError, ConfigurationError) as error:
            if not self.endpoint.is_embedded:
                raise
            log.warning("%s Painting goes on without it.", error)
            return Entry()

    def left_over(self, job: Job) -> Taken | None:
        """The same run, where a process that is no more began it here and nobody has its result.

        Raises:
            JournalError: it could not be taken up.
        """
        journal = self._opened()
        row = None if journal is None else journal.find(job, self.endpoint)
        return None if journal is None or row is None else journal.take(row.id)

    def fetched(self, job: Job) -> Row | None:
        """The same run, where it was begun here and somebody else was handed its result.

        Raises:
            JournalError: the journal can't be read.
        """
        journal = self._opened()
        return None if journal is None else journal.fetched(job, self.endpoint)

    def claim(self, row: Row) -> None:
        """Say that who began a run of `fetched` has got its result after all.

        Raises:
            JournalError: it could not be written down.
        """
        journal = self._opened()
        if journal is not None:
            journal.claim(row)

    def _opened(self) -> Journal | None:
        from .journal import open_journal

        return open_journal() if self._journal == "user" else self._journal

    def _finished(
        self, job: Job, prediction: Prediction, answers: Sequence[bytes], entry: Entry
    ) -> Result:
        """Keep what came, and only then make a result of it."""
        if entry.is_unfinished:
            entry.outputs(prediction, answers, jobs.seeds_of(prediction))
        try:
            result = jobs.finish(job, answers, prediction, endpoint=self.endpoint.name)
        except OverpaintError as error:
            entry.unusable(error)
            raise
        return replace(result, job=entry.id)


def request_of(request: PaintRequest | None, fields: Mapping[str, Any]) -> PaintRequest:
    """The request given, changed by the fields given."""
    return PaintRequest.read(fields) if request is None else request.changed(**fields)


def outpainting(request: PaintRequest) -> PaintRequest:
    """Insist on a side to grow by."""
    if not request.is_outpaint:
        raise InputError(
            "No side to grow by was given.",
            hint="Give left, right, up or down in pixels, or outpaint_direction.",
            field="left",
        )
    return request
