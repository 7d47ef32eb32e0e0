"""`hatch run canary`: the tests and a walk with a key of their own, then a search for it.

All tests in one process, with every folder, stream and log kept; those of the editors are left out,
which have no key, and those that set up outside programs. `--leak` puts the key where it must not
be, to show that it would be found.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fakes.keys import TESTS_KEY

from .arguments import Arguments
from .search import Search

TESTS = Path(__file__).parents[1]
SUITE = ["-m", "pytest", "-rA", "--log-level=DEBUG", "-p", "no:cacheprovider"]
# What a test that fails quotes of itself is no leak.
SUITE += ["--override-ini=tmp_path_retention_policy=all", "--tb=no"]
HOMES = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "runtime",
    "TMPDIR": "temporary",
}


def main() -> None:
    """Run everything, search, print, and exit with 1 if the key was found."""
    parser = argparse.ArgumentParser(prog="hatch run canary", description=__doc__)
    parser.add_argument("--leak", action="store_true", help="plant the key, to see it found")
    parser.add_argument("--no-tests", action="store_true", help="the walk only")
    parser.add_argument("tests", nargs="*", help="only these tests")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="overpaint-canary-"))
    key = f"r8_canary-{secrets.token_hex(16)}"
    environment = private(folder, key)
    began, is_whole = time.monotonic(), True
    with Arguments() as arguments:
        if not given.no_tests:
            is_whole = suite(given.tests, folder, environment)
        start(["-m", "canary.walk"], folder / "walk", environment)
        if given.leak:
            leak(folder, key, environment)
    search = Search()
    search.folder(folder, key)
    # Sessions' folders lie in the memory, wherever temporary files are.
    for left in Path("/dev/shm").glob("overpaint-*"):  # noqa: S108  nothing is made in it
        search.folder(left, key)
    search.lines(arguments.seen, key)
    report(search, arguments, folder)
    print(f"{(time.monotonic() - began) / 60:.1f} minutes")
    sys.exit(0 if is_whole and not search.hits else 1)


def private(folder: Path, key: str) -> dict[str, str]:
    """An environment with folders of its own, and the key."""
    environment = {**os.environ, TESTS_KEY: key}
    # The tests that set up outside programs take an hour, and know no key but those of the others.
    environment.pop("CI", None)
    # No key store, so that the key goes into its announced file, where it can be looked at.
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    environment["PYTHONFAULTHANDLER"] = "1"
    environment["PYTHONPATH"] = str(TESTS)
    for name, place in HOMES.items():
        (folder / place).mkdir(mode=0o700)
        environment[name] = str(folder / place)
    return environment


def suite(tests: list[str], folder: Path, environment: dict[str, str]) -> bool:
    """The tests, everything they print and log kept; whether they ran to their end.

    One that fails here is another command's business: it has left its files all the same.
    """
    chosen = tests or [str(TESTS), f"--ignore={TESTS / 'hosts'}"]
    code = start([*SUITE, *chosen], folder / "suite", environment, cwd=TESTS.parent)
    said = (folder / "suite.stdout").read_text(errors="replace").splitlines()
    print(f"tests: {said[-1] if said else 'nothing was said'} (exit code {code})", flush=True)
    return code in (0, 1)


def start(
    arguments: list[str], name: Path, environment: dict[str, str], *, cwd: Path | None = None
) -> int:
    """Run a Python, its two streams kept beside `name`."""
    name.mkdir()
    with (
        name.with_suffix(".stdout").open("wb") as out,
        name.with_suffix(".stderr").open("wb") as err,
    ):
        done = subprocess.run(
            [sys.executable, *arguments],
            stdout=out,
            stderr=err,
            env=environment,
            cwd=cwd or name,
            check=False,
        )
    return done.returncode


def leak(folder: Path, key: str, environment: dict[str, str]) -> None:
    """Put the key into a file, a stream and an argument."""
    (folder / "config" / "settings.toml").write_bytes(key.encode("utf-16-le"))
    code = "import sys, time; print(sys.argv[1]); time.sleep(1)"
    start(["-c", code, key], folder / "leak", environment)


def report(search: Search, arguments: Arguments, folder: Path) -> None:
    """Print what was searched and found."""
    print(f"searched: {search.files:,} files and streams, {search.size:,} bytes, below {folder}")
    print(f"arguments: {len(arguments.seen)} command lines in {arguments.samples} samples")
    print(f"in key files of mode 0600, as announced: {len(search.announced)}")
    print(f"hits: {len(search.hits)}")
    for path, form in search.hits[:50]:
        print(f"  {path}: {form}")


if __name__ == "__main__":
    main()
