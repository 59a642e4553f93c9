"""The demonstration is loaded once a database, and its accounts are shown at every start."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from ops.portal import Options, Portal, _identity
from ops.state import State


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The project's commands that were run, instead of running them."""
    ran: list[tuple[str, ...]] = []

    def manage(self: Portal, *words: str) -> str:
        ran.append(words)
        return "host@demo\n"

    monkeypatch.setattr(Portal, "_manage", manage)
    return ran


def load(folder: Path) -> str:
    portal = Portal(Options(port=8000, demo=True), State(folder))
    portal._environment.update(portal._own_settings())
    return portal._load_demo()


def test_it_is_loaded_once_a_database(tmp_path: Path, commands: list[tuple[str, ...]]) -> None:
    assert [load(tmp_path), load(tmp_path)] == ["host@demo\n"] * 2

    assert commands == [("seed_demo",), ("seed_demo", "--accounts")]


def test_another_database_gets_it_too(
    tmp_path: Path, commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path)
    monkeypatch.setattr("ops.portal._identity", lambda url: "another")
    load(tmp_path)

    assert commands.count(("seed_demo",)) == 2


def test_a_database_made_anew_under_its_name_is_another() -> None:
    url = os.environ["DATABASE_URL"]
    ours = f"remade_{os.getpid()}"
    seen = set()
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(2):
            connection.execute(f"CREATE DATABASE {ours}")
            seen.add(_identity(urlsplit(url)._replace(path=f"/{ours}").geturl()))
            connection.execute(f"DROP DATABASE {ours}")

    assert len(seen) == 2


def test_what_the_caller_sets_wins_except_for_what_the_command_line_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "http://icp.test")
    monkeypatch.setenv("DEMO", "true")
    portal = Portal(Options(port=8000, demo=False), State(tmp_path))
    portal._environment.update(portal._own_settings())

    environment = portal._whole_environment()

    assert environment["SITE_URL"] == "http://icp.test"
    assert (environment["DEMO"], environment["RELAX_SECOND_FACTOR"]) == ("false", "false")
