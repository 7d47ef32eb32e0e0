"""What a person with a key does, and what endpoints do to them: `python -m canary.walk`.

Its key comes from the environment, as the tests' does; everything it prints is searched.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from fakes.keys import KEY
from fakes.recording import RecordingServer, Reply, prediction, recording
from fakes.serving import mask, photo, serving
from overpaint import Client, Endpoint
from overpaint.errors import OverpaintError
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session

__all__: list[str] = []

ECHO = {"detail": f"Incorrect API key provided: {KEY}.", "title": "Unauthenticated"}
PAGE = f"<html><pre>Authorization: Bearer {KEY}</pre></html>"
# What an endpoint may answer to a create, from good to hostile.
ANSWERS = {
    "refuses the key, and quotes it": Reply(401, ECHO),
    "shows its debugging page": Reply(500, PAGE, headers={"X-Debug": f"Bearer {KEY}"}),
    "answers something else": Reply(200, PAGE),
    "fails the prediction": Reply(201, prediction("failed", error=f"bad key {KEY}")),
    "quotes it in the logs": Reply(201, prediction("succeeded", logs=KEY, output=[])),
    "redirects": Reply(302, b"", headers={"Location": f"https://elsewhere.invalid/?key={KEY}"}),
    "hangs up": Reply(hang_up=True),
}


def main() -> None:
    """Walk through it, in the current folder."""
    Path("photo.png").write_bytes(photo())
    Path("mask.png").write_bytes(mask())
    with recording({}) as server:
        command("endpoint", "add", "studio", f"{server.url}/v1")
        command("key", "set", "studio", given=KEY)
        command("endpoint", "use", "studio")
        for name, reply in ANSWERS.items():
            print(f"== an endpoint that {name}", flush=True)
            server.say({"POST /v1/.*": reply, "GET /v1/predictions.*": Reply(404, ECHO)})
            command("fill", "photo.png", "mask.png", "-o", "out.png", "--json")
            command("endpoint", "test", "studio", "--json")
            from_a_script(server)
        from_an_editor(server)
    for asked in (("endpoint", "list", "--json"), ("doctor",), ("jobs", "list", "--json")):
        command(*asked)
    with serving(key=KEY) as own:
        command("fill", "photo.png", "mask.png", "-o", "out.png", "--json", at=own.url)
        command("fill", "photo.png", "mask.png", "-o", "out.png", at=own.url, key="wrong-key")


def command(*arguments: str, given: str = "", at: str = "", key: str = KEY) -> None:
    """Run the command line; what it says comes out here."""
    environment = dict(os.environ)
    if at:
        environment |= {"OVERPAINT_ENDPOINT": at, "OVERPAINT_API_TOKEN": key}
    print("$ overpaint", *arguments, flush=True)
    subprocess.run(
        [sys.executable, "-m", "overpaint", *arguments],
        input=given,
        text=True,
        env=environment,
        check=False,
        timeout=300,
    )


def from_a_script(server: RecordingServer) -> None:
    """The library, with every logger there is."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    endpoint = Endpoint("studio", f"{server.url}/v1", token=KEY, headers={"X-Api-Key": KEY})
    print(endpoint, repr(endpoint), flush=True)
    with Client(endpoint) as client:
        try:
            client.create_prediction(version="a/b:c", input={"prompt": "p"})
        except OverpaintError:
            logging.getLogger("walk").exception("refused")


def from_an_editor(server: RecordingServer) -> None:
    """A worker that knows the key, and is killed while it waits."""
    server.say({"POST /v1/.*": Reply(201, prediction("processing"), stall=20.0)})
    with Session(Runtime((sys.executable,), "canary"), host="canary") as session:
        session.run({"version": "a/b:c"}, canvas=(64, 64), hole=(9, 9, 9, 9), endpoint="studio")
        os.kill(session.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        print(session.log, flush=True)


if __name__ == "__main__":
    main()
