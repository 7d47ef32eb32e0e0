"""The prediction server as an ASGI app: the same on a port and inside a process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from overpaint.driving import AsyncTransport
from overpaint_bridge import __version__

from .access import RequireKey
from .description import PICTURE, PROBLEMS
from .dispatch import Dispatch
from .engines.base import Engine
from .inputs import Inputs
from .limits import LimitBody
from .outward import Outward
from .problem import Problem, answer_nobody, answer_with, answer_with_fields, answer_with_status
from .published import FILL
from .routes import files, models, predictions, webhooks
from .runs import Runs
from .settings import ServerSettings
from .state import ServerState, Shared
from .uploads import Uploads
from .webhooks import Webhooks, new_secret

__all__ = ["create_app", "embedded_app"]

SWEEP_SECONDS = 60.0
# It lives as long as an editor does, and its one caller has what it was shown.
EMBEDDED_SHOWN = 32 * 2**20
PREFIXES = ("/v1", "/replicate/v1")


def create_app(
    settings: ServerSettings, engine: Engine, *, transport: AsyncTransport | None = None
) -> FastAPI:
    """Make a server.

    Args:
        settings: its limits and key.
        engine: what paints.
        transport: makes its calls to the network, for inputs given as URLs and for webhooks;
            None = it makes none. It is closed with the server.
    """
    app = FastAPI(
        title="Overpaint prediction server",
        version=__version__,
        description="The prediction API (`POST …/predictions`), answered by an engine of its own."
        " All below `/v1` is below `/replicate/v1` too.",
        # Their pages load scripts from a host of the open network; /openapi.json needs nobody.
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(settings, engine, transport),
    )
    for prefix in PREFIXES:
        # The same below both; described once.
        api = APIRouter(prefix=prefix, include_in_schema=prefix == PREFIXES[0], responses=PROBLEMS)
        api.include_router(predictions.router)
        api.include_router(models.router)
        api.include_router(files.router)
        api.include_router(webhooks.router)
        api.add_api_route("", _about, include_in_schema=False)
        api.add_api_route("/", _about, name="about")
        api.add_api_route(
            "/predictions/{prediction_id}/outputs/{index}.png",
            predictions.output,
            response_class=Response,
            responses=PICTURE,
            tags=["predictions"],
        )
        app.include_router(api)
    app.add_api_route("/health-check", _health, tags=["server"])
    app.add_exception_handler(Problem, answer_with)
    app.add_exception_handler(RequestValidationError, answer_with_fields)
    app.add_exception_handler(HTTPException, answer_with_status)
    app.add_exception_handler(ClientDisconnect, answer_nobody)
    app.add_middleware(LimitBody, largest=settings.largest_body, largest_file=settings.largest_file)
    app.add_middleware(RequireKey, token=settings.token, hosts=settings.hosts)
    return app


def embedded_app() -> FastAPI:
    """The server inside a process: the engine that needs no key, answers as data URIs."""
    from .engines import engine_named

    settings = ServerSettings(inline_outputs=True, jobs=2, keep_shown_bytes=EMBEDDED_SHOWN)
    return create_app(settings, engine_named("patchmatch"))


def _lifespan(
    settings: ServerSettings, engine: Engine, transport: AsyncTransport | None
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    """Build a server's parts on its own event loop, and stop its work when it ends."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runs, uploads = Runs(settings), Uploads(settings)
        outward = Outward(settings, transport) if transport else None
        secret = settings.webhook_secret or new_secret()
        calls = Webhooks(settings, outward, secret)
        inputs = Inputs(settings, uploads, outward)
        dispatch = Dispatch(settings, engine, runs, inputs, calls.follow)
        app.state.server = ServerState(settings, engine, runs, uploads, dispatch, secret)
        # From the last to the first, each of them though another's end is broken off.
        async with contextlib.AsyncExitStack() as closing:
            if outward:
                closing.push_async_callback(outward.close)
            closing.push_async_callback(calls.close)
            closing.push_async_callback(dispatch.close)
            closing.callback(asyncio.create_task(_sweep(runs, uploads)).cancel)
            yield

    return lifespan


async def _sweep(runs: Runs, uploads: Uploads) -> None:
    """Let go of what has expired, though nobody asks for it."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        runs.tidy()
        uploads.tidy()


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
