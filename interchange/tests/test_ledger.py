"""The ledger of uploads: without a gap, each once, whoever comes at the same time; nothing of it in the clear."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from filings.errors import FileMissing
from filings.evidence.files import NotStored, kept
from icp_portal.tests import racing
from icp_portal.tests.racing import Gate
from interchange import erasing, kept_files, ledger, outbox
from interchange.models import Connection, Download, StatusLook, Upload, UploadState
from interchange.result_codes import CallRefused, MsgCode
from interchange.tests.systems import System
from ministry import retention
from ministry.retention import DataKind

PERSONAL = "示例身份证号110101199003071234"


def accepted(system: System, sequence: int, digest: str, xml: bytes = b"<a/>") -> None:
    ledger.accept(system.row.pk, sequence, digest, xml)


def files() -> set[str]:
    folder = Path(default_storage.path("interchange"))
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def test_the_database_takes_no_upload_out_of_order(system: System):
    accepted(system, 1, "a")

    for sequence in (1, 3, 0):
        with pytest.raises(IntegrityError, match=r"not the next upload|upload_sequence_in_range"), transaction.atomic():
            Upload.objects.create(connection=system.row, sequence=sequence, digest="b", size=1)
    assert system.reload().last_sequence == 1


@pytest.mark.usefixtures("transactional_db")
def test_two_uploads_with_the_same_number_at_the_same_moment(monkeypatch: pytest.MonkeyPatch):
    """The first is held inside its transaction until the second waits at the lock: it is refused, and keeps no file."""
    system = System()
    before = files()
    first, second = racing.one_then_the_other(
        Gate(monkeypatch, kept_files, "add"),
        lambda: _code(system, "one file", b"<one/>"),
        lambda: _code(system, "another file", b"<another/>"),
    )

    assert (first.result, second.result) == (0, MsgCode.MISSING_UPLOADS)
    assert [row.digest for row in system.row.uploads.all()] == ["one file"]
    assert (system.reload().last_sequence, len(files() - before)) == (1, 1)


@pytest.mark.usefixtures("transactional_db")
def test_the_same_upload_twice_at_the_same_moment(monkeypatch: pytest.MonkeyPatch):
    system = System()
    first, second = racing.one_then_the_other(
        Gate(monkeypatch, kept_files, "add"), lambda: _code(system, "a file"), lambda: _code(system, "a file")
    )

    assert (first.result, second.result) == (0, 0)
    assert system.row.uploads.count() == 1


def _code(system: System, digest: str, xml: bytes = b"<a/>") -> int:
    try:
        accepted(system, 1, digest, xml)
    except CallRefused as refusal:
        return int(refusal.code)
    return 0


def test_a_connection_that_is_closed_meanwhile_takes_nothing(system: System):
    Connection.objects.filter(pk=system.row.pk).update(closed_at="2026-11-29T00:00:00Z")

    assert _code(system, "a") == MsgCode.WRONG_USER
    assert not Upload.objects.exists()


def test_a_full_storage_is_999_and_keeps_nothing(system: System, monkeypatch: pytest.MonkeyPatch):
    before = files()

    def full(*_args: object, **_said: object) -> None:
        raise NotStored(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    assert _code(system, "a") == MsgCode.OTHER
    assert (system.reload().last_sequence, files()) == (0, before)


def test_nothing_personal_is_in_the_clear(system: System, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    assert system.upload(f"<a>{PERSONAL}</a>").code == 0
    assert system.status(2, "11010119900307803X").code == 0
    with kept():
        outbox.write(system.row, f"<a>{PERSONAL}</a>".encode("gbk"))
    system.download()

    secrets = (PERSONAL, "11010119900307803X", system.keys.password, system.keys.secret, system.keys.iv)
    rows = str([list(model.objects.values()) for model in (Upload, Download, StatusLook)])
    kept_bytes = b"".join(Path(path).read_bytes() for path in files())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(one)::text FROM interchange_connection one"
            " UNION ALL SELECT content::text FROM ministry_auditwaiting"
        )
        raw = str(cursor.fetchall())
    for text in secrets:
        assert (text, text in caplog.text, text in rows, text in raw) == (text, False, False, False)
        assert text.encode("gbk") not in kept_bytes
    assert StatusLook.objects.get().is_filed is False


@pytest.fixture
def two(system: System) -> list[Upload]:
    for number in (1, 2):
        accepted(system, number, str(number), f"<a>{number}</a>".encode())
    return list(system.row.uploads.order_by("sequence"))


def test_a_file_in_the_place_of_another_is_not_read(two: list[Upload]):
    assert [kept_files.read(row) for row in two] == [b"<a>1</a>", b"<a>2</a>"]
    first, second = [Path(default_storage.path(row.content.name)) for row in two]
    second.write_bytes(first.read_bytes())
    two[1].file_key = two[0].file_key

    with pytest.raises(InvalidToken, match="was changed"):
        kept_files.read(two[1])

    first.write_bytes(first.read_bytes()[:-1] + b"x")
    with pytest.raises(InvalidToken, match="was changed"):
        kept_files.read(two[0])
    first.unlink()
    with pytest.raises(FileMissing):
        kept_files.read(Upload.objects.get(pk=two[0].pk))


def test_a_file_that_is_gone_is_999_and_said_in_the_log(system: System, two: list[Upload], caplog: Any):
    for lost in (lambda path: path.write_bytes(b"another file, long enough"), Path.unlink):
        lost(Path(default_storage.path(two[1].content.name)))
        assert system.previous().code == MsgCode.OTHER
    assert [record.levelname for record in caplog.records].count("CRITICAL") == 3


def test_the_columns_hold_each_other(two: list[Upload], system: System):
    broken: list[dict[str, Any]] = [
        {"state": UploadState.CHECKED},
        {"state": "lost"},
        {"checked_at": "2026-11-29T00:00Z"},
    ]
    for values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Upload.objects.filter(pk=two[0].pk).update(**values)
    of_connection: list[dict[str, Any]] = [
        {"isp_id": 12345678901},
        {"isp_id": 1234567890123},
        {"reports_from": "09:00"},
        {"reports_from": "09:00", "reports_until": "09:00"},
        {"last_sequence": 2**32},
        {"profile": "old"},
    ]
    for values in of_connection:
        with pytest.raises(IntegrityError), transaction.atomic():
            Connection.objects.filter(pk=system.row.pk).update(**values)


def test_old_contents_are_deleted_but_for_the_last_upload(
    system: System, two: list[Upload], django_capture_on_commit_callbacks: Any
):
    with kept():
        done, waiting = [outbox.write(system.row, b"<DownloadData/>") for _n in range(2)]
    old = timezone.now() - retention.days(DataKind.INTERFACE) - timedelta(minutes=1)
    Upload.objects.update(state=UploadState.CHECKED, checked_at=old)
    Download.objects.filter(pk=done.pk).update(handed_at=old, acked_at=old)
    names = [row.content.name for row in (two[0], two[1], done, waiting)]

    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_old()

    assert [default_storage.exists(name) for name in names] == [False, True, False, True]
    assert list(system.row.uploads.order_by("sequence").values_list("content", flat=True)) == ["", names[1]]
    assert (system.previous().code, system.upload(sequence=1, beianInfoHash=two[0].digest).code) == (0, 0)


@pytest.mark.usefixtures("transactional_db")
def test_old_contents_are_erased_where_the_storage_does_not_delete(monkeypatch: pytest.MonkeyPatch):
    """The file is an orphan then, which the nightly check deletes; the next rows are erased all the same."""
    system = System()
    for sequence in (1, 2, 3):
        accepted(system, sequence, str(sequence))
    old = timezone.now() - retention.days(DataKind.INTERFACE) - timedelta(minutes=1)
    Upload.objects.update(state=UploadState.CHECKED, checked_at=old)

    def away(_name: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(default_storage, "delete", away)
    erasing.erase_old()

    assert [upload.content.name == "" for upload in Upload.objects.order_by("sequence")] == [True, True, False]
