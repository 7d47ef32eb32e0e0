"""A running GIMP that a test can give code to."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from .chroot import PYTHON, WORK, Chroot

__all__ = ["PLUGINS", "Program", "wait_for"]

# Long enough for the slowest machine; nothing here waits longer than it must.
START_SECONDS = 180
ANSWER_SECONDS = 240
# GIMP's own plug-ins that the tests need; the rest would take it ten seconds to ask.
PLUGINS = ("python-eval", "file-png", "file-jpeg")


class Program:
    """A GIMP without a window, with the plug-in, for as long as the block lasts.

    Attributes:
        chroot: where it runs.
        folder: its own, as seen from outside; its home and what it hands out lie in it.
        inside: the same folder, as GIMP sees it.
    """

    def __init__(self, chroot: Chroot, name: str, *, env: dict[str, str] | None = None) -> None:
        self.chroot = chroot
        self.folder = chroot.work / name
        self.inside = f"{WORK}/{name}"
        self.log = self.folder / "gimp.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._env = env or {}
        self._kept: dict[str, str] = {}

    def keep(self, name: str, text: str) -> None:
        """Have a file in its folder from the start."""
        self._kept[name] = text

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def command(self) -> list[str]:
        code = f"exec(open('{WORK}/inside/gimp_server.py').read())"
        return [
            f"gimp-console-{self.chroot.version}",
            "--no-interface",
            "--no-fonts",
            "--no-data",
            "--quit",
            "--batch-interpreter=python-fu-eval",
            "--batch",
            code,
        ]

    @property
    def settings(self) -> str:
        """What stands in its gimprc."""
        return f'(plug-in-path "{self.inside}/plug-ins")\n(check-updates no)\n'

    @property
    def plugin(self) -> str:
        """The plug-in's folder, as GIMP sees it."""
        return f"{WORK}/overpaint-gimp"

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        settings = self.folder / "home/.config/GIMP" / self.chroot.version
        settings.mkdir(parents=True)
        (self.folder / "plug-ins").mkdir()
        (settings / "gimprc").write_text(self.settings)
        for name, text in self._kept.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        own = next((self.chroot.root / "usr/lib").glob("*/gimp/3.0/plug-ins"))
        for name in PLUGINS:
            place = "/" / (own / name).relative_to(self.chroot.root)
            (self.folder / "plug-ins" / name).symlink_to(place)
        (self.folder / "plug-ins/overpaint-gimp").symlink_to(self.plugin)
        self._start()
        return self

    def restart(self) -> None:
        """End what is left of it, and start it anew on what it has kept."""
        self.__exit__()
        for left in ("display", "gimp.socket", "windows.socket"):
            (self.folder / left).unlink(missing_ok=True)
        self._start()

    def _start(self) -> None:
        self._process = self.chroot.start(self.command, env=self.environment, log=self.log)
        try:
            wait_for(self._is_up, START_SECONDS, self.said)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": f"{self.inside}/home",
            "OVERPAINT_PYTHON": PYTHON,
            "OVERPAINT_TEST_FOLDER": self.inside,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        } | self._env

    def do(self, code: str, **values: Any) -> Any:  # noqa: ANN401  whatever the code answers
        """Carry code out inside GIMP, and return what it put into `answer`."""
        return self.ask("gimp", code, values)

    def processes(self, word: str) -> list[tuple[int, list[str]]]:
        """The numbers and arguments of this GIMP's processes, as seen from outside."""
        home = f"HOME={self.inside}/home".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                arguments = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
                owned = home in (place / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if owned and word in " ".join(arguments[:6]) and arguments[0] != "sh":
                found.append((int(place.name), arguments[:-1]))
        return found

    def process(self, word: str) -> tuple[int, list[str]]:
        """One of them."""
        found = self.processes(word)
        assert found, f"no process {word} of {self.inside} runs"
        return found[0]

    def ask(self, server: str, code: str, values: dict[str, Any]) -> Any:  # noqa: ANN401  likewise
        """Carry code out by one of the servers inside."""
        heard = self._ask(server, {"code": code, "values": values})
        if "error" in heard:
            raise AssertionError(f"inside:\n{heard['error']}\n{self.said()}")
        return heard["answer"]

    def _ask(self, server: str, said: dict[str, Any]) -> dict[str, Any]:
        with self._connected(server) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(json.dumps(said).encode())
            connection.shutdown(socket.SHUT_WR)
            data = b""
            while part := connection.recv(1 << 16):
                data += part
        assert data, f"GIMP has ended:\n{self.said()}"
        heard: dict[str, Any] = json.loads(data)
        return heard

    def _connected(self, server: str) -> socket.socket:
        """A socket's path may have 107 bytes, and a cache may lie deeper than that."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(f"/proc/self/fd/{folder}/{server}.socket")
            except OSError:
                connection.close()
                raise
            return connection
        finally:
            os.close(folder)

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"GIMP did not start:\n{self.said()}"
        try:
            return self._ask("gimp", {"code": "answer = 1", "values": {}}).get("answer") == 1
        except OSError:
            return False

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


T = TypeVar("T")


def wait_for(condition: Callable[[], T], seconds: float, why: Callable[[], str] | str = "") -> T:
    """Ask until the answer is true, and return it.

    Raises:
        AssertionError: it is not, and `why` says what else is known.
    """
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            reason = why() if callable(why) else why
            raise AssertionError(f"waited {seconds:.0f} s in vain: {reason}")
        time.sleep(0.1)
