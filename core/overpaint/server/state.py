"""What every route of one server shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from .dispatch import Dispatch
from .engines.base import Engine
from .runs import Runs
from .settings import ServerSettings
from .uploads import Uploads

__all__ = ["Base", "ServerState", "Shared"]


@dataclass(frozen=True, slots=True)
class ServerState:
    """One server's parts."""

    settings: ServerSettings
    engine: Engine
    runs: Runs
    uploads: Uploads
    dispatch: Dispatch
    webhook_secret: str


def _state(request: Request) -> ServerState:
    return cast("ServerState", request.app.state.server)


def _base(request: Request) -> str:
    """The base URL a call came in by: scheme, host and prefix, without a slash at its end.

    Outputs and `urls` are addresses under it, so that they hold through whatever name the server
    was reached by.
    """
    prefix = "/replicate/v1" if request.url.path.startswith("/replicate/") else "/v1"
    return f"{str(request.base_url).rstrip('/')}{prefix}"


Shared = Annotated[ServerState, Depends(_state)]
Base = Annotated[str, Depends(_base)]
