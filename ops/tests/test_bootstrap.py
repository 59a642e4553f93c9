"""The set-up: it takes a Python that works, installs once, and never goes round in circles."""

import os
import stat
import sys
from pathlib import Path

import pytest

from ops import bootstrap
from ops.bootstrap import Interpreter


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose requirements are empty, so that nothing is fetched."""
    (tmp_path / "requirements-portal.txt").write_text("# nothing\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements-portal.txt\n# no more\n")
    (tmp_path / "requirements-portal.lock").write_text("# nothing\n")
    (tmp_path / "requirements-dev.lock").write_text("# nothing, and no more\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.delenv(bootstrap.ENTERED, raising=False)
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pip was asked for, instead of pip."""
    asked: list[str] = []
    monkeypatch.setattr(bootstrap, "_pip", lambda venv, lock: asked.append(lock))
    return asked


def program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = program(tmp_path / "python3.13", "echo 'python3.13: command not found' >&2; exit 127")
    old = program(tmp_path / "python3.9", "echo 3 9 1")
    bare = program(tmp_path / "python3.12", "echo 3 12 0")
    good = program(tmp_path / "python3.11", "echo 3 11 1")
    monkeypatch.setattr(bootstrap, "_candidates", lambda: [broken, old, bare, good, str(tmp_path / "none")])

    assert bootstrap.best_interpreter().path == good


def test_the_preferred_version_wins_among_those_that_work() -> None:
    versions = [(3, 11), (3, 15), (3, 13), (3, 14), (3, 12)]
    ranked = sorted((Interpreter("", version, True) for version in versions), key=lambda each: each.rank)

    assert [each.version for each in ranked] == [(3, 13), (3, 12), (3, 14), (3, 11), (3, 15)]


def test_this_machine_has_a_python_that_works() -> None:
    assert bootstrap.probe(bootstrap.best_interpreter().path) is not None


def test_no_python_at_all_ends_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_candidates", lambda: [])

    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed.*apt-get install python3 python3-venv"):
        bootstrap.best_interpreter()


def test_a_missing_venv_package_is_named_to_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit, match=r"\n  sudo apt-get install python3\.13-venv$"):
        bootstrap._install_venv_package(Interpreter("python3", (3, 13), False))


def test_a_real_environment_is_made_and_remembered(project: Path) -> None:
    bootstrap.install(project / ".venv", "requirements-portal.lock")

    assert bootstrap.is_installed(project / ".venv", "requirements-portal.lock")
    assert not bootstrap.is_installed(project / ".venv", "requirements-dev.lock")
    made = bootstrap.probe(str(project / ".venv" / "bin" / "python"))
    assert made
    assert made.version >= bootstrap.OLDEST


def test_each_file_is_installed_once(project: Path, installed: list[str]) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)

    smaller, larger = "requirements-portal.lock", "requirements-dev.lock"
    for wanted in (smaller, smaller, larger, smaller):
        bootstrap.install(project / ".venv", wanted)
    assert installed == [smaller, larger]

    for lock in (smaller, larger):
        (project / lock).write_text("# something new\n")
    bootstrap.install(project / ".venv", larger)
    bootstrap.install(project / ".venv", smaller)
    assert installed == [smaller, larger, larger]


def test_the_projects_own_environment_wins(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "orig_argv", ["python3", "manage.py", "shell"])
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, words: became.append(words))

    bootstrap.enter(None)

    assert became == [[str(python), "manage.py", "shell"]]
    monkeypatch.setenv(bootstrap.ENTERED, "1")
    with pytest.raises(SystemExit, match="Remove the folder"):
        bootstrap.enter(None)


def test_without_one_a_prepared_interpreter_is_left_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "requirements-portal.txt").write_text("django>=5.2\npsycopg[binary,pool]>=3.3\n")
    monkeypatch.setattr(os, "execv", lambda path, words: pytest.fail("changed the interpreter"))

    bootstrap.enter(None)
    bootstrap.enter("requirements-portal.lock")
