"""A running Krita that a test can give code to, click and type into."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Self

from .chroot import Chroot

__all__ = ["Program"]

# Long enough for the slowest machine; nothing here waits longer than it must.
START_SECONDS = 300.0
ANSWER_SECONDS = 300.0
WAIT_SECONDS = 180.0
PAUSE = 0.1


class Program:
    """A Krita for as long as the block lasts: with windows on a display of its own, or without.

    Attributes:
        chroot: whose it is.
        io: the folder both sides see, /io inside.
    """

    def __init__(
        self,
        chroot: Chroot,
        io: Path,
        *,
        windows: bool,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.chroot = chroot
        self.io = io
        self._windows = windows
        self._environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = io / "krita.log"
        self._first_port = ""

    def __enter__(self) -> Self:
        self.io.mkdir(parents=True, exist_ok=True)
        self._log.touch()
        environment = {
            "OVERPAINT_PYTHON": "/run/overpaint/worker/bin/python",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        } | self._environment
        script = "/inside/windows.sh" if self._windows else "/inside/runner.sh"
        self._process = self.chroot.start(
            ["bash", script], io=self.io, log=self._log, environment=environment
        )
        self._wait(self._is_up, START_SECONDS, "Krita to start")
        self._first_port = self._port()
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def wait_for_the_next(self) -> None:
        """Wait for the Krita that is started when one told to start AGAIN has ended."""
        # The second listens on a port of its own, which it writes down when it can.
        self._wait(lambda: self._port() != self._first_port, START_SECONDS, "Krita to end")
        self._wait(self._is_up, START_SECONDS, "Krita to start again")

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def do(self, code: str, **values: Any) -> Any:  # noqa: ANN401  whatever the code answers
        """Carry code out inside, and return what it put into `answer`."""
        heard = self._ask({"code": code, "values": values})
        assert "error" not in heard, f"inside Krita:\n{heard['error']}\n{self.said}"
        return heard["answer"]

    def get(self, expression: str, **values: Any) -> Any:  # noqa: ANN401  likewise
        """Return an expression's value, as found inside."""
        return self.do(f"answer = {expression}", **values)

    def wait(self, expression: str, **values: Any) -> Any:  # noqa: ANN401  likewise
        """Wait until an expression is true inside, and return its value."""
        return self._wait(lambda: self.get(expression, **values), WAIT_SECONDS, expression)

    def click(self, widget: str) -> None:
        """Press the real pointer's button over a widget, once it can be pressed and stays put."""
        self.wait(f"can_be_clicked({widget})")
        self.wait(f"stays_put({widget})")
        self.do(f"click({widget})")

    def write(self, field: str, text: str) -> None:
        """Click into a field and type on the real keyboard."""
        self.click(field)
        self.wait(f"{field}.hasFocus()")
        self.do("type_text(text)", text=text)
        self.wait(f"{field}.text() == text", text=text)

    def press(self, keys: str) -> None:
        """Press a combination of keys."""
        self.do("press_keys(keys)", keys=keys)

    def photograph(self, name: str) -> Path:
        """Take a picture of the whole screen."""
        self.do("photograph(name)", name=name)
        return self.io / name

    @property
    def said(self) -> str:
        """The end of what Krita printed."""
        return self._log.read_text(errors="replace")[-3000:]

    def _wait(self, condition: Any, seconds: float, what: str) -> Any:  # noqa: ANN401
        end = time.monotonic() + seconds
        while not (answer := condition()):
            assert self.is_running, f"Krita has ended while waiting for: {what}\n{self.said}"
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}\n{self._state()}")
            time.sleep(PAUSE)
        return answer

    def _state(self) -> str:
        """What a person would look at to see why nothing happens."""
        if not self._windows:
            return self.said
        try:
            self.photograph("in-vain.png")
            state = self.get("describe_docker()")
        except (OSError, AssertionError) as error:
            state = repr(error)
        return f"{state}\n{self.said}"

    def _port(self) -> str:
        port = self.io / "port"
        return port.read_text() if port.exists() else ""

    def _is_up(self) -> bool:
        try:
            return bool(self._ask({"code": "answer = is_ready()", "values": {}}).get("answer"))
        except OSError:
            return False

    def _ask(self, said: dict[str, Any]) -> dict[str, Any]:
        port = self._port()
        if not port:
            raise ConnectionError("not listening yet")
        with socket.create_connection(("127.0.0.1", int(port)), 10) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(json.dumps(said).encode())
            connection.shutdown(socket.SHUT_WR)
            data = b""
            with contextlib.suppress(ConnectionError):
                while part := connection.recv(1 << 16):
                    data += part
        assert data, f"Krita has ended:\n{self.said}"
        heard: dict[str, Any] = json.loads(data)
        return heard
