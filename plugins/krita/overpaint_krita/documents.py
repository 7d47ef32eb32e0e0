"""Krita's open documents, each under a key that holds while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from krita import Krita

from .qt import QtCore, owned

__all__ = [
    "find",
    "is_in_front",
    "key_of",
    "open_documents",
    "read_note",
    "remove_note",
    "walk",
    "write_note",
]


# Every document that was named, with its name. Krita has no lasting one of its own: where the
# layers are flattened, the document gets another root.
_NAMED: list[tuple[Any, str]] = []


def key_of(document: Any) -> str:
    """Name an open document; empty where it has been closed meanwhile."""
    root = document.rootNode() if document is not None else None
    if root is None:
        return ""
    for named, key in _NAMED:
        if named == document:
            return key
    _NAMED[:] = [(named, key) for named, key in _NAMED if named.rootNode() is not None]
    key = root.uniqueId().toString()
    _NAMED.append((document, key))
    return str(key)


def open_documents() -> dict[str, Any]:
    """Every open document by its key."""
    return {key_of(document): document for document in owned(Krita.instance().documents())}


def find(key: str) -> Any | None:
    """The document of a key; None where it has been closed."""
    return open_documents().get(key) if key else None


def is_in_front(key: str) -> bool:
    """True for the document that is worked on; for any where Krita has no windows."""
    app = Krita.instance()
    return app.activeWindow() is None or key_of(app.activeDocument()) == key


def walk(node: Any) -> Iterator[Any]:
    """Every node below one, from the bottom up."""
    for child in owned(node.childNodes()):
        yield child
        yield from walk(child)


def read_note(document: Any, name: str) -> str:
    """What was noted in a document under a name; empty where nothing was."""
    if name not in document.annotationTypes():
        return ""
    return bytes(document.annotation(name)).decode("utf-8", "replace")


def write_note(document: Any, name: str, text: str) -> None:
    """Note something in a document; it travels with the .kra file."""
    document.setAnnotation(name, "Overpaint", QtCore.QByteArray(text.encode()))


def remove_note(document: Any, name: str) -> None:
    """Take a note out of a document again."""
    if name in document.annotationTypes():
        document.removeAnnotation(name)
