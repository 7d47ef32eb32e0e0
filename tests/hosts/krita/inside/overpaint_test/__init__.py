"""Lets the tests look inside a Krita with windows."""

import faulthandler
import sys
import traceback

from krita import Extension, Krita
from overpaint_krita.qt import QtCore

# Krita's own opens a dialog for an exception that nobody caught, and everything waits for it.
UNCAUGHT = []


def _note(*error):
    UNCAUGHT.append("".join(traceback.format_exception(*error)))
    sys.stderr.write(UNCAUGHT[-1])


class TestExtension(Extension):
    """Starts the server once there is an event loop."""

    def __init__(self, parent):
        super().__init__(parent)
        self.server = None

    def setup(self):
        QtCore.QTimer.singleShot(0, self.start)

    def createActions(self, window):
        """None."""

    def start(self):
        from server import Server

        faulthandler.enable()
        sys.excepthook = _note
        self.server = Server()


Krita.instance().addExtension(TestExtension(Krita.instance()))
