"""The prediction server as an ASGI app: the same on a port and inside a process."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError

from overpaint_bridge import __version__

from .access import RequireKey
from .dispatch import Dispatch
from .engines.base import Engine
from .inputs import Fetch, Inputs
from .limits import LimitBody
from .problem import Problem, answer_with, answer_with_fields
from .published import FILL
from .routes import files, models, predictions
from .runs import Runs
from .settings import ServerSettings
from .state import ServerState, Shared
from .uploads import Uploads

__all__ = ["create_app", "embedded_app"]

PREFIXES = ("/v1", "/replicate/v1")


def create_app(settings: ServerSettings, engine: Engine, *, fetch: Fetch | None = None) -> FastAPI:
    """Make a server.

    Args:
        settings: its limits and key.
        engine: what paints.
        fetch: reads a public address for inputs given as URLs; None = such inputs are refused.
    """
    app = FastAPI(
        title="Overpaint prediction server",
        version=__version__,
        description="The prediction API (`POST …/predictions`), answered by an engine of its own.",
        lifespan=_lifespan(settings, engine, fetch),
    )
    for prefix in PREFIXES:
        api = APIRouter(prefix=prefix)
        api.include_router(predictions.router)
        api.include_router(models.router)
        api.include_router(files.router)
        api.add_api_route("", _about, include_in_schema=False)
        api.add_api_route("/", _about, name="about")
        api.add_api_route(
            "/predictions/{prediction_id}/outputs/{index}.png",
            predictions.output,
            tags=["predictions"],
        )
        app.include_router(api)
    app.add_api_route("/health-check", _health, tags=["server"])
    app.add_exception_handler(Problem, answer_with)
    app.add_exception_handler(RequestValidationError, answer_with_fields)
    app.add_middleware(LimitBody, largest=settings.largest_body, largest_file=settings.largest_file)
    app.add_middleware(RequireKey, token=settings.token)
    return app


def embedded_app() -> FastAPI:
    """The server inside a process: the engine that needs no key, answers as data URIs."""
    from .engines import engine_named

    return create_app(ServerSettings(inline_outputs=True, jobs=2), engine_named("patchmatch"))


def _lifespan(
    settings: ServerSettings, engine: Engine, fetch: Fetch | None
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    """Build a server's parts on its own event loop, and stop its work when it ends."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runs, uploads = Runs(settings), Uploads(settings)
        dispatch = Dispatch(settings, engine, runs, Inputs(settings, uploads, fetch))
        app.state.server = ServerState(settings, engine, runs, uploads, dispatch)
        try:
            yield
        finally:
            await dispatch.close()

    return lifespan


async def _about(server: Shared) -> dict[str, Any]:
    """What this server is: our client asks once, and knows what to send."""
    return {
        "name": "overpaint",
        "version": __version__,
        "default_version": FILL.model,
        "engine": server.engine.name,
        "reads": sorted(server.engine.reads),
    }


async def _health(server: Shared) -> dict[str, Any]:
    """Whether it is ready, in Cog's words."""
    waiting = server.runs.waiting
    return {"status": "BUSY" if waiting else "READY", "waiting": waiting}
