"""The engines: they come up, survive a crash with their data, and cope with what a crash leaves behind."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from ops import engines
from ops.engines import EngineError, Postgres, Valkey

IDENTITIES = list(engines.identities())
EVERY_IDENTITY = pytest.mark.parametrize("identity", IDENTITIES, ids=[each.name for each in IDENTITIES])


@pytest.fixture
def postgres(open_folder: Path) -> Iterator[Postgres]:
    server = Postgres(open_folder / "pg", open_folder / "log", fast=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(open_folder: Path) -> Iterator[Valkey]:
    server = Valkey(open_folder / "valkey 备案", open_folder / "log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A living process that has nothing to do with us."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def ask(server: Postgres, statement: str, database: str = "postgres") -> object:
    with psycopg.connect(server.url(database)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def server_process(server: Postgres) -> int:
    assert server.child
    return server.child.process.pid


@EVERY_IDENTITY
def test_postgres_keeps_its_data_through_a_crash(identity: engines.Identity, open_folder: Path) -> None:
    server = Postgres(open_folder / "pg", open_folder / "log", identity=identity)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")

    server.kill()
    server.start()

    assert ask(server, "SELECT number FROM kept") == (7,)
    server.stop()


@pytest.mark.parametrize("identity", [each for each in IDENTITIES if each.is_stranger], ids=lambda each: each.name)
def test_postgres_moves_out_of_a_closed_folder(
    identity: engines.Identity, open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "RELOCATED", open_folder)
    monkeypatch.setattr(engines, "_is_open_to_all", lambda path: False)
    server = Postgres(tmp_path / "pg", tmp_path / "log", identity=identity)
    server.start()

    assert ask(server, "SELECT 1") == (1,)
    assert {path.name.split("-")[0] for path in open_folder.iterdir()} == {"data", "engine"}
    server.stop()


def test_a_database_is_made_once_and_knows_chinese(postgres: Postgres) -> None:
    postgres.ensure_database("filings")
    postgres.ensure_database("filings")

    ask(postgres, "CREATE EXTENSION pg_trgm", "filings")
    # With LC_CTYPE=C the list would be empty and no name would ever be found.
    assert ask(postgres, "SELECT cardinality(show_trgm('北京公司'))", "filings") == (5,)
    assert ask(postgres, "SHOW server_encoding", "filings") == ("UTF8",)


@pytest.mark.parametrize("lock", ["data/postmaster.pid", "socket/.s.PGSQL.5432.lock"])
def test_a_lock_file_with_somebody_elses_number_is_no_obstacle(
    postgres: Postgres, stranger: subprocess.Popen[bytes], open_folder: Path, lock: str
) -> None:
    postgres.kill()
    file = open_folder / "pg" / lock
    file.write_text(file.read_text().replace(str(server_process(postgres)), str(stranger.pid), 1))

    postgres.start()

    assert ask(postgres, "SELECT 1") == (1,)
    assert stranger.poll() is None


def test_a_server_that_lost_its_supervisor_makes_room(postgres: Postgres, open_folder: Path) -> None:
    ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")

    successor = Postgres(open_folder / "pg", open_folder / "log", fast=True)
    successor.start()

    assert postgres.has_ended
    assert ask(successor, "SELECT number FROM kept") == (7,)
    successor.stop()


def test_a_half_made_cluster_is_made_anew(open_folder: Path) -> None:
    (open_folder / "pg" / "unfinished" / "base").mkdir(parents=True)
    server = Postgres(open_folder / "pg", open_folder / "log", fast=True)

    server.start()

    assert ask(server, "SELECT 1") == (1,)
    server.stop()


def test_a_deep_folder_gets_a_short_socket(open_folder: Path) -> None:
    deep = open_folder / ("deep" * 30)
    server = Postgres(deep / "pg", open_folder / "log", fast=True)
    queue = Valkey(deep / "valkey", open_folder / "queue.log", durable=False)

    server.start()
    queue.start()

    assert ask(server, "SELECT 1") == (1,)
    with redis.Redis.from_url(queue.cache_url()) as client:
        assert client.ping()
    server.stop()
    queue.stop()


def test_a_server_that_cannot_start_says_why(open_folder: Path) -> None:
    (open_folder / "pg" / "data").mkdir(parents=True)

    with pytest.raises(EngineError, match=r"PostgreSQL did not start; see .*log:\n.*postgresql.conf"):
        Postgres(open_folder / "pg", open_folder / "log").start()


def test_valkey_keeps_its_data_through_a_crash(valkey: Valkey) -> None:
    with redis.Redis.from_url(valkey.cache_url(5)) as client:
        client.set("kept", "7")
        client.execute_command("WAITAOF", 1, 0, 5000)

        valkey.kill()
        valkey.start()

        assert client.get("kept") == b"7"


def test_a_valkey_that_lost_its_supervisor_makes_room(valkey: Valkey, open_folder: Path) -> None:
    with redis.Redis.from_url(valkey.cache_url(5)) as client:
        client.set("kept", "7")

    successor = Valkey(open_folder / "valkey 备案", open_folder / "log")
    successor.start()

    assert valkey.has_ended
    with redis.Redis.from_url(successor.cache_url(5)) as client:
        assert client.get("kept") == b"7"
    successor.stop()


def test_valkey_for_tests_writes_nothing(open_folder: Path) -> None:
    server = Valkey(open_folder / "valkey", open_folder / "log", durable=False)
    server.start()
    with redis.Redis.from_url(server.cache_url()) as client:
        client.set("kept", "7")

    server.stop()

    assert server.has_ended
    assert list((open_folder / "valkey").glob("**/*.aof")) == []
