"""What the portal of one machine keeps: secrets for good, a lock for as long as it runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from ops import state
from ops.state import PortalError, State

LOCK_AND_WAIT = """
import sys
from pathlib import Path
from ops.state import State
State(Path(sys.argv[1])).lock("http://127.0.0.1:8000")
print("locked", flush=True)
sys.stdin.read()
"""


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = State(tmp_path).secrets()

    assert State(tmp_path).secrets() == first
    assert (tmp_path / "portal.env").stat().st_mode & 0o777 == 0o600
    assert len(first["SECRET_KEY"]) >= 50
    assert Fernet(first["FIELD_KEYS"]).decrypt(Fernet(first["FIELD_KEYS"]).encrypt(b"data")) == b"data"


def test_no_two_machines_have_the_same_secrets(tmp_path: Path) -> None:
    one, other = State(tmp_path).environment(), State(tmp_path).secrets()
    assert one == {}
    (tmp_path / "portal.env").unlink()

    assert not set(State(tmp_path).secrets().values()) & set(other.values())


def test_variables_come_back_as_they_were(tmp_path: Path) -> None:
    kept = {
        "DATABASE_URL": "postgres://icp@/portal?host=/a b/备案",
        "DEFAULT_FROM_EMAIL": "ICP <icp@localhost>",
    }

    State(tmp_path).keep_environment(kept)

    assert State(tmp_path).environment() == kept


def test_a_second_portal_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOCK_AND_WAIT, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout
        first.stdout.readline()
        with pytest.raises(PortalError, match=r"already running at http://127\.0\.0\.1:8000"):
            State(tmp_path).lock("http://127.0.0.1:9000")
        first.kill()


def test_the_lock_of_a_dead_portal_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(state, "hold", held.append)
    (tmp_path / "lock").write_text(json.dumps({"pid": 2**22 + 1, "address": "http://127.0.0.1:8000"}))
    monkeypatch.setattr(state, "GRACE", -4)  # nobody to wait for
    State(tmp_path).lock("http://127.0.0.1:9000")

    # Nobody's number, and one that somebody else has got by now.
    for pid in (2**22 + 1, os.getppid()):
        os.truncate(tmp_path / "lock", 0)
        os.pwrite(held[0], json.dumps({"pid": pid, "birth": "1", "address": ""}).encode(), 0)
        with pytest.raises(PortalError, match="still running"):
            State(tmp_path).lock("http://127.0.0.1:9000")
    os.close(held[0])


def test_a_large_log_starts_anew_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "LOG_BYTES", 3)
    kept = State(tmp_path)
    kept.prepare()
    kept.log("web").write_text("long")
    kept.log("worker").write_text("-")

    kept.prepare()

    assert {path.name for path in (tmp_path / "logs").iterdir()} == {"web.log.1", "worker.log"}
