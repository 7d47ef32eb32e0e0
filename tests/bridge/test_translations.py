"""Every sentence that a person reads in an editor, in German and French."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from overpaint_bridge import reports, wording
from overpaint_bridge.protocol import Failed, Refused
from overpaint_bridge.runs import PanelRun, SentView
from overpaint_bridge.session import Session

LANGUAGES = ("de", "fr")
AGAIN = "run `python plugins/catalogues.py`"


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    path = Path(__file__).parents[2] / "plugins" / "catalogues.py"
    spec = importlib.util.spec_from_file_location("catalogues", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look for their types
    spec.loader.exec_module(module)
    return module


def po(catalogues: ModuleType, language: str) -> Path:
    folder: Path = catalogues.FOLDER / language / "LC_MESSAGES"
    return folder / "overpaint.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(catalogues: ModuleType, language: str) -> None:
    known = catalogues.read_po(po(catalogues, language))

    missing = [
        one for one in catalogues.collect() if one not in known or not known[one].is_translated
    ]

    assert missing == [], f"{AGAIN} and translate what is new"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_places_to_fill_in(
    catalogues: ModuleType, language: str
) -> None:
    for entry in catalogues.read_po(po(catalogues, language)).values():
        for text in entry.texts:
            assert sorted(re.findall(r"\{\w*", text)) == sorted(re.findall(r"\{\w*", entry.one))
            assert text.count("_") == entry.one.count("_"), "one letter to press, as in English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_editors_read_is_compiled_from_what_translators_write(
    catalogues: ModuleType, language: str
) -> None:
    path = po(catalogues, language)
    entries = catalogues.read_po(path)

    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(language, entries), AGAIN


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Malen"), ("de_AT.UTF-8", "Malen"), ("fr", "Peinture"), ("xx", "Painting")],
)
@pytest.mark.usefixtures("in_english")
def test_the_language_is_chosen_by_name(language: str, said: str) -> None:
    wording.use_language([language])

    assert wording.stage("painting") == said


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LANG": "de_DE.UTF-8"}, "Malen"),
        ({"LANGUAGE": "fr:de", "LANG": "de_DE.UTF-8"}, "Peinture"),
        ({"LANGUAGE": "en_US:de", "LANG": "de_DE.UTF-8"}, "Painting"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "Painting"),
        ({}, "Painting"),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_the_language_is_the_environments(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    wording.use_language()

    assert wording.stage("painting") == said


@pytest.mark.usefixtures("in_english")
def test_in_english_the_workers_own_sentence_is_the_exact_one() -> None:
    wording.use_language(["en"])

    told = wording.trouble(Failed("job-1", "input", "`seed` can't be -2.", "Give 0 or more.", "r1"))

    assert told.what == "`seed` can't be -2."
    assert told.next == "Give 0 or more."
    assert told.details == "request id: r1"


@pytest.mark.usefixtures("in_english")
def test_in_german_the_workers_own_sentence_is_in_the_details() -> None:
    wording.use_language(["de"])

    told = wording.trouble(Failed("job-1", "input", "`seed` can't be -2.", "Give 0 or more.", "r1"))

    assert told.what == "Eine Einstellung hat einen Wert, der nicht geht; es wurde nichts gesendet."
    assert "`seed` can't be -2. Give 0 or more." in told.details
    assert "request id: r1" in told.text


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("authentication", "Check the key: `overpaint key set ENDPOINT`, or OVERPAINT_API_TOKEN."),
        ("not_sent", "If your network has an authority of its own, give its file: `--ca-file`."),
        ("journal", "Make room there, or name another folder in OVERPAINT_DATA_DIR."),
        ("answer_timeout", "It may have started; look at `overpaint jobs list`."),
    ],
)
def test_an_editor_sends_nobody_to_a_terminal(code: str, hint: str) -> None:
    from overpaint_bridge.trouble import SENTENCES

    wording.use_language(["en"])

    told = wording.trouble(Failed("job-1", code, "It said no.", hint))

    assert told.what == "It said no."
    assert told.next == SENTENCES[code][2]
    assert hint in told.details


@pytest.mark.usefixtures("in_english")
def test_where_there_is_nothing_else_to_do_a_command_is_named() -> None:
    wording.use_language(["en"])

    told = wording.trouble(Refused("It is locked.", "Give the key in OVERPAINT_API_TOKEN."))

    assert told.next == "Give the key in OVERPAINT_API_TOKEN."


@pytest.mark.usefixtures("in_english")
def test_a_test_that_wants_a_key_points_to_the_field_for_it() -> None:
    from overpaint_bridge.connection import Connection
    from overpaint_bridge.desk import Desk

    def never() -> Session:
        raise AssertionError

    wording.use_language(["en"])
    desk = Desk(Connection(never))

    assert desk.hear(
        reports.Tested(
            "studio",
            ok=False,
            message="It wants a key, and has none.",
            hint="Give it one: `overpaint key set studio`.",
        )
    )

    assert desk.tested is not None
    assert desk.tested.hint == "Enter its key, and press Test again."


def test_every_error_of_the_core_has_its_own_words() -> None:
    from overpaint import errors
    from overpaint_bridge.trouble import SENTENCES

    def codes(kind: type[errors.OverpaintError]) -> set[str]:
        return {kind.code}.union(*(codes(inner) for inner in kind.__subclasses__()))

    # The worker itself can't say that it could not be started.
    assert codes(errors.OverpaintError) - {"overpaint", "worker"} - SENTENCES.keys() == set()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.9, "59 s"), (65, "1 min 05 s"), (600, "10 min 00 s")]
)
def test_time_is_told_in_whole_seconds(seconds: float, said: str) -> None:
    assert wording.elapsed(seconds) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(None, ""), (0, "Free"), (0.0042, "Cost: $0.0042"), (2.5, "Cost: $2.50")],
)
def test_cost_is_told_where_it_is_known(amount: float | None, said: str) -> None:
    assert wording.cost(amount) == said


def test_what_a_model_ignores_is_told_in_a_sentence() -> None:
    assert wording.ignored([]) == ""
    assert wording.ignored(["steps", "flux"]) == "This model ignores: steps, flux."


@pytest.mark.usefixtures("in_english")
def test_a_run_is_told_in_a_line() -> None:
    wording.use_language(["en"])
    run = PanelRun(stage="searching")

    assert wording.said(run) == "Searching · 0 s"
    run.charged = "no"
    run.end("canceled")
    assert wording.said(run) == "Canceled. Nothing was charged."
    run.end("done")
    run.ignored, run.cost = ["prompt"], 0.01
    assert wording.said(run) == "Done in 0 s"
    assert wording.notes(run) == ["This model ignores: prompt.", "Cost: $0.0100"]


@pytest.mark.parametrize(
    ("address", "told", "of_it"),
    [
        (
            "",
            "Nothing leaves this computer",
            "It reads 30 × 40 pixels at 1, 2 of the image.",
        ),
        (
            "host:8460",
            "Goes to host:8460 (endpoint “studio”).",
            "30 × 40 pixels at 1, 2 of the image, sent as 60 × 80.",
        ),
    ],
)
def test_what_is_sent_is_told_in_two_lines(address: str, told: str, of_it: str) -> None:
    whom, part = wording.sent(SentView("studio", address, 1, 2, 30, 40, 60, 80))

    assert told in whom
    assert part == of_it


def test_what_an_endpoints_test_says_is_said_so_by_the_core() -> None:
    from overpaint import checkup
    from overpaint_bridge.desk import TOLD

    source = Path(checkup.__file__).read_text(encoding="utf-8")

    assert [sentence for sentence in TOLD if f'"{sentence}"' not in source] == []
