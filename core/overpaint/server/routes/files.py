"""Files: upload an input once, use its address as often as needed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from starlette.datastructures import FormData

from overpaint.server.bodies import read_json
from overpaint.server.description import FILE
from overpaint.server.problem import Problem, not_found, wrong_field
from overpaint.server.state import Base, ServerState, Shared
from overpaint.server.uploads import Upload
from overpaint.server.views import file_view

__all__ = ["router"]

router = APIRouter(tags=["files"])


@router.post("/files", status_code=201)
async def upload(
    request: Request,
    server: Shared,
    base: Base,
    content: Annotated[UploadFile, File(description="The file itself")],
    filename: Annotated[str | None, Form(max_length=255)] = None,
    content_type: Annotated[str | None, Form(alias="type", description="Its content type")] = None,
) -> dict[str, Any]:
    """Upload a file; `metadata` may hold a JSON object."""
    limit = server.settings.largest_file
    body = await content.read(limit + 1)
    if len(body) > limit:
        raise Problem(413, "Too large", f"Files must be less than {limit // 2**20}MB")
    name = (filename or content.filename or "file")[:255]
    kind = content_type or content.content_type or "application/octet-stream"
    kept = Upload(name, kind, body, await _metadata(await request.form()))
    server.uploads.add(kept)
    return file_view(kept, base)


@router.get("/files")
async def listing(server: Shared, base: Base) -> dict[str, Any]:
    """List uploaded files, newest first."""
    results = [file_view(kept, base) for kept in server.uploads]
    return {"previous": None, "next": None, "results": results}


@router.get("/files/{file_id}")
async def show(file_id: str, server: Shared, base: Base) -> dict[str, Any]:
    """Show a file's record."""
    return file_view(_upload(server, file_id), base)


@router.get("/files/{file_id}/download", responses=FILE, response_class=Response)
async def download(file_id: str, server: Shared) -> Response:
    """Hand a file out again."""
    return Response(_upload(server, file_id).content, media_type="application/octet-stream")


@router.delete("/files/{file_id}", status_code=204)
async def remove(file_id: str, server: Shared) -> None:
    """Forget a file."""
    if not server.uploads.remove(file_id):
        raise not_found("file")


def _upload(server: ServerState, file_id: str) -> Upload:
    kept = server.uploads.get(file_id)
    if kept is None:
        raise not_found("file")
    return kept


async def _metadata(form: FormData) -> dict[str, Any]:
    """Read the metadata as the official clients send it: text, a part, or `metadata[name]`."""
    named = {
        name[len("metadata[") : -1]: value
        for name, value in form.items()
        if name.startswith("metadata[") and name.endswith("]") and isinstance(value, str)
    }
    given = form.get("metadata")
    text = given if isinstance(given, str) or given is None else await given.read()
    if not text:
        return named
    try:
        metadata = read_json(text)
    except ValueError as error:
        raise wrong_field("metadata", f"metadata is not JSON: {error}") from error
    if not isinstance(metadata, dict):
        raise wrong_field("metadata", "metadata must be a JSON object")
    return named | metadata
