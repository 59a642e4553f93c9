"""The drill: back up, begin on an empty machine, restore, verify; and what a backup can suffer is noticed."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pgtrigger
import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from filings.models import Event
from filings.states import Status
from icp_portal.backup import database
from icp_portal.database_roles import check_role
from icp_portal.tests.builders import case_at
from ministry import audit
from ministry.models import AuditCheck, Backup, Subject

pytestmark = pytest.mark.usefixtures("past_pooler", "transactional_db")

KEY = pyrage.x25519.Identity.generate()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ROLES = {name: f"icp_drill_{name}_{WORKER}" for name in ("application", "reports", "public")}


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the backup and the secret key; the portal of the test has an evidence folder of its own."""
    _use_storage(settings, tmp_path / "evidence")
    (tmp_path / "key.txt").write_text(f"# public key: {KEY.to_public()}\n{KEY}\n")
    return tmp_path


def _use_storage(settings: Settings, evidence: Path) -> None:
    storage = settings.STORAGES["default"] | {"OPTIONS": {"location": str(evidence)}}
    settings.STORAGES = settings.STORAGES | {"default": storage}


@contextmanager
def empty_machine(settings: Settings, evidence: Path) -> Iterator[None]:
    """Sign in to a new database as its owner, who is no superuser, with a new folder for the files."""
    before, storages = dict(connection.settings_dict), settings.STORAGES
    name, owner = f"drill_{WORKER}", f"icp_drill_owner_{WORKER}"
    server = re.sub("^postgres:", "postgresql:", os.environ["DATABASE_URL"])
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE")
        administrator.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
        try:
            connection.close()
            connection.settings_dict.update(NAME=name, USER=owner)
            _use_storage(settings, evidence)
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)
            settings.STORAGES = storages
            administrator.execute(f"DROP DATABASE {name}")
            for role in (*ROLES.values(), owner):
                administrator.execute(f"DROP ROLE IF EXISTS {role}")


def backed_up(folder: Path, name: str = "portal.age") -> str:
    out = StringIO()
    call_command("backup", folder / name, recipient=[str(KEY.to_public())], stdout=out)
    return out.getvalue()


def restored(folder: Path, name: str = "portal.age") -> str:
    out = StringIO()
    call_command("restore", folder / name, identity=folder / "key.txt", stdout=out)
    return out.getvalue()


def stored(evidence: Path) -> dict[str, bytes]:
    return {str(path.relative_to(evidence)): path.read_bytes() for path in evidence.rglob("*") if path.is_file()}


def test_the_drill(folder, settings, record_property):
    number = str(case_at(Status.FILED).filing.subject.number)
    rows, evidence = counted(), stored(folder / "evidence")
    (folder / "evidence" / "named-by-nothing").write_bytes(b"not backed up")
    said = backed_up(folder)

    made = Backup.objects.get()
    size = (folder / "portal.age").stat().st_size
    assert (made.size, f"{made.sha256}  portal.age\n") == (size, (folder / "portal.age.sha256").read_text())
    assert evidence
    assert sorted(path.name for path in folder.iterdir()) == ["evidence", "key.txt", "portal.age", "portal.age.sha256"]
    content = (folder / "portal.age").read_bytes()
    assert (folder / "portal.age.sha256").read_text() == f"{sha256(content).hexdigest()}  portal.age\n"
    assert (folder / "portal.age").stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="exists; nothing is overwritten"):
        backed_up(folder)

    with empty_machine(settings, folder / "anew"):
        again = restored(folder)
        assert counted() == rows
        assert stored(folder / "anew") == evidence
        assert str(Subject.objects.get().number) == number
        assert AuditCheck.objects.get().fault == ""
        with pytest.raises(CommandError, match="The database is not empty"):
            restored(folder)
        _let_the_portal_in()
    assert " MB in " in said
    assert " s and verified it: " in again
    record_property("measured", said + again)


def _let_the_portal_in() -> None:
    """Grant the roles as the owner of the new database, and sign in as the application."""
    call_command("grant_roles", **ROLES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    connection.close()
    connection.settings_dict["USER"] = ROLES["application"]
    assert check_role(databases=["default"]) == []
    assert Subject.objects.count() == 1


def counted() -> dict[str, int]:
    """The rows of each table, but for the audit log, to which restoring adds what was waiting and a check."""
    return {table: count for table, count in database.counts().items() if not table.startswith("ministry_audit")}


def test_a_backup_that_was_cut_changed_or_is_for_others_restores_nothing(folder, settings):
    case_at(Status.FILED)
    backed_up(folder)
    content = (folder / "portal.age").read_bytes()
    middle = len(content) // 2
    (folder / "cut.age").write_bytes(content[:middle])
    (folder / "changed.age").write_bytes(content[:1000] + bytes([content[1000] ^ 1]) + content[1001:])
    (folder / "other.txt").write_text(str(pyrage.x25519.Identity.generate()))
    (folder / "used").mkdir()
    (folder / "used" / "file").touch()

    with empty_machine(settings, folder / "anew"):
        assert refused(folder, "cut.age") == "The encrypted file can't be written or read: decryption error"
        assert refused(folder, "changed.age") == "The encrypted file can't be written or read: decryption error"
        with pytest.raises(CommandError, match="No matching keys found"):
            call_command("restore", folder / "portal.age", identity=folder / "other.txt")
        settings.AUDIT_KEY = settings.DIGEST_KEY
        assert refused(folder) == "These settings lack a key with which the backup was made: AUDIT_KEY."
        _use_storage(settings, folder / "used")
        assert refused(folder) == (
            "The storage of files is not empty. Name a new folder or bucket; nothing is ever overwritten."
        )
        assert database.is_empty()


def refused(folder: Path, name: str = "portal.age") -> str:
    with pytest.raises(CommandError) as refusal:
        restored(folder, name)
    return str(refusal.value)


def test_restoring_notices_a_file_and_a_row_that_were_changed_before_the_backup(folder, settings):
    picture = case_at(Status.FILED).filing.evidence.order_by("pk").first()
    audit.seal()
    (folder / "evidence" / picture.file.name).write_bytes(b"another picture")
    backed_up(folder, "file.age")
    with empty_machine(settings, folder / "first"):
        assert refused(folder, "file.age") == f"Files: {picture.file.name} differs from the SHA-256 in its row."

    (folder / "evidence" / picture.file.name).unlink()
    with pgtrigger.ignore("filings.Event:event_append_only"):
        Event.objects.filter(name="approve").update(actor_name="nobody")
    assert ", 1 not there)" in backed_up(folder, "row.age")
    with empty_machine(settings, folder / "second"):
        assert "Audit log:" in (said := refused(folder, "row.age"))
        assert "filings_event" in said
