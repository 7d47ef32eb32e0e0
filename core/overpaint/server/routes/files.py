"""Files: upload an input once, use its address as often as needed."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile

from overpaint.server.problem import Problem, not_found, wrong_field
from overpaint.server.state import Base, ServerState, Shared
from overpaint.server.uploads import Upload
from overpaint.server.views import file_view

__all__ = ["router"]

router = APIRouter(tags=["files"])


@router.post("/files", status_code=201)
async def upload(
    server: Shared,
    base: Base,
    content: Annotated[UploadFile, File(description="The file itself")],
    metadata: Annotated[str | None, Form(description="A JSON object")] = None,
) -> dict[str, Any]:
    """Upload a file."""
    limit = server.settings.largest_file
    body = await content.read(limit + 1)
    if len(body) > limit:
        raise Problem(413, "Too large", f"Files must be less than {limit // 2**20}MB")
    name = (content.filename or "file")[:255]
    kind = content.content_type or "application/octet-stream"
    kept = Upload(name, kind, body, _metadata(metadata))
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


@router.get("/files/{file_id}/download")
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


def _metadata(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        metadata = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise wrong_field("metadata", f"metadata is not JSON: {error}") from error
    if not isinstance(metadata, dict):
        raise wrong_field("metadata", "metadata must be a JSON object")
    return metadata
