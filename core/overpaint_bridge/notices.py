"""What went wrong, by the picture it is about, until a person has closed it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from .language import gettext
from .runs import PanelRun
from .trouble import Trouble

__all__ = ["Notice", "Notices"]


@dataclass(frozen=True, eq=False)
class Notice:
    """One trouble, and whose it is.

    Attributes:
        trouble: what went wrong.
        run: what failed; None where it was not a run.
        about: the picture, where there is no run; "" = no picture in particular.
    """

    trouble: Trouble
    run: PanelRun | None = None
    about: str = ""

    @property
    def document(self) -> str:
        """The picture it is about; one that was opened again has another name than before."""
        return self.run.document if self.run is not None else self.about

    def said(self, there: Container[str]) -> Trouble:
        """What to show; of a closed picture it says so.

        Args:
            there: the pictures that are open.
        """
        if not self.document or self.document in there:
            return self.trouble
        closed = gettext("It was about a picture that is closed now.")
        return replace(self.trouble, what=f"{self.trouble.what} {closed}".strip())


class Notices:
    """One a picture, the newest, and one about none: whoever looks at a picture sees its own.

    What nobody has seen before its picture was closed is told over whichever is in front then.
    """

    def __init__(self) -> None:
        self._notices: list[Notice] = []
        self._seen: set[Notice] = set()
        self._heard: set[PanelRun] = set()

    def hear(self, runs: Iterable[PanelRun], *, elsewhere: bool = False) -> None:
        """Note every run that has failed, once.

        Args:
            runs: all there are.
            elsewhere: they are told of in another way; nothing is noted of them.
        """
        for run in runs:
            if run.trouble is not None and run not in self._heard:
                self._heard.add(run)
                if not elsewhere:
                    self._add(Notice(run.trouble, run))

    def tell(self, trouble: Trouble, document: str = "") -> Notice:
        """Note what went wrong with a picture; "" = with none in particular."""
        notice = Notice(trouble, about=document)
        self._add(notice)
        return notice

    def dismiss(self, notice: Notice | None) -> None:
        """Forget one that a person has closed."""
        self._notices = [each for each in self._notices if each is not notice]

    def shown(self, document: str, there: Container[str]) -> Notice | None:
        """The one to show over a picture: its own, one about none, or a closed picture's.

        Args:
            document: the picture in front; "" where there is none.
            there: the pictures that are open.
        """
        self._notices = [
            each
            for each in self._notices
            if not each.document or each.document in there or each not in self._seen
        ]
        mine = [each for each in self._notices if document and each.document == document]
        general = [each for each in self._notices if not each.document]
        lost = [each for each in self._notices if each.document and each.document not in there]
        newest = [*lost, *general, *mine][-1:]
        self._seen.update(mine[-1:])
        return newest[0] if newest else None

    def _add(self, notice: Notice) -> None:
        others = [each for each in self._notices if each.document != notice.document]
        self._notices = [*others, notice]
