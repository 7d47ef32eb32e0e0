"""The server's refusals, in the shape of the real API's (RFC 7807 with `invalid_fields`)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

__all__ = [
    "Problem",
    "answer_nobody",
    "answer_with",
    "answer_with_fields",
    "answer_with_status",
    "busy",
    "invalid",
    "not_found",
    "wrong_field",
]

WITHOUT = {"include_url": False, "include_context": False, "include_input": False}


class Problem(Exception):  # noqa: N818  it is an answer, not a fault
    """An answer that says no; raised anywhere in a route."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:  # noqa: ANN401  JSON
        super().__init__(detail)
        self.status = status
        self.body = {"title": title, "detail": detail, "status": status, **more}
        self.headers: dict[str, str] = {}


async def answer_with(_request: Request, problem: Exception) -> JSONResponse:
    """Turn a raised problem into its answer."""
    assert isinstance(problem, Problem)  # noqa: S101  it is registered for nothing else
    return JSONResponse(
        problem.body,
        problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


async def answer_with_fields(request: Request, error: Exception) -> JSONResponse:
    """Turn the framework's own refusal of a parameter into ours."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  it is registered for nothing else
    fields = [
        {
            "type": item["type"],
            "field": ".".join(str(part) for part in item["loc"][1:]),
            "description": item["msg"],
        }
        for item in error.errors()
    ]
    return await answer_with(request, _invalid(fields))


async def answer_with_status(request: Request, error: Exception) -> JSONResponse:
    """Turn the framework's own refusal of an address or method into ours."""
    assert isinstance(error, HTTPException)  # noqa: S101  it is registered for nothing else
    title = HTTPStatus(error.status_code).phrase
    problem = Problem(error.status_code, title, f"{request.method} {request.url.path}: {title}.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem.headers["Allow"] = ", ".join(sorted(_allowed(request)))
    return await answer_with(request, problem)


async def answer_nobody(_request: Request, _error: Exception) -> Response:
    """End a call whose caller has gone before all of it came; nothing was created."""
    return Response(status_code=400)


def _allowed(request: Request) -> Iterator[str]:
    """What can be done with an address; several routes may share it."""
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            yield from route.methods or ()


def not_found(what: str) -> Problem:
    """No such thing."""
    return Problem(404, "Not found", f"The requested {what} could not be found.")


def invalid(error: ValidationError, *, under: str = "") -> Problem:
    """Fields that do not fit; those that are none of the API's, worded as the real one does."""
    return _invalid([_field(item, under) for item in error.errors(**WITHOUT)])


def _field(item: ErrorDetails, under: str) -> dict[str, str]:
    place = ".".join(str(part) for part in (under, *item["loc"]) if part != "")
    if item["type"] == "extra_forbidden":
        said = f"Additional property {item['loc'][-1]} is not allowed"
        return {"type": "additional_property_not_allowed", "field": place, "description": said}
    return {"type": item["type"], "field": place, "description": item["msg"]}


def wrong_field(name: str, description: str) -> Problem:
    """One field that can't be used."""
    return _invalid([{"type": "invalid", "field": name, "description": description}])


def busy(queue: int, seconds: float) -> Problem:
    """The queue is full; nothing was created."""
    wait = max(1, round(seconds))
    problem = Problem(
        429,
        "Too many requests",
        f"Request was throttled: {queue} predictions are waiting. Try again in ~{wait}s.",
        retry_after=wait,
    )
    problem.headers["Retry-After"] = str(wait)
    return problem


def _invalid(fields: list[dict[str, str]]) -> Problem:
    detail = "".join(f"- {item['field']}: {item['description']}\n" for item in fields)
    return Problem(422, "Input validation failed", detail, invalid_fields=fields)
