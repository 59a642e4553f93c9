"""Tests of the former release's code on tables of this release: whether they run there, and what a failure says."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from ops import former, releases
from ops.throwaway import PAST_POOLER

pytestmark = pytest.mark.xdist_group("former")  # they use one name of a database

MIGRATION = "papers/migrations/0001_initial.py"
COMMIT = ("-c", "user.name=a", "-c", "user.email=a@icp.test", "commit", "--quiet", "--message=a")
CONFTEST = """
import os, psycopg, pytest
from urllib.parse import urlsplit

@pytest.fixture
def database(pytestconfig):
    own = not pytestconfig.getoption("reuse_db")
    path = "/postgres" if own else "/test_former"
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=path).geturl()
    with psycopg.connect(address) as connection:
        if own:
            connection.execute("CREATE TEMP TABLE paper (title text)")
        yield connection
"""
WRITES = """
def test_a_paper_is_written(database):
    database.execute("INSERT INTO paper VALUES ('a')")
"""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def commit(repository: Path, migration: str) -> str:
    """Commit a migration with that text; return the name of the commit."""
    (repository / MIGRATION).write_text(migration)
    git(repository, "add", ".")
    git(repository, *COMMIT)
    return git(repository, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / MIGRATION).parent.mkdir(parents=True)
    git(folder, "init", "--quiet")
    return folder


def test_the_former_code_comes_from_git_also_into_a_shallow_clone(repository: Path, tmp_path: Path):
    first, _second = commit(repository, "1"), commit(repository, "2")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), str(shallow))

    for number, source in enumerate((repository, shallow)):
        former.extract(source, first, tmp_path / str(number))
        assert (tmp_path / str(number) / MIGRATION).read_text() == "1"
    with pytest.raises(LookupError, match="git doesn't have the former release 0000"):
        former.extract(shallow, "0" * 40, tmp_path)


@pytest.fixture
def run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Runs the command in the repository; its first commit is the former release."""
    monkeypatch.setattr(former, "ROOT", repository)
    monkeypatch.setattr(releases, "COMMIT", commit(repository, "1"))
    monkeypatch.setattr(releases, "RELEASED", {"papers": "0001_initial"})

    def _run(*, works: bool = False) -> int:
        monkeypatch.setattr(former, "_tried", lambda code: works and (code / MIGRATION).read_text() == "1")
        return former.main()

    return _run


def test_the_former_code_is_run_when_a_migration_is_newer(repository, run, capsys):
    assert run() == 0
    assert "No migration has changed" in capsys.readouterr().out

    (repository / MIGRATION).with_name("0002_later.py").write_text("2")
    assert run(works=True) == 0
    assert run(works=False) == 1


def test_a_commit_of_another_release_or_none_is_named(run, monkeypatch, capsys):
    monkeypatch.setattr(releases, "RELEASED", {"papers": "0002_later"})
    assert run() == 1
    assert "That commit has {'papers': '0001_initial'}." in capsys.readouterr().out

    monkeypatch.setattr(releases, "COMMIT", "v1.0")
    assert run() == 0
    assert "NOT TRIED: git doesn't have the former release v1.0" in capsys.readouterr().out


def test_without_git_nothing_is_tried_and_that_is_said(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(former, "ROOT", tmp_path)
    assert run() == 0
    assert "NOT TRIED" in capsys.readouterr().out


@pytest.fixture
def migrated() -> Iterator[Callable[[str], tuple[str, str]]]:
    """Makes a database with a table that was changed; returns the server's address and the name."""
    server, name = os.environ.get(PAST_POOLER) or os.environ["DATABASE_URL"], "former_template"
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {name}")

        def change(statement: str) -> tuple[str, str]:
            with psycopg.connect(former.address(server, name)) as inside:
                inside.execute("CREATE TABLE paper (title text)")
                inside.execute(statement)
            return server, name

        yield change
        connection.execute(drop)


@pytest.mark.parametrize(
    ("change", "tests", "printed"),
    [
        ("ALTER TABLE paper ADD later integer", WRITES, [former.WORKS]),
        (
            "ALTER TABLE paper ADD CONSTRAINT no_a CHECK (title <> 'a')",
            WRITES,
            ['violates check constraint "no_a"', "1 passed", former.BROKEN.format(commit="v1.0")],
        ),
        (
            "ALTER TABLE paper ADD later integer NOT NULL",
            f"{WRITES}\ndef test_the_year(): assert 2026 < 2000",
            ["violates not-null", "assert 2026 < 2000", former.FAILS_ANYWAY.format(commit="v1.0")],
        ),
    ],
    ids=["harmless", "refusing", "refusing, and the test fails anyway"],
)
def test_former_code_that_fails_on_the_new_tables_is_told(change, tests, printed, tmp_path, migrated, capfd):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_papers.py").write_text(tests)

    works = former.works(tmp_path, ["test_papers.py"], *migrated(change), commit="v1.0")

    out = capfd.readouterr().out
    assert [text for text in printed if text not in out] == []
    assert works is (former.WORKS in printed)
