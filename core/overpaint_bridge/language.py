"""The catalogues of translations, and the language in use."""

from __future__ import annotations

import gettext as catalogues
import itertools
import os
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
    wanted = list(
        itertools.takewhile(_is_foreign, _languages() if languages is None else languages)
    )
    _Chosen.catalogue = (
        catalogues.translation(DOMAIN, str(FOLDER), wanted, fallback=True)
        if wanted
        else catalogues.NullTranslations()
    )


def _languages() -> list[str]:
    """What the environment asks for, best first."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[name].split(":") for name in names if os.environ.get(name)), [])


def _is_foreign(name: str) -> bool:
    """False for English: it needs no catalogue, and whoever wants it first wants no other."""
    return name.partition("_")[0].partition(".")[0].casefold() not in ("en", "c", "posix")


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
