"""The test environment: whole, one's own, and gone afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from ops import throwaway

SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


def test_a_command_gets_a_whole_environment_that_ends_with_it() -> None:
    ours = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    command = [sys.executable, "-m", "ops.throwaway", sys.executable, "-c", f"{SHOW}; raise SystemExit(3)"]
    done = subprocess.run(command, env=ours, capture_output=True, text=True, check=False)
    environment = json.loads(done.stdout)

    assert done.returncode == 3
    assert throwaway.SETTINGS.items() <= environment.items()
    assert {
        "DATABASE_URL",
        "REDIS_URL",
        "CELERY_BROKER_URL",
        "EMAIL_URL",
        "EVIDENCE_ROOT",
        "OPEN_DATA_ROOT",
    } <= environment.keys()
    assert environment["THROWAWAY_HOME"] != os.environ["THROWAWAY_HOME"]
    assert not Path(environment["THROWAWAY_HOME"]).exists()


def test_engines_named_by_the_environment_are_not_started() -> None:
    given = {"DATABASE_URL": "postgres://a", "REDIS_URL": "redis://b", "CELERY_BROKER_URL": "redis://c"}
    ours = {name: value for name, value in os.environ.items() if name != "THROWAWAY_VALKEY"}
    command = [sys.executable, "-m", "ops.throwaway", sys.executable, "-c", SHOW]
    done = subprocess.run(command, env=ours | given, capture_output=True, text=True, check=True)

    assert given.items() <= json.loads(done.stdout).items()


def test_every_process_of_a_run_has_a_queue_of_its_own() -> None:
    numbers = [throwaway.process_number(worker) for worker in (None, "gw0", "gw1")]

    assert numbers == [0, 1, 2]
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        ours = throwaway.process_number(os.environ.get("PYTEST_XDIST_WORKER"))
        assert client.get_connection_kwargs()["db"] == 2 * ours + 1


@pytest.mark.xdist_group("a group")
def test_the_runner_keeps_groups_together(request: pytest.FixtureRequest) -> None:
    """A runner that does not know the groups lets browsers and portals crowd each other out."""
    if throwaway.process_number(os.environ.get("PYTEST_XDIST_WORKER")):
        assert request.node.nodeid.endswith("@a group")


def test_files_are_kept_in_memory_only_where_they_fit(monkeypatch, tmp_path):
    monkeypatch.setattr(throwaway, "MEMORY", tmp_path)
    for name, limit in (("SPACE", 1), ("FREE_MEMORY", 1)):
        monkeypatch.setattr(throwaway, name, limit)
    assert throwaway.folder_in_memory() == tmp_path

    monkeypatch.setattr(throwaway, "SPACE", 2**60)
    assert throwaway.folder_in_memory() is None
    monkeypatch.setattr(throwaway, "SPACE", 1)
    monkeypatch.setattr(throwaway, "FREE_MEMORY", 2**60)
    assert throwaway.folder_in_memory() is None
    monkeypatch.setattr(throwaway, "FREE_MEMORY", 1)
    monkeypatch.setattr(throwaway, "MEMORY", tmp_path / "absent")
    assert throwaway.folder_in_memory() is None
