"""Files people upload: kept in memory up to a limit, handed out by id, forgotten with age."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .runs import new_id, now
from .settings import ServerSettings

__all__ = ["Upload", "Uploads"]


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    metadata: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=new_id)
    created_at: str = field(default_factory=now)
    clock: float = field(default_factory=time.monotonic)

    @property
    def sha256(self) -> str:
        """Of its content, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


class Uploads:
    """All uploads, oldest first; bounded in bytes and age."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._uploads: OrderedDict[str, Upload] = OrderedDict()

    def __iter__(self) -> Iterator[Upload]:
        """Newest first."""
        self.tidy()
        return reversed(self._uploads.values())

    def add(self, upload: Upload) -> None:
        """Keep one; the oldest go when there is no room."""
        self._uploads[upload.id] = upload
        excess = sum(len(kept.content) for kept in self._uploads.values())
        while excess > self._settings.upload_bytes:
            excess -= len(self._uploads.popitem(last=False)[1].content)

    def get(self, upload_id: str) -> Upload | None:
        """Find one that has not expired."""
        upload = self._uploads.get(upload_id)
        if upload and time.monotonic() - upload.clock > self._settings.keep_seconds:
            del self._uploads[upload_id]
            return None
        return upload

    def tidy(self) -> None:
        """Drop what has expired."""
        for upload_id in list(self._uploads):
            self.get(upload_id)

    def remove(self, upload_id: str) -> bool:
        """Forget one; False where there was none."""
        return self._uploads.pop(upload_id, None) is not None
