"""The catalogues of translations, and the language in use."""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Sequence
from pathlib import Path

__all__ = ["DOMAIN", "N_", "gettext", "language", "ngettext", "use_language"]

DOMAIN = "overpaint"
FOLDER = Path(__file__).with_name("translations")


class _Chosen:
    """The catalogue in use."""

    catalogue: catalogues.NullTranslations = catalogues.NullTranslations()


def use_language(languages: Sequence[str] | None = None) -> None:
    """Choose the language; English where there is no catalogue.

    Args:
        languages: `de`, `de_AT`, `fr`, …, best first; None = the environment's, as editors set it.
    """
    _Chosen.catalogue = catalogues.translation(DOMAIN, str(FOLDER), languages, fallback=True)


def language() -> str:
    """The language in use, `en` where there is no catalogue."""
    return _Chosen.catalogue.info().get("language", "en")


def gettext(message: str) -> str:
    """Translate a sentence."""
    return _Chosen.catalogue.gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    """Translate a sentence that counts something."""
    return _Chosen.catalogue.ngettext(one, many, number)


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Mark a sentence of a table, to be translated where it is shown."""
    return message
