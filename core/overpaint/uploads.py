"""How a picture travels to the endpoint: inside the request, as a file of its own, or by URL.

- A public URL is passed through: the endpoint fetches it.
- Our own server (embedded or on a port) and a Cog server take data URIs of any size they accept.
- Gateways take data URIs too: none on record passes `/files` through.
- Replicate advises data URIs up to 256 KB and files above, so that is where the line is drawn. A
  file once uploaded is named again for as long as it is kept.

Pictures go as PNG. It is lossless, so that what comes back fits what was sent; a 512 × 512 photo
is 300 to 600 KB, its mask a few.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from .calls import Answer, Call, Flow
from .encoding import decode_data_uri
from .endpoints import Endpoint
from .errors import NotFoundError, RefusedInputError
from .lifecycle import Memory, Patience
from .lifecycle.asking import read, unexpected
from .lifecycle.patience import DEFAULT_PATIENCE

__all__ = ["LARGEST_INLINE", "multipart", "place"]

LARGEST_INLINE = 256 * 1024
# Files are kept for an hour; a run that begins just before that must still find them.
KEPT_SECONDS = 45 * 60.0


def place(
    input: Mapping[str, Any],
    endpoint: Endpoint,
    *,
    memory: Memory,
    patience: Patience = DEFAULT_PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Flow[dict[str, Any]]:
    """Bring every picture of an input to where the endpoint wants it.

    Args:
        input: a model's input; its data URIs are what may become files.
        endpoint: where it goes.
        memory: what is already there.
        patience: how long to wait.
        clock: seconds, for tests.

    Returns:
        The input, with URLs for what was uploaded.

    Raises:
        APIError, TransportError: the upload failed; nothing was created and nothing is charged.
    """
    placed = dict(input)
    for name, value in input.items():
        if not isinstance(value, str) or not value.startswith("data:"):
            continue
        if not endpoint.is_replicate or not memory.takes_files:
            continue
        content, mime = decode_data_uri(value)
        if len(content) <= LARGEST_INLINE:
            continue
        digest = hashlib.sha256(content).hexdigest()
        known = memory.files.get(digest)
        if known is not None and known[1] > clock():
            placed[name] = known[0]
            continue
        try:
            address = yield from upload(content, mime, name=name, patience=patience)
        except (NotFoundError, RefusedInputError) as error:
            if error.status not in (404, 405):
                raise
            # No place for files here after all: what is large goes inside the request.
            memory.takes_files = False
            continue
        memory.files[digest] = (address, clock() + KEPT_SECONDS)
        placed[name] = address
    return placed


def upload(content: bytes, mime: str, *, name: str, patience: Patience) -> Flow[str]:
    """Upload one file and return the address that stands for it.

    Repeated like a read: a file nobody names costs nothing and goes within the hour.

    Raises:
        APIError, TransportError: after the last try.
    """
    body, kind = multipart(content, mime, filename=name + (mimetypes.guess_extension(mime) or ""))
    call = Call(
        "POST",
        "/files",
        body=body,
        headers={"Content-Type": kind},
        timeout=patience.answer,
        longest=patience.longest_answer,
    )
    answer = yield from read(call, doing="take the picture", patience=patience)
    return _address(answer)


def multipart(content: bytes, mime: str, *, filename: str) -> tuple[bytes, str]:
    """Write the form the files API reads; return it and its content type."""
    boundary = f"overpaint-{secrets.token_hex(16)}"
    metadata = json.dumps({}).encode()
    parts = (
        (f'name="content"; filename="{filename}"', mime, content),
        ('name="metadata"', "application/json", metadata),
    )
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n"
        f"Content-Type: {kind}\r\n\r\n".encode()
        + part
        + b"\r\n"
        for head, kind, part in parts
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _address(answer: Answer) -> str:
    """Where the file is, in the endpoint's own words.

    Raises:
        UnexpectedAnswerError: it does not say.
    """
    try:
        said = answer.json()
    except ValueError as error:
        raise unexpected(answer, "a file") from error
    urls = said.get("urls") if isinstance(said, Mapping) else None
    address = urls.get("get") if isinstance(urls, Mapping) else None
    if not isinstance(address, str) or not address.startswith(("https:", "http:")):
        raise unexpected(answer, "a file with an address")
    return address
