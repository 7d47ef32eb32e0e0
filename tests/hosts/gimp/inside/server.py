"""Carries out a test's code and answers with what it put into `answer`.

One connection a piece of code, on a socket in the folder that both sides see. The file named as the
first argument is what the code may use.
"""

import json
import os
import pathlib
import socket
import sys
import traceback

from gi.repository import GLib

FOLDER = os.environ["OVERPAINT_TEST_FOLDER"]
SOCKET = os.environ.get("OVERPAINT_TEST_SOCKET", "gimp")


def serve(prelude):
    names = {"FOLDER": FOLDER}
    exec(pathlib.Path(prelude).read_text(), names)  # noqa: S102  that is what it is for
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{FOLDER}/{SOCKET}.new")
    listening.listen(4)
    pathlib.Path(f"{FOLDER}/{SOCKET}.new").rename(f"{FOLDER}/{SOCKET}.socket")

    def answer(_channel, _condition):
        connection, _ = listening.accept()
        with connection:
            connection.sendall(heard(connection, names).encode())
        return True

    GLib.io_add_watch(listening.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, answer)
    GLib.MainLoop().run()


def heard(connection, names):
    data = b""
    while part := connection.recv(1 << 16):
        data += part
    try:
        said = json.loads(data)
        names.update(said["values"], answer=None)
        exec(said["code"], names)  # noqa: S102  likewise
        return json.dumps({"answer": names["answer"]})
    except Exception:  # noqa: BLE001  the test is told, whatever it is
        return json.dumps({"error": traceback.format_exc()})


if __name__ == "__main__" and len(sys.argv) > 1 and sys.argv[1].startswith("/work"):
    serve(sys.argv[1])
