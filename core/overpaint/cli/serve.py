"""`overpaint serve`: the built-in engine, as a prediction server."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from overpaint.errors import InputError

from .options import AsJson, Quiet
from .report import Report

__all__ = ["serve"]

TOKEN = "OVERPAINT_SERVER_TOKEN"  # noqa: S105  the variable's name
WEBHOOK_SECRET = "OVERPAINT_WEBHOOK_SECRET"  # noqa: S105  likewise
Host = Annotated[str, typer.Option(help="Past 127.0.0.1 only with a key in " + TOKEN + ".")]
Mirror = Annotated[
    list[str] | None,
    typer.Option(
        "--mirror",
        metavar="URL=FOLDER",
        help="Read inputs whose address begins with URL from FOLDER: for machines off-line.",
    ),
]
Reach = Annotated[
    list[str] | None,
    typer.Option(
        "--reach",
        metavar="HOST",
        help="A host that inputs and webhooks may reach though its address is private.",
    ),
]


def serve(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8460,
    engine: Annotated[str, typer.Option(help="patchmatch or diffusers.")] = "patchmatch",
    model: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The diffusers engine's weights.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Predictions at once.")] = 2,
    queue: Annotated[int, typer.Option(min=1, max=100_000, help="Predictions that wait.")] = 256,
    keep: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="Predictions remembered after their end.")
    ] = 10_000,
    inline_outputs: Annotated[
        bool, typer.Option("--inline-outputs", help="Outputs as data URIs instead of addresses.")
    ] = False,
    mirror: Mirror = None,
    reach: Reach = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Serve the prediction API on a port, until Ctrl-C.

    Says a line on stderr as each prediction ends: its id, the engine, how it ended, the seconds.

    Example: overpaint serve --port 8460
    """
    from overpaint.endpoints import Endpoint
    from overpaint.server.serve import run
    from overpaint.server.settings import ServerSettings
    from overpaint.transport import open_async

    report = Report(as_json, quiet)
    settings = ServerSettings(
        token=os.environ.get(TOKEN, "").strip() or None,
        jobs=jobs,
        queue=queue,
        keep_predictions=keep,
        inline_outputs=inline_outputs,
        mirrors=dict(_mirror(text) for text in mirror or []),
        reachable_hosts=frozenset(name.casefold() for name in reach or []),
        webhook_secret=os.environ.get(WEBHOOK_SECRET, "").strip() or None,
    )
    outside = open_async(Endpoint("outside", "http://outside.invalid"))
    with contextlib.suppress(KeyboardInterrupt):  # the way to end it
        run(
            settings,
            host=host,
            port=port,
            engine=engine,
            model=model,
            transport=outside,
            on_ready=lambda address: _tell(report, address, engine),
        )
    report.tell("Stopped.")


def _tell(report: Report, address: str, engine: str) -> None:
    """Say where it listens, and from now on what becomes of each prediction."""
    bases = [f"{address}/v1", f"{address}/replicate/v1"]
    report.tell(
        f"Overpaint serves predictions at {bases[0]} (and {bases[1]}).",
        f"Its description is {address}/openapi.json. Ctrl-C ends it.",
    )
    report.result({"address": address, "base_urls": bases, "engine": engine})
    sys.stdout.flush()
    if not report.quiet:
        logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
        logging.getLogger("overpaint.server.dispatch").setLevel(logging.INFO)


def _mirror(text: str) -> tuple[str, Path]:
    """Read URL=FOLDER."""
    url, equals, folder = text.rpartition("=")
    if not equals or not url.startswith(("http://", "https://")):
        raise InputError(f"“{text}” is not URL=FOLDER.", field="mirror")
    if not Path(folder).is_dir():
        raise InputError(f"There is no folder {folder}.", field="mirror")
    return url, Path(folder)
