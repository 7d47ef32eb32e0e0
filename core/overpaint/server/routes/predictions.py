"""Predictions: create, get, list, cancel, and their outputs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from overpaint.encoding import decode_data_uri
from overpaint.errors import OutputError
from overpaint.server.bodies import CreateBody, ModelBody
from overpaint.server.creation import (
    DURATION,
    cancel_after,
    read_body,
    run_from,
    version_of,
    wait_seconds,
    wants_inline,
)
from overpaint.server.description import CREATE_BODY, CREATED, FILE, LISTED, MODEL_BODY, SHOWN
from overpaint.server.pictures import check_pictures
from overpaint.server.problem import not_found
from overpaint.server.runs import Run
from overpaint.server.state import Base, ServerState, Shared
from overpaint.server.views import prediction_view

from .models import model_named

__all__ = ["router"]

router = APIRouter(tags=["predictions"])

PAGE = 100


def _written_out(value: object) -> object:
    """Refuse a bare number: pydantic takes one for seconds since 1970, our description does not."""
    if isinstance(value, str) and value.replace(".", "").lstrip("+-").isdecimal():
        raise ValueError("a time is written as 2026-01-31T12:00:00Z")
    return value


Time = Annotated[datetime, BeforeValidator(_written_out)]
Prefer = Annotated[
    str,
    Header(description="`wait` or `wait=n`, 1 to 60 seconds; `outputs=inline` for data URIs"),
]
CancelAfter = Annotated[
    str,
    Header(
        alias="Cancel-After",
        pattern=DURATION,
        description="30s, 5m, 1h30m45s; at least 5 seconds",
    ),
]


@router.post("/predictions", status_code=201, responses=CREATED, openapi_extra=CREATE_BODY)
async def create(
    request: Request,
    server: Shared,
    base: Base,
    prefer: Prefer = "",
    after: CancelAfter = "",
) -> Response:
    """Create a prediction by version."""
    body = await read_body(request, CreateBody)
    run = run_from(body, server.settings, published=version_of(body))
    return await _create(run, server, base, prefer, after)


@router.post(
    "/models/{owner}/{name}/predictions",
    status_code=201,
    responses=CREATED,
    openapi_extra=MODEL_BODY,
)
async def create_by_model(
    owner: str,
    name: str,
    request: Request,
    server: Shared,
    base: Base,
    prefer: Prefer = "",
    after: CancelAfter = "",
) -> Response:
    """Create a prediction by the model's name."""
    published = model_named(owner, name)
    body = await read_body(request, ModelBody)
    run = run_from(body, server.settings, published=published)
    return await _create(run, server, base, prefer, after)


@router.get("/predictions", responses=LISTED)
async def listing(
    server: Shared,
    base: Base,
    cursor: Annotated[str | None, Query()] = None,
    created_after: Annotated[Time | None, Query()] = None,
    created_before: Annotated[Time | None, Query()] = None,
) -> dict[str, Any]:
    """List predictions, newest first, a hundred a page."""
    since, until = _in_utc(created_after), _in_utc(created_before)
    runs = [
        run
        for run in server.runs
        if (since is None or datetime.fromisoformat(run.created_at) > since)
        and (until is None or datetime.fromisoformat(run.created_at) < until)
    ]
    start = 0
    if cursor:
        places = [place for place, run in enumerate(runs) if run.id == cursor]
        if not places:
            raise not_found("page")
        start = places[0]
    page, rest = runs[start : start + PAGE], runs[start + PAGE :]
    between = {"created_after": since, "created_before": until}
    kept = {name: time.isoformat() for name, time in between.items() if time is not None}

    def address(run: Run) -> str:
        return f"{base}/predictions?{urlencode({'cursor': run.id, **kept})}"

    return {
        "previous": address(runs[max(0, start - PAGE)]) if start else None,
        "next": address(rest[0]) if rest else None,
        "results": [prediction_view(run, base, server.settings) for run in page],
    }


@router.get("/predictions/{prediction_id}", responses=SHOWN)
async def show(prediction_id: str, server: Shared, base: Base) -> dict[str, Any]:
    """Show one prediction."""
    return _view(_run(server, prediction_id), base, server)


@router.post("/predictions/{prediction_id}/cancel", responses=SHOWN)
async def cancel(prediction_id: str, server: Shared, base: Base) -> dict[str, Any]:
    """Stop a prediction; one that has ended stays as it is."""
    run = _run(server, prediction_id)
    server.dispatch.cancel(run)
    return _view(run, base, server)


@router.get("/predictions/{prediction_id}/inputs/{name}", responses=FILE, response_class=Response)
async def input_(prediction_id: str, name: str, server: Shared) -> Response:
    """Hand out a picture that a create sent along."""
    value = _run(server, prediction_id).given.get(name)
    if not isinstance(value, str) or not value.startswith("data:"):
        raise not_found("input")
    try:
        content, _ = await asyncio.to_thread(decode_data_uri, value)
    except OutputError as error:
        raise not_found("input") from error
    return Response(content, media_type="application/octet-stream")


async def output(prediction_id: str, index: int, server: Shared) -> Response:
    """Hand out one picture.

    Without the key, as the real API's delivery hosts do: the address holds 130 random bits, and
    clients are right not to send their key to it.
    """
    run = _run(server, prediction_id)
    if not 0 <= index < len(run.outputs):
        raise not_found("output")
    return Response(run.outputs[index], media_type="image/png")


def _in_utc(time: datetime | None) -> datetime | None:
    """A time that names no zone is taken for UTC, as our own are."""
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)


async def _create(run: Run, server: ServerState, base: str, prefer: str, after: str) -> Response:
    wait = wait_seconds(prefer)
    run.cancel_after = cancel_after(after)
    run.base, run.inline = base, wants_inline(prefer)
    await asyncio.to_thread(check_pictures, run.inputs, server.settings.most_pixels)
    server.dispatch.submit(run)
    status = 201
    if wait is not None:
        try:
            await asyncio.wait_for(run.ended.wait(), wait)
        except TimeoutError:
            status = 202
    view = _view(run, base, server)
    return JSONResponse(view, status, headers={"Location": view["urls"]["get"]})


def _view(run: Run, base: str, server: ServerState) -> dict[str, Any]:
    """A prediction for its own caller, who has all there is of it then if outputs are inside."""
    view = prediction_view(run, base, server.settings)
    if run.is_terminal and (run.inline or server.settings.inline_outputs):
        server.runs.show(run)
    return view


def _run(server: ServerState, prediction_id: str) -> Run:
    run = server.runs.get(prediction_id)
    if run is None:
        raise not_found("prediction")
    return run
