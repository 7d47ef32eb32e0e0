"""An input's address to its bytes: data URI, uploaded file, mirrored folder, or the network."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from overpaint.encoding import decode_data_uri
from overpaint.errors import ImageError, OverpaintError

from .outward import Outward
from .settings import ServerSettings
from .uploads import Uploads

__all__ = ["Inputs"]


class Inputs:
    """Where a server's inputs come from."""

    def __init__(self, settings: ServerSettings, uploads: Uploads, outward: Outward | None) -> None:
        self._settings = settings
        self._uploads = uploads
        self._outward = outward

    async def read(self, address: str, *, field: str) -> bytes:
        """Read one input.

        Raises:
            ImageError: it can't be had; the sentence says why.
        """
        try:
            if address.startswith("data:"):
                return (await asyncio.to_thread(decode_data_uri, address))[0]
            content = self._uploaded(address) or await self._mirrored(address)
            if content is None:
                content = await self._fetched(address)
        except ImageError:
            raise
        except OverpaintError as error:
            raise ImageError(f"`{field}` can't be read: {error.message}", field=field) from error
        return content

    def _uploaded(self, address: str) -> bytes | None:
        """An uploaded file's own address, whatever name this server was reached by."""
        try:
            parts = PurePosixPath(urlsplit(address).path).parts
        except ValueError as error:
            raise ImageError(f"“{address[:80]}” is not an address: {error}.") from error
        if len(parts) >= 2 and parts[-2] == "files":
            upload = self._uploads.get(parts[-1])
        elif len(parts) >= 3 and parts[-3] == "files" and parts[-1] == "download":
            upload = self._uploads.get(parts[-2])
        else:
            return None
        return upload.content if upload else None

    async def _mirrored(self, address: str) -> bytes | None:
        """A file below a mirrored prefix; never one outside its folder."""
        for prefix, folder in self._settings.mirrors.items():
            if not address.startswith(prefix):
                continue
            try:
                path = (folder / unquote(address[len(prefix) :]).lstrip("/")).resolve()
                if path.is_relative_to(folder.resolve()) and path.is_file():
                    return await asyncio.to_thread(path.read_bytes)
            except (OSError, ValueError) as error:
                # A null byte, a name too long for any file, or one that may not be read.
                raise ImageError(f"“{address[:80]}” can't be read from its mirror.") from error
        return None

    async def _fetched(self, address: str) -> bytes:
        if not address.startswith(("http://", "https://")):
            raise ImageError(f"“{address[:80]}” is neither a data URI nor a URL.")
        if self._outward is None:
            raise ImageError("This server fetches nothing from the network.")
        return await self._outward.fetch(address)
