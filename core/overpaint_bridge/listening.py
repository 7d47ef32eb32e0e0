"""What a panel makes of what the worker says about its runs."""

from __future__ import annotations

from collections.abc import Callable

from .canvas import Canvas
from .connection import Connection
from .errors import CanvasGone, NoRoomError, ProtocolError
from .gallery import Gallery
from .pixels import Block, Pixels
from .protocol import Message
from .recipe import Recipe
from .reports import Accepted, Canceled, Done, Failed, Needs, Output, Progress, Refused, Sent
from .runs import PanelResult, PanelRun, SentView
from .session import Session
from .trouble import trouble

__all__ = ["Listener"]


class Listener:
    """Keeps a gallery's runs up to date."""

    def __init__(self, gallery: Gallery, is_free: Callable[[str], bool]) -> None:
        """Hear of no run yet.

        Args:
            gallery: whose runs they are.
            is_free: whether the engine inside paints for an endpoint's name.
        """
        self._gallery = gallery
        self._is_free = is_free
        self._runs: dict[str, PanelRun] = {}
        self._canvases: dict[str, Canvas] = {}

    def expect(self, job: str, run: PanelRun, canvas: Canvas | None = None) -> None:
        """Note a run's job, and the picture that is read when the worker wants to see it."""
        run.job, run.stage = job, "waiting"
        self._runs[job] = run
        if canvas is not None:
            self._canvases[job] = canvas

    def drop(self) -> None:
        """No more is heard of any run."""
        self._runs.clear()
        self._canvases.clear()

    def hear(self, connection: Connection, message: Message) -> bool:
        """Act on one message about a run; False where it is about none.

        Raises:
            WorkerGoneError: the worker ended before it could be answered.
        """
        run = self._runs.get(getattr(message, "job", ""))
        session = connection.session
        if run is None or session is None:
            return False
        if isinstance(message, Needs):
            self._read(session, run, message)
        elif isinstance(message, Output):
            self._keep(session, run, message)
        elif isinstance(message, Sent):
            run.sent = _seen(session, message)
        elif isinstance(message, Accepted):
            run.state = "running"
            run.id = message.id or run.id
        elif isinstance(message, Progress):
            if run.stage != "canceling":
                run.stage, run.fraction = message.stage, message.fraction
        else:
            self._end(session, run, message)
        return True

    def _read(self, session: Session, run: PanelRun, needs: Needs) -> None:
        """Read the canvas for a job; whatever happens, the run does not hang."""
        canvas = self._canvases.get(needs.job)
        if run.is_over or canvas is None:
            session.cancel(needs.job)
            return
        try:
            image, mask = canvas.read(needs.x, needs.y, needs.width, needs.height)
            if mask is not None and 0 not in mask.data and self._is_free(run.settings.endpoint):
                session.cancel(needs.job)
                run.end("failed", trouble(Failed(needs.job, "nothing_left", "")))
                return
            session.send_pixels(needs.job, image, mask)
        except (CanvasGone, NoRoomError, ProtocolError) as error:
            session.cancel(needs.job)
            run.end("failed", trouble(error))
        except BaseException:
            session.cancel(needs.job)
            run.end("failed", trouble(Failed(needs.job, "internal", "The picture was not read.")))
            raise

    def _keep(self, session: Session, run: PanelRun, output: Output) -> None:
        """Copy a result out of the mapped file."""
        try:
            recipe = Recipe.from_json(output.recipe)
        except ValueError:
            recipe = Recipe(run.settings.request())
        result = PanelResult(
            run,
            output.index,
            session.pixels(output.pixels),
            session.pixels(output.mask),
            output.x,
            output.y,
            (output.canvas_width, output.canvas_height),
            (output.offset_x, output.offset_y),
            output.seed,
            output.seam,
            recipe,
        )
        run.results.append(result)
        gallery = self._gallery
        in_front = gallery.document in ("", run.document)
        if in_front and (gallery.current is None or gallery.current.run is not run):
            gallery.select(result)

    def _end(self, session: Session, run: PanelRun, message: Message) -> None:
        """The last that is heard of a run."""
        if run.is_over:
            pass
        elif isinstance(message, Done):
            run.ignored, run.cost = message.ignored, message.cost
            run.end("done")
        elif isinstance(message, Canceled):
            run.charged = message.charged
            run.end("canceled")
        elif isinstance(message, (Failed, Refused)):
            run.end("failed", trouble(message))
        session.release(run.job)
        self._runs.pop(run.job, None)
        self._canvases.pop(run.job, None)


def _seen(session: Session, sent: Sent) -> SentView:
    def copied(block: Block | None) -> Pixels | None:
        return None if block is None else session.pixels(block)

    return SentView(
        sent.endpoint,
        sent.address,
        sent.x,
        sent.y,
        sent.width,
        sent.height,
        sent.sent_width,
        sent.sent_height,
        copied(sent.image),
        copied(sent.mask),
        sent.version,
        sent.input,
    )
