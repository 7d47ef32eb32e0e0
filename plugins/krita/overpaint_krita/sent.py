"""What is sent: to whom, which part of the picture, and what else."""

from __future__ import annotations

import json
from typing import Any

from .qt import QtCore, QtWidgets, put_over
from .thumbnail import thumbnail
from .vendor.overpaint_bridge import wording
from .vendor.overpaint_bridge.runs import SentView
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["SentDialog"]

SIDE = 200


class SentDialog(QtWidgets.QDialog):
    """Fills itself once the worker has said what it would send."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What is sent"))
        self.words = QtWidgets.QLabel(_("Asking…"))
        self.words.setWordWrap(True)
        self.image = QtWidgets.QLabel()
        self.mask = QtWidgets.QLabel()
        self.request = QtWidgets.QPlainTextEdit()
        self.request.setReadOnly(True)
        self.request.setMinimumHeight(self.fontMetrics().height() * 8)
        buttons = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        pictures = QtWidgets.QHBoxLayout()
        for label in (self.image, self.mask):
            label.setAlignment(QtCore.Qt.AlignmentFlag.AlignTop)
            pictures.addWidget(label)
        pictures.addStretch(1)
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self.words)
        column.addLayout(pictures)
        column.addWidget(self.request, 1)
        column.addWidget(buttons)
        self.resize(SIDE * 2 + 60, SIDE * 2 + 100)
        put_over(self, parent)

    def tell(self, sent: SentView, request: dict[str, Any]) -> None:
        """Show what is sent."""
        self.words.setText("\n".join(wording.sent(sent)))
        for label, pixels in ((self.image, sent.image), (self.mask, sent.mask)):
            if pixels is not None:
                label.setPixmap(thumbnail(pixels, SIDE, self.devicePixelRatioF()))
        self.request.setPlainText(json.dumps(request, indent=2, ensure_ascii=False))
