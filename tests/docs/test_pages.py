"""The pages hold: code runs, links lead somewhere, sentences are the program's own."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageSequence

from overpaint.cli.comparison import before_and_after
from overpaint.errors import OverpaintError
from overpaint.settings_file import SettingsFile
from overpaint_bridge.trouble import SENTENCES

from . import fills, models, screenshots, troubles

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
CATALOGUES = ROOT / "core/overpaint_bridge/translations"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# Run, or, of what a person types, each command looked up; and the settings file's.
LANGUAGES = ("python", "sh", "console", "toml")
# What the README begins with; the gate runs the second, and of the first all but the folder.
SET_UP = ("    pip install . && overpaint demo\n", "    pip install hatch && hatch test\n")
# Stands in the pages for an endpoint; the tests put a real server in its place.
HOST = "https://host.example/replicate/v1"


def blocks(page: Path, language: str) -> list[str]:
    return [code for name, code in FENCE.findall(page.read_text()) if name == language]


def unseen(page: Path) -> list[str]:
    """Code that none of the tests below would find."""
    text = page.read_text()
    prose = FENCE.sub("", text)
    fences = [line for line in prose.splitlines() if line.lstrip().startswith(("```", "~~~"))]
    indented = re.findall(r"^\n((?: {4}\S.*\n)+)", prose, re.MULTILINE)
    others = [name for name, _ in FENCE.findall(text) if name not in LANGUAGES]
    return [*fences, *others, *(block for block in indented if block not in SET_UP)]


def pages_with(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


def name(page: Path) -> str:
    return page.name


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a real server, as `overpaint serve` gives it."""
    command = [sys.executable, "-m", "overpaint", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"(http://\S+)/v1 ", process.stdout.readline())
        assert found is not None
        yield f"{found[1]}/replicate/v1"
        process.terminate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the pages speak of, and a home with both editors in it."""
    picture = Image.radial_gradient("L").resize((128, 96)).convert("RGB")
    picture.save(tmp_path / "photo.png")
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((50, 40, 70, 60), fill=255)
    mask.save(tmp_path / "mask.png")
    (tmp_path / "pairs").mkdir()
    picture.save(tmp_path / "pairs/one.png")
    mask.save(tmp_path / "pairs/one-mask.png")
    (tmp_path / "list.csv").write_text("image,mask,output\nphoto.png,mask.png,listed.png\n")
    for editor in (".local/share/krita", ".config/GIMP/3.0"):
        (tmp_path / "home" / editor).mkdir(parents=True)
    return tmp_path


def run(command: list[str], folder: Path) -> None:
    programs = Path(sys.executable).parent
    kept = {name: os.environ[name] for name in ("LANG", "SYSTEMROOT") if name in os.environ}
    environment = kept | {
        "HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(programs), os.defpath]),
        "COLUMNS": "100",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_code_in_the_pages_is_out_of_the_tests_sight(page: Path) -> None:
    assert unseen(page) == []


@pytest.mark.parametrize("page", pages_with("python"), ids=name)
def test_python_in_the_pages_runs(page: Path, folder: Path, server: str) -> None:
    code = "\n".join(blocks(page, "python")).replace(HOST, server)
    script = folder / "page.py"
    script.write_text(code)

    run([sys.executable, "-W", "error", str(script)], folder)


@pytest.mark.parametrize("page", pages_with("sh"), ids=name)
def test_commands_in_the_pages_run(page: Path, folder: Path, server: str) -> None:
    code = "\n".join(blocks(page, "sh")).replace(HOST, server)

    run(["bash", "-euxc", code], folder)


@pytest.mark.parametrize("page", pages_with("toml"), ids=name)
def test_settings_in_the_pages_are_taken(page: Path) -> None:
    for block in blocks(page, "toml"):
        assert SettingsFile.model_validate(tomllib.loads(block)).model_fields_set


def commands() -> list[tuple[str, str]]:
    """Every command named in the pages, with the options it is given."""
    found = set()
    for page in PAGES:
        for line in re.findall(r"\boverpaint ([a-z][^\n`·,;]*)", page.read_text()):
            words = line.split()
            verbs = [words[0]]
            if words[0] in ("endpoint", "key", "jobs") and len(words) > 1:
                verbs.append(words[1].rstrip("."))
            found |= {(" ".join(verbs), word) for word in words if word.startswith("--")}
            found.add((" ".join(verbs), ""))
    return sorted(found)


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    """What each command says of itself, asked once."""
    said = {}
    verbs = {verb for verb, _ in commands() if is_command(verb)}
    for verb in sorted(verbs):
        done = subprocess.run(
            [sys.executable, "-m", "overpaint", *verb.split(), "--help"],
            env={**os.environ, "COLUMNS": "200", "TERM": "dumb"},
            capture_output=True,
            text=True,
            check=False,
        )
        said[verb] = done.stdout if done.returncode == 0 else ""
    return said


def is_command(verb: str) -> bool:
    """False for prose: the word after the project's name in a sentence."""
    known = "demo|fill|expand|batch|serve|jobs|endpoint|key|install|uninstall|doctor"
    return re.match(rf"({known})\b", verb) is not None


def test_every_command_and_option_named_is_there(helps: dict[str, str]) -> None:
    named = [(verb, option) for verb, option in commands() if verb in helps]
    missing = [
        f"overpaint {verb} {option}"
        for verb, option in named
        if not helps[verb] or not re.search(rf"{re.escape(option)}\b", helps[verb])
    ]

    assert len(named) > 20
    assert missing == []


def targets(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Every link of a page within the repository: as written, its file, its anchor."""
    for written in LINK.findall(page.read_text()):
        if not re.match(r"\w+:", written):
            path, _, anchor = written.partition("#")
            yield written, (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize(
    "page", [*PAGES, *(ROOT / f"{stem}.md" for stem in ("ARCHITECTURE", "CONTRIBUTING"))], ids=name
)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        written
        for written, path, anchor in targets(page)
        if not path.exists() or (anchor and anchor not in anchors(path))
    ]

    assert broken == []


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-") for text in headings}


def test_every_page_is_reachable_from_the_readme() -> None:
    seen, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        linked = {path for _, path, _ in targets(page) if path.suffix == ".md" and path.exists()}
        waiting += sorted(linked - seen)

    assert [page.name for page in PAGES if page.resolve() not in seen] == []


def test_the_readmes_first_screen_has_two_commands_and_the_way_into_both_editors() -> None:
    screen = "".join(README.read_text().splitlines(keepends=True)[:28])

    pages = ("docs/gimp.md", "docs/krita.md")
    order = ("](docs/images/demo.png)", *SET_UP, "`overpaint install`", *pages)
    places = [screen.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "Python 3.11" in screen
    assert "-m venv" in screen


def test_every_picture_is_shown_somewhere() -> None:
    shown = {path for page in PAGES for _, path, _ in targets(page)}

    assert [path.name for path in (ROOT / "docs/images").iterdir() if path not in shown] == []


def test_a_screenshot_older_than_what_draws_it_is_not_taken(tmp_path: Path) -> None:
    drawn = tmp_path / "plugins/gimp/panel.py"
    drawn.parent.mkdir(parents=True)
    drawn.write_text("box = Gtk.Box()\n")
    picture = tmp_path / "panel.png"
    Image.new("RGB", (8, 8)).save(picture)
    os.utime(drawn, (1, 1))

    target = screenshots.take("gimp-panel", picture, tmp_path, tmp_path)

    assert screenshots.mark(target) == screenshots.digest("gimp", tmp_path)
    drawn.write_text("box = Gtk.Grid()\n")
    os.utime(picture, (1, 1))
    assert screenshots.mark(target) != screenshots.digest("gimp", tmp_path)
    with pytest.raises(ValueError, match=r"older than panel\.py"):
        screenshots.take("gimp-panel", picture, tmp_path, tmp_path)


def test_every_screenshot_is_younger_than_the_files_that_draw_it() -> None:
    """`hatch run pictures all` takes them anew, and says what to look at."""
    assert screenshots.stale() == []


def test_a_screenshot_without_a_digest_or_with_an_earlier_one_is_stale(tmp_path: Path) -> None:
    for picture in screenshots.shots():
        Image.new("RGB", (8, 8)).save(tmp_path / picture.name)
    everyone = [picture.stem for picture in screenshots.shots()]

    assert screenshots.stale(tmp_path) == everyone

    taken = tmp_path / "taken.png"
    for stem in everyone:
        Image.new("RGB", (8, 8)).save(taken)
        screenshots.take(stem, taken, images=tmp_path)
    assert screenshots.stale(tmp_path) == []


def test_one_command_takes_every_screenshot_that_the_pages_show() -> None:
    assert {picture.stem for picture in screenshots.shots()} == set(screenshots.SHOTS)
    assert {shot.group for shot in screenshots.SHOTS.values()} == set(screenshots.TESTS)


def test_the_recording_and_the_first_picture_show_what_the_demo_does_today(tmp_path: Path) -> None:
    """`hatch run recording:make FONT.ttf` records it anew."""
    command = [sys.executable, "-m", "overpaint", "demo"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    with Image.open(ROOT / "docs/images/recording.gif") as recording:
        shown = recording.info["comment"].decode().splitlines()
        frames = [frame.info["duration"] / 1000 for frame in ImageSequence.Iterator(recording)]

    assert shown == ["$ overpaint demo", *said.stdout.splitlines()]
    assert 10 < sum(frames) <= 22
    made = tmp_path / "overpaint-demo"
    photo = Image.open(made / "photo.jpg").convert("RGB")
    unfilled = before_and_after(photo, photo, np.asarray(Image.open(made / "mask.png")))
    shown_first = ROOT / "docs/images/demo.png"
    assert fills.drift(shown_first, made / "before-after.png", unfilled) < 1


def test_the_fills_shown_are_the_engines_of_today(tmp_path: Path) -> None:
    """`python -m tests.docs.fills` makes them anew."""
    made = tmp_path / "fills.jpg"
    fills.save(fills.page(), made)

    assert fills.drift(fills.TARGET, made, fills.page(is_filled=False)) < 1


def test_the_table_of_models_is_what_the_adapters_do() -> None:
    """`python -m tests.docs.models` brings it up to date."""
    assert models.page() == models.PAGE.read_text()


def test_every_trouble_an_editor_shows_is_in_the_table() -> None:
    """`python -m tests.docs.troubles` brings it up to date."""
    assert troubles.page() == troubles.PAGE.read_text()
    # What a script catches is called the same; `worker` is what `install` alone says.
    codes = {error.code for error in tree_of(OverpaintError)} - {"overpaint", "worker"}
    assert codes <= set(SENTENCES)


def tree_of(error: type[OverpaintError]) -> Iterator[type[OverpaintError]]:
    yield error
    for below in error.__subclasses__():
        if below.__module__ == OverpaintError.__module__:
            yield from tree_of(below)


def said(source: str) -> Iterator[str]:
    """The strings of a program, but for what describes it."""
    tree = ast.parse(source)
    described = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and node not in described:
            yield str(node.value)


# The editors' own words, which the pages lead through.
HOSTS = {
    "AI",
    "Configure Krita",
    "Dockers",
    "Edit",
    "Filters",
    "Folders",
    "Import Python Plugin from File…",
    "Keyboard Shortcuts",
    "Manage Resources…",
    "Open Resource Folder",
    "Plug-ins",
    "Preferences",
    "Python Plugin Manager",
    "Save a Copy…",
    "Scripts",
    "Settings",
    "Tools",
    "Undo",
}
EMPHASIS = re.compile(r"(?<!\*)\*{1,2}(?=[^\s*])([^*]+?)\*{1,2}(?!\*)")


@pytest.mark.parametrize("page", ["gimp", "krita", "troubleshooting", "privacy"])
def test_every_label_a_page_names_is_on_the_screen(page: str) -> None:
    catalogue = CATALOGUES / "de/LC_MESSAGES/overpaint.po"
    shown = {
        re.sub("[_&]", "", text)
        for text in re.findall(r'^msgid "(.+)"$', catalogue.read_text(), re.MULTILINE)
    }
    prose = FENCE.sub("", (ROOT / f"docs/{page}.md").read_text())
    named = [
        label
        for found in EMPHASIS.findall(prose)
        for label in re.split(r"\s+>\s+", found.replace("\n", " "))
        # What is set off as a sentence, or begins one, is no label.
        if not re.search(r"[.:,]|\b(?:was|not)\b|^With", label)
    ]

    assert named
    assert [label for label in named if label not in shown | HOSTS] == []


# What pip and a shell say, not we.
FOREIGN = {"externally-managed-environment", "overpaint: command not found"}


def sought() -> list[str]:
    """The sentences, or their parts, that the page on troubles is looked through for."""
    page = (ROOT / "docs/troubleshooting.md").read_text().split("## What an editor says")[0]
    return re.findall(r"^### (.+)$", page, re.MULTILINE)


def test_the_sentences_to_look_for_are_the_programs_own() -> None:
    spoken = [
        text
        for room in ("core", "plugins")
        for path in sorted((ROOT / room).rglob("*.py"))
        for text in said(path.read_text())
    ]

    assert len(sought()) > len(FOREIGN)
    unknown = [one for one in sought() if not any(one in text for text in spoken)]
    assert set(unknown) == FOREIGN


def test_every_way_a_first_start_can_fail_is_in_the_page() -> None:
    calls = [
        node
        for name in ("complaints", "setup")
        for node in ast.walk(ast.parse((ROOT / f"core/overpaint_bridge/{name}.py").read_text()))
        if isinstance(node, ast.Call)
    ]
    failures = [
        constant.value
        for call in calls
        if getattr(call.func, "id", "") == "SetupFailed" or getattr(call.func, "attr", "") == "_do"
        # The first is what happened, the second what to do; of `_do`, the second is what happened.
        for constant in ast.walk(call.args[getattr(call.func, "attr", "") == "_do"])
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    ]
    failures = [text for text in failures if "canceled" not in text]

    assert len(failures) > 8
    assert [text for text in failures if not any(one in text for one in sought())] == []
