"""The shape ARCHITECTURE.md promises, checked on the source itself."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core"
PLUGINS = ROOT / "plugins"
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40

# From the ground up: a room may import from its own row and from the rows above it in this list.
ROWS = (
    (
        "overpaint.cores",
        "overpaint.errors",
        "overpaint.predictions",
        "overpaint.calls",
        "overpaint.geometry",
    ),
    (
        "overpaint.request",
        "overpaint.fields",
        "overpaint.problems",
        "overpaint.unreached",
        "overpaint.endpoints",
        "overpaint.driving",
    ),
    (
        "overpaint.color",
        "overpaint.depth",
        "overpaint.images",
        "overpaint.masks",
        "overpaint.metadata",
        "overpaint.seam",
    ),
    ("overpaint.colormatch",),
    ("overpaint.composite", "overpaint.encoding", "overpaint.files", "overpaint.provenance"),
    (
        "overpaint.models",
        "overpaint.lifecycle",
        "overpaint.discovery",
        "overpaint.uploads",
        "overpaint.flat",
    ),
    ("overpaint.server",),
    (
        "overpaint.hosted",
        "overpaint.embedded",
        "overpaint.transport",
        "overpaint.checkup",
        "overpaint.credentials",
        "overpaint.registry",
        "overpaint.settings",
        "overpaint.settings_file",
    ),
    (
        "overpaint.results",
        "overpaint.job",
        "overpaint.region",
        "overpaint.recipe",
        "overpaint.base_client",
        "overpaint.conversation",
        "overpaint.growing",
        "overpaint.journal",
    ),
    ("overpaint.client", "overpaint.async_client"),
    ("overpaint.batch",),
    ("overpaint",),
    ("overpaint.installing",),
    ("overpaint.doctor",),
    ("overpaint.worker", "overpaint.cli", "overpaint.__main__", "overpaint.demo"),
)
# What an editor's own Python has besides the standard library, by the plug-in's folder.
HOSTS = {
    "gimp": {"gi", "overpaint_bridge", "overpaint_gimp"},
    "krita": {"krita", "pykrita", "PyQt5", "PyQt6", "overpaint_bridge", "overpaint_krita"},
}
STANDARD = frozenset(sys.stdlib_module_names)
# A name of the HTTP library in any other file would tie us to it for good.
HTTP_ROOMS = frozenset({"overpaint.hosted"})
# What runs by itself, and would end or fill the screen by one fault; see ARCHITECTURE.md.
BROAD = {
    "core/overpaint/worker/loop.py": 2,
    "plugins/gimp/overpaint-gimp/overpaint_gimp/faults.py": 2,
    "plugins/krita/overpaint_krita/beat.py": 1,
}
# httpx itself loads rich where that is installed, for its own command line.
SLOW = (
    "numpy",
    "scipy",
    "patchmatch",
    "pyvips",
    "fastapi",
    "uvicorn",
    "typer",
    "keyring",
    "tomlkit",
)


def modules(folder: Path = CORE) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_bridge(path: Path) -> bool:
    return dotted(path).startswith("overpaint_bridge")


def dotted(path: Path) -> str:
    parts = path.relative_to(CORE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports at run time, absolute; type-checking blocks are left out."""
    tree = ast.parse(path.read_text())
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    checking = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in checking:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            for name in node.names:
                inner = f"{base}.{name.name}"
                yield (
                    inner if (CORE / inner.replace(".", "/")).with_suffix(".py").exists() else base
                )


def row(module: str) -> int:
    """The row of a module's room; the longest name that fits is its room."""
    fits = [
        (len(room), index)
        for index, rooms in enumerate(ROWS)
        for room in rooms
        if module == room or module.startswith(f"{room}.")
    ]
    exact = [index for length, index in fits if length > len("overpaint") or module == "overpaint"]
    assert exact, f"{module} stands in no row: give it a room in ROWS and in ARCHITECTURE.md"
    return max(exact) if module == "overpaint" else exact[-1]


@pytest.mark.parametrize("path", [p for p in modules() if not in_bridge(p)], ids=dotted)
def test_arrows_point_one_way(path: Path) -> None:
    own = row(dotted(path))

    upward = [
        target
        for target in imports(path)
        if target.split(".")[0] == "overpaint" and row(target) > own
    ]

    assert upward == []


@pytest.mark.parametrize("path", [p for p in modules() if in_bridge(p)], ids=dotted)
def test_the_bridge_imports_the_standard_library_only(path: Path) -> None:
    foreign = {
        target
        for target in imports(path)
        if target.split(".")[0] not in STANDARD | {"overpaint_bridge"}
    }

    assert foreign == set()


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_a_plugin_needs_no_package(host: str) -> None:
    foreign = {
        (named(path), target)
        for path in modules(PLUGINS / host)
        for target in top_level_imports(path)
        if target not in STANDARD | HOSTS[host]
    }

    assert foreign == set()


def top_level_imports(path: Path) -> Iterator[str]:
    """The packages a file imports, relative imports left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_the_http_library_is_imported_in_one_room(path: Path) -> None:
    uses = any(target.split(".")[0] == "httpx" for target in imports(path))

    assert not uses or dotted(path) in HTTP_ROOMS


def test_only_what_runs_by_itself_catches_everything() -> None:
    broad = {
        named(path): number
        for path in [*modules(), *modules(PLUGINS)]
        if (number := sum(map(is_broad, ast.walk(ast.parse(path.read_text())))))
    }

    assert broad == BROAD


def is_broad(node: ast.AST) -> bool:
    """Whether it catches what nobody expected, and does not hand it on."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = "BaseException" if node.type is None else ast.unparse(node.type)
    hands_on = ("raise", "hearing.set_exception(error)")
    return bool(re.search(r"\b(Base)?Exception\b", caught)) and not any(
        ast.unparse(inner) in hands_on for inner in ast.walk(node)
    )


@pytest.mark.parametrize("path", [*modules(), *modules(PLUGINS)], ids=named)
def test_a_module_is_one_thing(path: Path) -> None:
    lines = len(path.read_text().splitlines())

    assert lines <= LONGEST_MODULE


@pytest.mark.parametrize("path", [*modules(), *modules(PLUGINS)], ids=named)
def test_a_function_is_read_at_a_glance(path: Path) -> None:
    long = [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_lines(node) > LONGEST_FUNCTION
    ]

    assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code below the docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_public_names_are_listed_and_sorted(path: Path) -> None:
    tree = ast.parse(path.read_text())
    lists = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]

    for names in lists:
        defined = set(re.findall(r"[A-Za-z_]\w*", path.read_text()))
        assert sorted(names, key=ruff_order) == names
        assert set(names) <= defined


def ruff_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as ruff sorts `__all__`."""
    if name.isupper():
        return (0, name)
    return (1 if name[0].isupper() else 2, name)


def test_importing_the_library_loads_nothing_slow() -> None:
    code = (
        f"import json, sys, overpaint; print(json.dumps([m for m in {SLOW} if m in sys.modules]))"
    )

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(out.stdout) == []


def test_nothing_is_called_utils() -> None:
    banned = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}

    assert [path for path in modules() if path.stem in banned] == []


@pytest.mark.parametrize("document", ["ARCHITECTURE.md"])
def test_the_map_names_files_that_exist(document: str) -> None:
    text = (ROOT / document).read_text()
    on_the_map = set(re.findall(r"`((?:core|plugins|tests|benchmarks)/[\w./-]+)`", text))

    assert on_the_map
    assert [name for name in sorted(on_the_map) if not (ROOT / name).exists()] == []


def test_the_map_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = {path.name for path in (CORE / "overpaint").iterdir() if path.suffix == ".py"}
    rooms |= {path.name for path in (CORE / "overpaint_bridge").iterdir() if path.suffix == ".py"}

    assert sorted(room for room in rooms - {"__init__.py"} if f"`{room}`" not in text) == []
