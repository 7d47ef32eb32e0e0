"""Runs inside GIMP, as a batch script: carries out a test's code and answers with its `answer`.

One connection a piece of code, on a socket in the folder both sides see.
"""

import json
import os
import pathlib
import socket
import sys
import traceback

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio, GLib  # noqa: E402, F401  the test's code uses them

HERE = pathlib.Path("/work/inside")
FOLDER = os.environ["OVERPAINT_TEST_FOLDER"]
names = dict(globals())
exec((HERE / "prelude.py").read_text(), names)  # noqa: S102  that is what it is for


def answer(_channel, _condition):
    connection, _ = channel_socket.accept()
    with connection:
        data = b""
        while part := connection.recv(1 << 16):
            data += part
        try:
            said = json.loads(data)
            names.update(said["values"], answer=None)
            exec(said["code"], names)  # noqa: S102  likewise
            heard = {"answer": names["answer"]}
        except Exception:  # noqa: BLE001  the test is told, whatever it is
            heard = {"error": traceback.format_exc()}
        connection.sendall(json.dumps(heard).encode())
    return True


channel_socket = socket.socket(socket.AF_UNIX)
channel_socket.bind(f"{FOLDER}/socket")
channel_socket.listen(4)
GLib.io_add_watch(channel_socket.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, answer)
print("ready", file=sys.stderr)
GLib.MainLoop().run()
