"""What there is to know about a result: what the model ignored, what it cost, what was sent."""

from __future__ import annotations

import html

from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Facts"]


class Facts(QtWidgets.QLabel):
    """A few small lines; the last is a link."""

    sent_asked = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(QtCore.Qt.TextFormat.RichText)
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Minimum
        )
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        self.setFont(font)
        self.linkActivated.connect(lambda _link: self.sent_asked.emit())
        self.tell([])

    def refresh_colors(self) -> None:
        """Take the colours of the theme that is on; a link keeps the one it was written with."""
        text = self.text()
        self.clear()
        self.setText(text)

    def tell(self, lines: list[str]) -> None:
        """Show these lines, and the link to what is sent."""
        words = [html.escape(line) for line in lines if line]
        words.append(f'<a href="sent">{_("What is sent…")}</a>')
        text = "<br>".join(words)
        if text != self.text():
            self.setText(text)
