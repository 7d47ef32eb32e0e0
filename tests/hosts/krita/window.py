"""A Krita with windows that a module's tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .chroot import Chroot
from .photo import copy_photo
from .program import Program

__all__ = ["Window"]


class Window:
    """One Krita for all tests here; another where that one has ended or a test goes wrong."""

    def __init__(self, krita: Chroot, new_folder: Callable[[], Path]) -> None:
        self._krita = krita
        self._new_folder = new_folder
        self._program: Program | None = None

    def open(self) -> Program:
        if self._program is None or not self._program.is_running:
            folder = self._new_folder()
            copy_photo(folder)
            self._program = Program(self._krita, folder, windows=True)
            self._program.__enter__()
            self._program.wait("has_windows()")
            self._program.do("window().showMaximized()")
        return self._program

    def close(self) -> None:
        if self._program is not None:
            self._program.__exit__()
        self._program = None
