"""``python -m bench.mutants``: plant random defects in a copy of the source, one at a time, and print what survives.

Everything is thrown away at the end: the copy, the engines and the database. The first run of the tests, without a
defect, tells which of them run which line.
"""

import argparse
import contextlib
import difflib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest

from bench.mutants.defects import Defect, in_folder, rewrite
from ops.guard import guard
from ops.throwaway import throwaway

ROOT = Path(__file__).parent.parent.parent
MUTATED = ("ministry", "filings", "providers", "bureaus")
TESTS = ("accounts", *MUTATED, "records", "desks", "hosts", "interchange", "icp_portal")
SECONDS_A_TEST = 120
SECONDS_A_DEFECT = 900
UNDECIDED = "UNDECIDED"  # all of its tests together have taken too long, and none has failed
PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "--reuse-db", "-m", "not browser"),
    *("-p", "no:cacheprovider", "-p", "bench.mutants.reach", "-o", "addopts=--strict-markers"),
    # The installed plugins that the tests use. To import all of them takes longer than many a test.
    *("--disable-plugin-autoload", "-p", "django", "-p", "hypothesispytest", "-p", "schemathesis"),
    *("-p", "time_machine", "-p", "xdist"),
)
# A test that hangs ends the run of a defect. The first run, without a defect, has no limit: the machine may be busy.
LIMITED = ("-o", f"faulthandler_timeout={SECONDS_A_TEST}", "-o", "faulthandler_exit_on_timeout=true")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=100, help="how many defects")
    parser.add_argument("--seed", type=int, default=1, help="the same seed plants the same defects")
    parser.add_argument("--source", nargs="+", default=MUTATED, help="folders to plant them in")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="files or folders of tests")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that SIGTERM also cleans up
    with tempfile.TemporaryDirectory(prefix="icp-mutants-") as home, throwaway():
        guard().erase(Path(home))
        root = copied(ROOT, Path(home).resolve() / "copy")
        defects = sample(root, asked.source, asked.number, asked.seed)
        found = measure(root, defects, asked.tests, Database(root).renew)
    sys.stdout.write(f"{found} of {len(defects)} found\n")


def copied(root: Path, copy: Path) -> Path:
    """Copy the checkout without its history and without what it has written; return the copy."""
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache"))
    return copy


def sample(root: Path, folders: Sequence[str], number: int, seed: int) -> list[Defect]:
    """Return random defects, the same for the same source and seed."""
    possible = [defect for folder in folders for defect in in_folder(root, folder)]
    return random.Random(seed).sample(possible, number)  # noqa: S311 — no secret


def measure(root: Path, defects: Sequence[Defect], tests: Sequence[str], renew: Callable[[], None]) -> int:
    """Plant each defect in turn, print whether it is found, return how many were; ``renew`` comes before each run."""
    reached, found = _reached(root, defects, tests, renew), 0
    for number, (defect, chosen) in enumerate(zip(defects, reached, strict=True), 1):
        before = defect.plant(root)
        try:
            finder = _finder(root, sorted(chosen, key=lambda test: _distance(defect, test)), renew)
            after = (root / defect.path).read_bytes()
        finally:
            rewrite(root / defect.path, before)
        is_found = finder not in (None, UNDECIDED)
        found += is_found
        fate = f"found by {finder}" if is_found else f"{finder or 'SURVIVES'} {len(chosen)} tests"
        _say(f"{number} {defect.path}:{defect.first} {fate}")
        if not is_found:
            _say(_difference(defect.path, before, after))
    return found


def _reached(root: Path, defects: Sequence[Defect], tests: Sequence[str], renew: Callable[[], None]) -> list[list[str]]:
    """Return the tests that run a line of each defect, or those that run its file where no test seems to."""
    order = root.parent / "record.json"
    order.write_text(json.dumps([(defect.path, defect.first, defect.last) for defect in defects]))
    renew()
    code, output = _pytest(root, tests, {"MUTANTS_RECORD": str(order)}, None)
    recorded = json.loads(order.read_text())
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or not isinstance(recorded, dict):
        raise SystemExit(f"The tests do not run without a defect:\n{output[-3000:]}")
    if recorded["failed"]:
        _say("left out, because they fail without a defect: " + ", ".join(recorded["failed"]))
    reached: list[list[str]] = recorded["reached"]
    return reached


def _finder(root: Path, tests: list[str], renew: Callable[[], None]) -> str | None:
    """Return what finds the planted defect: a test, also one that hangs, or a start that fails. None if it survives."""
    if not tests:
        return None
    order = root.parent / "run.json"
    order.write_text(json.dumps(tests))
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    renew()
    code, output = _pytest(root, [*LIMITED, "-x", *files], {"MUTANTS_RUN": str(order)}, SECONDS_A_DEFECT)
    if code == -signal.SIGKILL:
        return UNDECIDED
    if code in (0, 5):  # passed; or no test is left, because the defect has renamed them
        return None
    named = re.search(r"^(?:FAILED|ERROR) (\S.*?)(?: - |$)", output, re.MULTILINE)
    return named[1] if named else f"exit {code}: {(output.splitlines() or ['no word'])[-1]}"


def _pytest(root: Path, arguments: Sequence[str], settings: dict[str, str], seconds: float | None) -> tuple[int, str]:
    """Run pytest in the copy; return its exit code and output, ``-9`` when the time was up."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_SET"))}
    written = root.parent / "pytest.txt"
    with written.open("w") as output:
        run = subprocess.Popen(
            [*PYTEST, *arguments],
            cwd=root,
            env=environment | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = run.wait(seconds)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()
    return code, written.read_text(errors="replace")


def _distance(defect: Defect, test: str) -> int:
    """Return a smaller number for a test whose file has more words of the defect's path; it is run earlier."""
    words = [set(re.findall("[a-z]+", path.partition("::")[0])) for path in (defect.path, test)]
    return -len(words[0] & words[1])


def _difference(path: str, before: bytes, after: bytes) -> str:
    old, new = (text.decode().splitlines() for text in (before, after))
    return "\n".join(difflib.unified_diff(old, new, path, path, n=1, lineterm=""))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Database:
    """The tests' database: made once, and before each run copied from how it was then."""

    NAME = "test_portal"
    KEPT = "kept_portal"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._is_made = False

    def renew(self) -> None:
        """Put the database back to what the migrations made."""
        if not self._is_made:
            self._make()
        self._execute(f"DROP DATABASE {self.NAME} WITH (FORCE)", f"CREATE DATABASE {self.NAME} TEMPLATE {self.KEPT}")

    def _make(self) -> None:
        make = "from django.test.utils import setup_databases as make; make(0, False)"
        command = f"import django; django.setup(); {make}"
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "icp_portal.settings"}
        subprocess.run([sys.executable, "-c", command], cwd=self._root, env=environment, check=True)
        self._execute(f"CREATE DATABASE {self.KEPT} TEMPLATE {self.NAME}")
        self._is_made = True

    def _execute(self, *statements: str) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


if __name__ == "__main__":
    main()
