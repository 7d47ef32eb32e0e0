"""What kritarunner runs: the server, until it is killed."""

import faulthandler
import os

from overpaint_krita.qt import QtCore

from server import Server


def __main__(_arguments):  # noqa: N807  kritarunner's name for it
    faulthandler.enable()
    server = Server()
    loop = QtCore.QCoreApplication.instance()
    while server.is_open:
        loop.processEvents(QtCore.QEventLoop.ProcessEventsFlag.AllEvents, 50)
        server.pause()
    os._exit(0)  # Krita's own end would abort without a display
