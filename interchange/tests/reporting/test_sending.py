"""Reports go out: packed, numbered, kept, sent until they are accepted; every answer leads somewhere."""

import pytest
from django.db import IntegrityError, transaction
from post_office.models import Email

from filings import facts
from filings.states import Status
from icp_portal.tests.builders import Case, user_of
from interchange import checking, kept_files
from interchange.models import Exchange, ExchangeEnd, Report, ReportState, ReportUpload
from interchange.reporting import calling, fetching, running, sending, supervisor_mails
from interchange.reporting.calling import CallAnswer
from interchange.soap.services import DOWNLOAD
from interchange.tests.reporting.reporting_provider import ReportingProvider, report_of, sent_records, sign
from interchange.tests.systems import System

STOPPED, UNANSWERED = "向%s系统的报送已停止", "%s系统无法连接"


def mails(subject: str, reporting: ReportingProvider) -> list[Email]:
    return list(Email.objects.filter(subject=subject % reporting.connection.bureau.name))


def test_what_the_desk_has_verified_is_reported_with_its_pictures(reporting: ReportingProvider):
    case = reporting.verified()

    reporting.run()

    report = report_of(case)
    upload = report.upload
    assert (report.state, report.operation, report.names) == (ReportState.PACKED, "XZBA", [str(case.filing.pk)])
    assert (upload.sequence, upload.records, reporting.connection.last_sequence) == (1, 1, 1)
    there = reporting.system.row.uploads.get()
    assert (there.sequence, there.digest) == (1, upload.digest)
    assert kept_files.read(there) == kept_files.read(upload)
    (record,) = sent_records(report)
    assert record["Zt_xx"]["Dwmc"] == case.filing.get("subject.name")
    uses = sorted(one["Fjxx"]["Fjyt"] for one in record["Fj"])
    assert uses == ["1", "2", "3", "3", "5"]
    assert reporting.codes() == [
        ("isp_querypreviousupload", 0),
        ("isp_upload", 0),
        ("isp_download", 2),
    ]


def test_a_report_waits_for_the_signed_sheet(reporting: ReportingProvider):
    case = Case(of=reporting.provider).submit().verify()
    reporting.run()
    assert (report_of(case).state, ReportUpload.objects.count()) == (ReportState.WAITING, 0)

    sign(case)
    assert running.due() == [reporting.connection.pk]
    reporting.run()
    assert report_of(case).state == ReportState.PACKED


def test_what_was_withdrawn_meanwhile_is_not_sent(reporting: ReportingProvider):
    case = reporting.verified()
    Report.objects.update(round=0)

    reporting.run()

    assert (report_of(case).state, ReportUpload.objects.count()) == (ReportState.DROPPED, 0)


def test_numbers_have_no_gap_and_an_account_in_use_goes_on(reporting: ReportingProvider):
    reporting.system.upload()
    reporting.verified()
    reporting.run()

    assert reporting.connection.last_sequence == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        kept_files.add(
            ReportUpload(connection=reporting.connection, sequence=4, digest="a", operation="XZBA", records=1), b"<a/>"
        )


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_call_without_an_answer_is_made_again_with_the_same_number(reporting: ReportingProvider, lost: str):
    reporting.verified()
    reporting.run()
    ReportUpload.objects.update(sent_at=None)  # as if the worker had died before it noted the answer
    if lost == "request":
        reporting.system.row.uploads.all().delete()
        type(reporting.system.row).objects.update(last_sequence=0)

    reporting.run()

    upload = ReportUpload.objects.get()
    assert (upload.tries, upload.sent_at is None, reporting.system.row.uploads.count()) == (2, False, 1)
    assert reporting.system.row.uploads.get().digest == upload.digest
    again = [("isp_upload", 0)] if lost == "request" else []
    assert reporting.codes()[3:] == [("isp_querypreviousupload", 0), *again, ("isp_download", 2)]


def test_missing_uploads_are_sent_again_from_the_kept_files(reporting: ReportingProvider):
    reporting.verified()
    reporting.run()
    reporting.system.row.uploads.all().delete()  # their system has lost it
    type(reporting.system.row).objects.update(last_sequence=0)
    reporting.verified()

    reporting.run()

    assert list(reporting.system.row.uploads.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]
    assert reporting.codes()[3:-1] == [("isp_upload", 14), ("isp_upload", 0), ("isp_upload", 0)]


@pytest.mark.parametrize(
    ("change", "code", "stops"),
    [
        ({"may_report": False}, 19, True),
        ({"waiting_limit": 0}, 15, False),
        ({"uploads_paused": True}, 901, False),
        ({"networks": ["192.0.2.0/24"]}, 12, True),
        ({"user_name": "somebody"}, 4, True),
    ],
)
def test_a_code_stops_the_connection_or_is_tried_again_later(
    reporting: ReportingProvider, change: dict, code: int, stops: bool
):
    reporting.verified()
    type(reporting.system.row).objects.update(**change)

    row = reporting.run()

    assert [found for _operation, found in reporting.codes() if found not in (0, 2)] == [code]
    assert (row.stopped_by, row.failures) == ((code, 0) if stops else (None, 1))
    if not stops:
        assert (row.next_at > row.busy_until, running.due()) == (True, [])
    before = len(reporting.codes())
    running.run(row.pk)
    assert reporting.codes()[before:] == ([("isp_download", 2)] if code == 19 else [])


def test_a_wrong_password_stops_everything(reporting: ReportingProvider):
    reporting.connection.password = "wrong"
    reporting.connection.save()
    reporting.verified()

    assert reporting.run().stopped_by == 5
    assert (reporting.codes(), running.due()) == ([("isp_querypreviousupload", 5)], [])
    (mail,) = mails(STOPPED, reporting)
    assert mail.to == [user_of(reporting.supervisor).email]
    assert "5 密码错\n" in mail.message


def test_the_supervisors_are_told_once_of_a_stop_and_once_of_a_system_that_takes_no_call(reporting: ReportingProvider):
    reporting.verified()
    type(reporting.system.row).objects.update(networks=["192.0.2.0/24"])
    assert [reporting.run().stopped_by for _again in range(2)] == [12, 12]
    assert len(mails(STOPPED, reporting)) == 1

    reporting.connection.stopped_by, reporting.connection.url = None, "http://nobody.example"
    reporting.connection.failures = supervisor_mails.FAILURES_TOLD - 2
    reporting.connection.save()
    assert [(reporting.run().failures, len(mails(UNANSWERED, reporting))) for _again in range(3)] == [
        (supervisor_mails.FAILURES_TOLD - 1, 0),
        (supervisor_mails.FAILURES_TOLD, 1),
        (supervisor_mails.FAILURES_TOLD + 1, 1),
    ]


def test_a_stop_that_repeats_itself_is_told_once(reporting: ReportingProvider, monkeypatch: pytest.MonkeyPatch):
    def refuse(_connection: object) -> bool:
        raise sending.Stopped(19)

    monkeypatch.setattr(fetching, "fetch_next", refuse)
    assert [(reporting.run().stopped_by, len(mails(STOPPED, reporting))) for _again in range(2)] == [(19, 1), (19, 1)]


def test_a_paused_connection_calls_nobody(reporting: ReportingProvider):
    reporting.connection.is_paused = True
    reporting.connection.save()
    reporting.verified()

    reporting.run()
    assert (reporting.codes(), running.due()) == ([], [])


def test_a_pause_during_a_call_is_kept_before_the_next_one(
    reporting: ReportingProvider, monkeypatch: pytest.MonkeyPatch
):
    reporting.verified()
    asked: list[str] = []

    def send(_connection: object) -> bool:
        asked.append("send")
        type(reporting.connection).objects.update(is_paused=True)
        return True

    monkeypatch.setattr(sending, "send_next", send)
    monkeypatch.setattr(fetching, "fetch_next", lambda _connection: asked.append("fetch"))

    reporting.run()

    assert asked == ["send"]


def test_numbers_of_persons_in_an_answer_are_masked(reporting: ReportingProvider, monkeypatch: pytest.MonkeyPatch):
    said = "不符：张三 13800138000 11010519491231002X，京ICP备2026000007号-1"
    monkeypatch.setattr(calling, "_answer", lambda *_given: CallAnswer(999, said, {}))

    calling.call(reporting.connection, DOWNLOAD)

    assert Exchange.objects.get().text == "不符：张三 138…00 110…2X，京ICP备2026000007号-1"


def test_no_server_is_tried_again_later(reporting: ReportingProvider):
    reporting.connection.url = "http://nobody.example"
    reporting.connection.save()
    reporting.verified()

    row = reporting.run()

    assert (row.failures, row.stopped_by) == (1, None)
    assert reporting.connection.exchanges.get().ended_by == ExchangeEnd.CONNECTION


def test_a_filing_that_the_interface_can_not_carry_goes_back_and_says_why(reporting: ReportingProvider):
    case = reporting.verified()
    filing = case.filing
    filing.facts = facts.written(filing.facts, {"subject.address": "示例路𠮷号"})
    filing.save()
    good = reporting.verified()

    reporting.run()

    report = report_of(case)
    assert (report.state, report.codes) == (ReportState.UNWRITABLE, [1999])
    assert "Zt_xx/Txdz/Xxdz" in report.message
    filing = case.refresh().filing
    assert filing.status == Status.RETURNED_TO_PROVIDER
    assert filing.events.get(name="unsent").note == f"该备案单无法报送：{report.message}"
    assert report_of(good).state == ReportState.PACKED
    bureau = reporting.connection.bureau.name
    (mail,) = Email.objects.filter(subject=f"备案单 {filing.pk} 无法报送{bureau}")
    assert mail.to == [user_of(reporting.supervisor).email]
    assert all(words in mail.message for words in (report.message, f"/reports/{report.pk}/", "已退回贵单位工作台"))


def test_the_modern_profile(reporting: ReportingProvider):
    system: System = reporting.system
    system.change(profile="modern")
    keys = system.reload()
    for name in ("password", "secret", "iv", "profile"):
        setattr(reporting.connection, name, getattr(keys, name))
    reporting.connection.save()
    case = reporting.verified()

    reporting.run()

    assert report_of(case).upload.digest == system.row.uploads.get().digest
    checking.check(system.row.uploads.get().pk)
