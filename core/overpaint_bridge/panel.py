"""A panel without a toolkit: what it knows, and what its buttons do.

Nothing blocks but `wait` and `close`. An editor calls `poll` from an idle timer and shows what has
changed; its canvas is read from there too, on its own thread.
"""

from __future__ import annotations

import collections
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from .canvas import Canvas, CanvasGone
from .connection import Connection
from .desk import Desk
from .errors import BridgeError, ProtocolError
from .first_start import FirstStart
from .gallery import Gallery
from .history import read_history, write_history
from .listening import Listener
from .protocol import Message
from .recipe import Recipe
from .reports import Failed
from .runs import PanelRun
from .runtime import Runtime
from .session import Session
from .settings import SIDES, PanelSettings
from .trouble import Trouble, trouble

__all__ = ["Canvas", "CanvasGone", "Panel"]

# How often `wait` looks.
WAIT_SECONDS = 0.02
# What a canceled run is given to end before `wait` waits no longer.
CANCEL_SECONDS = 30.0
# After this the rest of what was heard waits for the next poll.
STEP_SECONDS = 0.01


class Panel(Gallery):
    """One panel, its worker and its results.

    Attributes:
        settings: what it remembers; an editor sets and stores them.
        desk: endpoints, keys and what was left over.
        history: by document, the recipes the document itself kept.
        trouble: why there is no worker, where there should be one.
        first_start: how the set-up goes on.
    """

    def __init__(
        self,
        *,
        host: str = "",
        host_version: str = "",
        settings: PanelSettings | None = None,
        runtime: Runtime | None = None,
        start: Callable[[], Session] | None = None,
    ) -> None:
        """Make a panel; its worker is started when it is first needed.

        Args:
            host: the editor's name.
            host_version: its version.
            settings: what it remembers.
            runtime: the Python to use; None = find one.
            start: starts a session, instead of the usual way; may block.
        """
        super().__init__()
        self.settings = settings or PanelSettings()
        self.first_start = FirstStart()

        def usual() -> Session:
            found = runtime or self.first_start.setup.runtime()
            return Session(found, host=host, host_version=host_version)

        self._connection = Connection(start or usual)
        self._listener = Listener(self, self.is_free)
        self.desk = Desk(self._connection)
        self.history: dict[str, list[Recipe]] = {}
        self.trouble: Trouble | None = None
        self._begun: list[PanelRun] = []
        self._heard: collections.deque[Message] = collections.deque()
        self._second = 0

    @property
    def active(self) -> list[PanelRun]:
        """The runs that are not over, oldest first."""
        return [run for run in self.runs if not run.is_over]

    def generate(
        self,
        canvas: Canvas,
        settings: PanelSettings | None = None,
        *,
        request: Mapping[str, Any] | None = None,
    ) -> PanelRun:
        """Start a run.

        Args:
            canvas: the picture; its pixels are read from `poll`.
            settings: None = the panel's.
            request: instead of the settings' own, to run a recipe again.
        """
        run = PanelRun(canvas.document, settings or self.settings)
        self.runs.append(run)
        self._begin(run, canvas, request)
        return run

    def preview_sent(self, canvas: Canvas, settings: PanelSettings | None = None) -> PanelRun:
        """Find out what a run would send, without sending it; is not one of `runs`."""
        run = PanelRun(canvas.document, settings or self.settings, kind="preview")
        self._begin(run, canvas, None)
        return run

    def deliver(self, id: str, document: str = "", *, layer_format: str = "") -> PanelRun:  # noqa: A002  the journal's word
        """Fetch a result that no editor ever got.

        Args:
            id: its name in the journal.
            document: the picture it is for; "" = the one in front.
            layer_format: the pixel format it comes in; "" = this editor's, as deep as it was asked
                for.
        """
        run = PanelRun(document or self.document, self.settings, kind="delivery")
        run.id = id
        self.runs.append(run)
        self._note(run)

        def order(session: Session) -> None:
            # One that was canceled before the worker was there stays in the journal.
            if not run.is_over:
                self._listener.expect(session.deliver(id, layer_format=layer_format), run)

        self._connection.tell(order)
        return run

    def recover(self) -> None:
        """Ask which results no editor ever got; they come into `desk.leftovers`."""
        self.desk.recover()

    def test_endpoint(self, name: str) -> None:
        """Ask whether an endpoint answers; what came of it comes into `desk.tested`."""
        self.desk.test_endpoint(name)

    def is_free(self, endpoint: str = "") -> bool:
        """True where a run can't cost anything; "" asks about the default endpoint."""
        return self.desk.is_free(endpoint)

    @property
    def needs_set_up(self) -> bool:
        """True where `set_up` is what to offer: no Python has Overpaint, or setting up failed."""
        code = self.trouble.code if self.trouble is not None else ""
        return code in ("runtime_missing", "setup_failed") and not self.first_start.is_running

    def set_up(self) -> None:
        """Make an environment with Overpaint in it, where none was found."""
        self.first_start.begin()

    def cancel(self, run: PanelRun | None = None) -> None:
        """Stop a run, at its endpoint too; None = the newest that is not over."""
        if run is None:
            run = next(iter(reversed(self.active)), None)
        if run is None or run.is_over or run.stage == "canceling":
            return
        run.stage, run.fraction = "canceling", None
        if run.job:
            job = run.job
            self._connection.tell(lambda session: session.cancel(job))
        else:
            run.charged = "no"
            run.end("canceled")

    def poll(self) -> bool:
        """Hear the worker; True if anything has changed."""
        if self.first_start.poll():
            self._set_up_went_on()
            return True
        began = time.monotonic()
        lost: BridgeError | None = None
        try:
            self._heard.extend(self._connection.poll())
        except BridgeError as error:
            lost = error
        self._settle([run for run in self.runs if run.is_decided])
        changed = bool(self._heard)
        # A poll keeps an editor waiting no longer than a step; but what came before the worker's
        # end is heard to its end.
        while self._heard and (lost or time.monotonic() - began < STEP_SECONDS):
            self._hear(self._heard.popleft())
        if lost is not None:
            self._lost(lost)
            return True
        if self._connection.session is not None:
            self.trouble = None
        return changed or self._ticked()

    def wait(
        self,
        run: PanelRun,
        timeout: float = 3600.0,
        *,
        on_change: Callable[[PanelRun], None] | None = None,
    ) -> PanelRun:
        """Wait for a run's end, for a script or a dialog that stays open.

        Args:
            run: which.
            timeout: seconds after which it is canceled, and given half a minute to end.
            on_change: told of its progress.
        """
        end = time.monotonic() + timeout
        while not run.is_over:
            if self.poll() and on_change is not None:
                on_change(run)
            late = time.monotonic() - end
            if late > CANCEL_SECONDS:
                run.charged = "maybe"
                run.end("canceled")
            elif late > 0 and run.stage != "canceling":
                self.cancel(run)
            time.sleep(WAIT_SECONDS)
        return run

    def history_to_json(self, document: str) -> str:
        """What a document is to keep: the recipes of everything made in it and not discarded."""
        made = [
            result.recipe
            for run in self.runs
            if run.document == document
            for result in run.results
            if result.state != "discarded"
        ]
        return write_history([*self.history.get(document, []), *made])

    def history_from_json(self, document: str, text: str | bytes) -> None:
        """Read what a document kept."""
        self.history[document] = read_history(text)

    def rest(self) -> None:
        """End the worker where nobody waits for anything of it; the next order starts another."""
        self._settle([run for run in self.runs if run.is_decided])
        undecided = any(result.is_open for run in self.runs for result in run.results)
        if not (self.active or undecided or self._heard or self._connection.is_starting):
            self._connection.drop()
            self._listener.drop()

    def close(self, *, wait: bool = True) -> None:
        """End the worker, which cancels what runs.

        Results of a run of which none was taken wait in the journal, for `recover`.

        Args:
            wait: until it has gone, 2 s at most; else it goes by itself.
        """
        for run in self.active:
            run.end("canceled")
        self._settle([run for run in self.runs if run.has_applied or run.is_decided])
        self.first_start.cancel()
        self._connection.close(wait=wait)

    def _begin(self, run: PanelRun, canvas: Canvas, request: Mapping[str, Any] | None) -> None:
        """Send a run, or say at once why it can't be."""
        asked = dict(run.settings.request() if request is None else request)
        grows = any(asked.get(side) for side in SIDES) or "outpaint_direction" in asked
        hole = None if grows else canvas.hole
        if run.mode == "expand" and not grows:
            return run.end("failed", trouble(Failed("", "nothing_to_expand", "")))
        if hole is None and not grows:
            return run.end("failed", trouble(Failed("", "nothing_selected", "")))
        self._note(run)
        extent, layer_format = canvas.extent, canvas.layer_format

        def order(session: Session) -> None:
            if run.is_over:
                return
            try:
                job = session.run(
                    asked,
                    canvas=extent,
                    hole=hole,
                    endpoint=run.settings.endpoint or None,
                    layer_format=layer_format,
                    dry_run=run.kind == "preview",
                    document=run.document,
                )
            except ProtocolError as error:
                # More words than a request holds: this run's fault alone.
                run.end("failed", trouble(Failed("", "input", str(error))))
            else:
                self._listener.expect(job, run, canvas)

        return self._connection.tell(order)

    def _settle(self, runs: Iterable[PanelRun]) -> None:
        """Tell the journal once that nobody will want these again."""
        for run in runs:
            if run.id and not run.is_settled:
                run.is_settled = True
                self._connection.tell(partial(Session.settle, id=run.id))

    def _note(self, run: PanelRun) -> None:
        """Remember who has to hear of the worker's death."""
        self._begun = [other for other in self._begun if not other.is_over] + [run]

    def _hear(self, message: Message) -> None:
        """Act on one message."""
        try:
            if not self._listener.hear(self._connection, message):
                self.desk.hear(message)
        except BridgeError as error:
            self._connection.fail(error)

    def _set_up_went_on(self) -> None:
        """Start the worker as soon as there is a Python for it."""
        if self.first_start.is_ready:
            self.trouble = None
            self.desk.ask_endpoints()
        elif not self.first_start.is_running:
            self.trouble = self.first_start.trouble or self.trouble

    def _lost(self, error: BridgeError) -> None:
        """The worker has ended, or never began: what runs has failed, what came is kept."""
        self.trouble = trouble(error)
        self._connection.drop()
        self._listener.drop()
        for run in self._begun:
            if not run.is_over:
                run.end("failed", self.trouble)

    def _ticked(self) -> bool:
        """True once a second while something runs, for whoever shows the time."""
        second = int(time.monotonic()) if self.active else 0
        ticked, self._second = second != self._second, second
        return ticked
