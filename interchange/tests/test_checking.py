"""Checking of uploads: each record gets its result, once, whatever happens to the worker."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from icp_portal.tests import racing
from icp_portal.tests.racing import Gate
from interchange import checking, kept_files, outbox, record_handlers
from interchange.messages.reading import read_download
from interchange.models import Download, Upload, UploadState
from interchange.record_handlers import RecordResult
from interchange.tests.systems import System

SAMPLES = Path(checking.__file__).parent / "samples"
UPLOADS = sorted(path.name for path in SAMPLES.glob("upload_*.xml"))
# Sample → Czlx and Bs of its first result
NAMED = {
    "upload_icp_xzba.xml": "1",
    "upload_icp_xzwz.xml": "2",
    "upload_icp_xzjr.xml": "3",
    "upload_icp_bgba.xml": "4",
    "upload_icp_xzhyd.xml": "35",
}


def sample(name: str, system: System) -> bytes:
    """A sample message as this connection reports it."""
    text = (SAMPLES / name).read_bytes().decode("gbk")
    before, _tag, rest = text.partition("<Qqdwid>")
    return f"{before}<Qqdwid>{system.row.isp_id}</Qqdwid>{rest.partition('</Qqdwid>')[2]}".encode("gbk")


def of_ending(kind: int, system: System) -> bytes:
    """The document's smallest upload: the end of a record (0), a website (1) or an access (2)."""
    text = (
        '<?xml version="1.0" encoding="GBK"?>\n<UploadData version="V.3.0"><ICP><ZXBA><Zx_xx>'
        f"<Zxlb>{kind}</Zxlb><Jlid>9001</Jlid><Zxly>1</Zxly></Zx_xx></ZXBA><Qqdwid>{system.row.isp_id}</Qqdwid>"
        "</ICP></UploadData>"
    )
    return text.encode("gbk")


def uploaded(system: System, xml: bytes) -> Upload:
    assert system.upload(xml).code == 0
    return system.row.uploads.latest("sequence")


def checked(system: System, xml: bytes) -> Upload:
    row = uploaded(system, xml)
    checking.check(row.pk)
    row.refresh_from_db()
    return row


def results(row: Upload) -> list[dict[str, Any]]:
    """The rows of the results of an upload, as the provider's system reads them."""
    found = read_download(kept_files.read(row.result), lenient=True)
    return [record.fields for record in found.records()]


def codes(row: Upload) -> list[str]:
    return [one["Jgdm"] for fields in results(row) for one in fields["Jgxx"]]


@pytest.mark.parametrize("name", UPLOADS)
def test_each_kind_of_record_gets_a_result(system: System, name: str):
    row = checked(system, sample(name, system))
    expected = {"3036"} if "_ym_" in name else {"5011"}
    taken = {f"upload_icp_{one.removeprefix('ICP/').lower()}.xml" for one in record_handlers.HANDLERS}

    found = results(row)
    assert row.state == UploadState.CHECKED
    assert (len(found), row.records, row.refused) == (row.records, row.records, row.records)
    # Those that are taken in name a record or pictures that aren't there.
    assert set(codes(row)) & expected == (set() if name in taken else expected)
    assert found[0]["Bz"].startswith("dataSequence 1 ")
    if name in NAMED:
        assert (found[0]["Czlx"], bool(found[0]["Bs"])) == (NAMED[name], True)
    assert system.opened(system.download()) == kept_files.read(row.result)


@pytest.mark.parametrize(("kind", "operation"), [(0, "6"), (1, "7"), (2, "5")])
def test_the_result_of_an_ending_names_what_was_to_end(system: System, kind: int, operation: str):
    row = checked(system, of_ending(kind, system))

    assert [(fields["Czlx"], fields["Bs"]) for fields in results(row)] == [(operation, "9001")]


FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not in the schema": (lambda xml: xml.replace(b"<Zxly>1</Zxly>", b"<Zxly>none</Zxly>"), "5001"),
    "not well-formed": (lambda xml: xml[:-3], "5001"),
    "a DTD": (lambda xml: xml.replace(b"<UploadData", b'<!DOCTYPE a [<!ENTITY x "y">]><UploadData', 1), "5001"),
    "a file of the server": (
        lambda xml: xml.replace(
            b"<UploadData", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><UploadData', 1
        ),
        "5001",
    ),
    "without a version": (lambda xml: xml.replace(b' version="V.3.0"', b""), "5002"),
    "another reporter": (lambda xml: xml.replace(b"<Qqdwid>1", b"<Qqdwid>2"), "5003"),
    "another version": (lambda xml: xml.replace(b"V.3.0", b"V.2.1"), "5004"),
    "characters that are none": (lambda xml: xml.replace(b"<Zxly>", b"\xff\xff<Zxly>"), "5008"),
    "1,001 records": (
        lambda xml: xml.replace(
            b"</Zx_xx>", b"</Zx_xx>" + b"<Zx_xx><Zxlb>2</Zxlb><Jlid>1</Jlid><Zxly>1</Zxly></Zx_xx>" * 1000, 1
        ),
        "5999",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_file_that_is_wrong_gets_one_result_with_its_name(system: System, what: str):
    spoil, code = FAULTS[what]
    row = checked(system, spoil(of_ending(2, system)))

    assert (row.state, codes(row)) == (UploadState.CHECKED, [code])
    text = results(row)[0]["Jgxx"][0]["Dmms"]
    assert text.startswith("beianinfo.xml ")
    assert "none" not in text.split("：")[0]
    assert results(row)[0]["Bz"] == "dataSequence 1"


@pytest.mark.parametrize("what", ["not in the schema", "not well-formed"])
def test_the_line_of_a_fault_is_named(system: System, what: str):
    xml = FAULTS[what][0](of_ending(2, system).replace(b"<Zxly>", b"\n\n<Zxly>"))

    assert results(checked(system, xml))[0]["Jgxx"][0]["Dmms"].endswith(" 第 4 行")


def test_the_line_of_an_element_that_the_schema_has_not_is_named(system: System):
    xml = of_ending(2, system).replace(b"<Zxly>", b"\n\n<Zxlyy>").replace(b"</Zxly>", b"</Zxlyy>")

    assert results(checked(system, xml))[0]["Jgxx"][0]["Dmms"].endswith(" 第 4 行")


def test_1000_records_are_read(system: System):
    xml = FAULTS["1,001 records"][0](of_ending(2, system))
    row = checked(system, xml.replace(b"<Zx_xx><Zxlb>2</Zxlb><Jlid>1</Jlid><Zxly>1</Zxly></Zx_xx>", b"", 1))

    assert (row.records, len(results(row))) == (1000, 1000)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Takes endings in: those of record 9001."""
    seen: list[str] = []

    def take(_connection: object, _upload: object, record: Any) -> list[RecordResult]:
        seen.append(record.fields["Jlid"])
        return [RecordResult(1062)] if record.fields["Jlid"] == "9001" else [RecordResult(1016), RecordResult(1025)]

    monkeypatch.setitem(record_handlers.HANDLERS, "ICP/ZXBA", take)
    return seen


def test_what_handlers_return_is_what_the_provider_gets(system: System, taken: list[str]):
    second = b"</Zx_xx><Zx_xx><Zxlb>1</Zxlb><Jlid>7</Jlid><Zxly>1</Zxly></Zx_xx>"
    row = checked(system, of_ending(2, system).replace(b"</Zx_xx>", second, 1))

    assert (taken, codes(row)) == (["9001", "7"], ["1062", "1016", "1025"])
    assert (row.records, row.refused) == (2, 1)
    checking.check(row.pk)
    assert (len(taken), Download.objects.count()) == (2, 1)


def test_uploads_of_a_connection_are_checked_in_order(
    system: System, taken: list[str], django_capture_on_commit_callbacks: Any
):
    first, second = uploaded(system, of_ending(1, system)), uploaded(system, of_ending(2, system))

    checking.check(second.pk)
    assert taken == []
    connection.run_on_commit.clear()  # with the task of each, which this transaction has not queued yet
    with django_capture_on_commit_callbacks() as queued:
        checking.check(first.pk)
    assert [(one.task, one.ids) for one in queued] == [("interchange.check_upload", (second.pk,))]


def test_the_sweep_finds_what_was_not_queued(system: System):
    """As after a kill between the commit and the queue: the row is there, the task is not."""
    first, _second = uploaded(system, of_ending(1, system)), uploaded(system, of_ending(2, system))
    assert checking.due() == []
    Upload.objects.update(received_at=timezone.now() - timedelta(seconds=21))

    assert checking.due() == [first.pk]
    checking.check(first.pk)
    assert len(checking.due()) == 1


def test_an_upload_that_can_not_be_checked_is_given_up_after_five_tries(
    system: System, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(record_handlers.HANDLERS, "ICP/ZXBA", broken)
    row = uploaded(system, of_ending(2, system))
    for _try in range(checking.MOST_TRIES):
        with pytest.raises(ZeroDivisionError):
            checking.check(row.pk)
        for _again in range(checking.MOST_TRIES):
            checking.check(row.pk)  # it rests: workers that die within seconds don't use up its tries
        Upload.objects.update(tried_at=F("tried_at") - F("tries") * checking.REST)
    checking.check(row.pk)

    row.refresh_from_db()
    assert (row.state, codes(row), row.tries) == (UploadState.FAILED, ["5999"], checking.MOST_TRIES + 1)
    assert "can't be checked" in caplog.text


@pytest.mark.usefixtures("transactional_db")
def test_two_workers_check_an_upload_once(monkeypatch: pytest.MonkeyPatch, taken: list[str]):
    system = System()
    row = uploaded(system, of_ending(2, system))
    gate = Gate(monkeypatch, outbox, "write")
    leader = racing.Racer(lambda: checking.check(row.pk))
    assert gate.reached.wait(racing.LONGEST)
    checking.check(row.pk)
    gate.open()
    leader.finish()
    connection.close()

    assert (taken, Download.objects.count()) == (["9001"], 1)


def test_what_is_read_leniently_is_counted_once_for_each_connection(system: System):
    other = System(by=system.chief)
    xml = of_ending(2, system).replace(b"Jlid>", b"jlid>")
    assert codes(checked(system, xml)) == ["1016"]
    (first,) = system.row.leniencies.all()
    assert (first.leniency, first.times, first.first_at) == ("case", 1, first.last_at)

    checked(system, b"\xef\xbb\xbf" + xml.decode("gbk").encode())
    checked(other, of_ending(2, other))
    found = {use.leniency: use for use in system.row.leniencies.all()}
    assert {name: use.times for name, use in found.items()} == {"case": 2, "bom": 1, "charset": 1}
    assert (found["case"].first_at, found["case"].last_at > first.last_at) == (first.first_at, True)
    assert not other.row.leniencies.exists()

    system.change(is_lenient=False)
    assert codes(checked(system, xml + b" ")) == ["5001"]
    assert system.row.leniencies.get(leniency="case").times == 2
