"""What the bureau's system hands out is stored, acknowledged, and applied once: results, decisions, numbers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings import receipts
from filings.errors import MoveRefused
from filings.evidence.files import kept
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import Case, sign_in, user_of
from interchange import kept_files, outbox
from interchange.models import FetchedFile, KnownRow, OfficialId, Report, ReportState
from interchange.reporting import applying, decisions
from interchange.reporting import connections as desk
from interchange.tests.reporting import reporting_provider
from interchange.tests.reporting.reporting_provider import ReportingProvider, report_of
from ministry.models import Subject, Website

NUMBER = "京ICP备2026000077号"


@pytest.fixture
def case(reporting: ReportingProvider) -> Case:
    """A filing that has been reported and waits for its results."""
    case = reporting.verified()
    reporting.run()
    return case


def handed(reporting: ReportingProvider, tree: dict) -> FetchedFile:
    """Hand a file out, fetch and apply it."""
    row = reporting.hands_out(tree)
    reporting.run()
    row.refresh_from_db()
    fetched = FetchedFile.objects.latest("pk")
    assert (fetched.file_name, fetched.acked_at is None, row.acked_at is None) == (row.file_name, False, False)
    assert kept_files.read(fetched) == kept_files.read(row)
    reporting.apply()
    fetched.refresh_from_db()
    return fetched


def hops(case: Case) -> list[tuple[str, str]]:
    """The receipts of a filing, from whom to whom, oldest first."""
    filing = Filing.objects.select_related("provider", "bureau").get(pk=case.filing.pk)
    events = filing.events.select_related("provider").order_by("-pk")
    return [(str(one.giver), str(one.taker)) for one in reversed(receipts.of(filing, events))]


def test_the_bureau_has_it_once_its_system_has_accepted_it(reporting: ReportingProvider, case: Case, client: Client):
    report, page = report_of(case), reverse("filings:status", args=[case.filing.pk])
    verified = (case.provider.name, "管局系统报送队列")
    assert hops(case)[-1] == verified
    sign_in(client, user_of(case.host))
    assert "该系统尚未确认收到备案单" in client.get(page).content.decode()

    handed(reporting, {"BAJG": reporting_provider.result(report, 1062)})
    handed(reporting, {"BAJG": reporting_provider.result(report, 1062)})

    assert hops(case)[-2:] == [verified, ("管局系统报送队列", "北京市通信管理局")]
    event = case.filing.events.get(name="accept")
    assert (event.handed, event.round) == (receipts.digest_of(case.refresh().filing.facts), case.filing.round)
    seen = client.get(page)
    assert seen.context["accepted_at"] == event.at
    assert "尚未确认收到" not in seen.content.decode()


def test_a_late_acceptance_is_not_one_of_the_next_round(reporting: ReportingProvider, case: Case):
    first = report_of(case)
    handed(reporting, {"BAJG": reporting_provider.result(first, 1003)})
    case.refresh().verify()
    assert case.filing.round == first.round + 1

    decisions.enter(decisions.ReportOutcome(reporting.connection, first, codes=[1062]), "late")
    first.state = ReportState.TAKEN
    decisions.enter(decisions.ReportOutcome(reporting.connection, first, codes=[1062]), "late")

    assert not case.filing.events.filter(name="accept").exists()


def test_what_has_left_the_bureau_meanwhile_is_not_accepted(reporting: ReportingProvider, case: Case):
    Filing.objects.update(status=Status.WITHDRAWN)

    handed(reporting, {"BAJG": reporting_provider.result(report_of(case), 1062)})

    assert not case.filing.events.filter(name="accept").exists()


def test_an_approval_enters_the_numbers_of_the_bureau(reporting: ReportingProvider, case: Case):
    report = report_of(case)
    assert handed(reporting, {"BAJG": reporting_provider.result(report, 1062)}).open_results == 0
    assert report_of(case).state == ReportState.TAKEN

    row = handed(
        reporting, reporting_provider.published(report, NUMBER) | reporting_provider.judged(report, is_approved=True)
    )

    filing = case.refresh().filing
    assert (row.open_results, row.faults, filing.status) == (0, "", Status.FILED)
    subject, website = Subject.objects.get(), Website.objects.get()
    assert (str(subject.number), str(website.number)) == (NUMBER, f"{NUMBER}-1")
    ids = {one.what: (one.row, one.key) for one in OfficialId.objects.all()}
    assert ids == {
        KnownRow.SUBJECT: (subject.pk, 7001),
        KnownRow.WEBSITE: (website.pk, 8001),
        KnownRow.ACCESS: (website.accesses.get().pk, 9001),
    }
    assert (report_of(case).state, report_of(case).codes) == (ReportState.DECIDED, [1001])
    opinion = filing.opinions.get()
    assert (opinion.text, opinion.source) == ("同意", f"{report.pk} {row.file_name}")


def test_an_approval_waits_for_its_numbers(reporting: ReportingProvider, case: Case):
    report = report_of(case)
    handed(reporting, reporting_provider.judged(report, is_approved=True))
    assert (report_of(case).state, case.refresh().filing.status) == (ReportState.APPROVED, Status.WITH_BUREAU)

    handed(reporting, reporting_provider.published(report, NUMBER))
    assert (report_of(case).state, case.refresh().filing.status) == (ReportState.DECIDED, Status.FILED)


def test_a_refusal_goes_back_to_the_desk_with_the_opinion(reporting: ReportingProvider, case: Case):
    row = handed(reporting, reporting_provider.judged(report_of(case), is_approved=False, opinion="主体名称与证件不符"))

    filing = case.refresh().filing
    assert (row.open_results, filing.status) == (0, Status.RETURNED_TO_PROVIDER)
    assert filing.opinions.get().text == "主体名称与证件不符"
    assert report_of(case).state == ReportState.DECIDED

    case.verify()
    reporting_provider.sign(case)
    reporting.run()
    again = report_of(case)
    assert (again.round, again.names, again.state) == (2, [str(filing.pk)], ReportState.PACKED)


@pytest.mark.parametrize(("code", "words"), [(1005, "域名已备案：示例"), (5010, "缺少负责人证件图片")])
def test_faults_of_a_record_go_back_to_the_desk_with_their_codes(
    reporting: ReportingProvider, case: Case, code: int, words: str
):
    handed(reporting, {"BAJG": reporting_provider.result(report_of(case), code, words)})

    report = report_of(case)
    assert (report.state, report.codes) == (ReportState.REFUSED, [code])
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER
    assert case.filing.opinions.get().text == f"{code} {words}"


@pytest.mark.parametrize("code", [5001, 5010])
@pytest.mark.parametrize("names_upload", [True, False])
def test_a_file_refused_whole_is_shown_and_stays(
    reporting: ReportingProvider, case: Case, names_upload: bool, code: int
):
    bz = {"Bz": "dataSequence 1"} if names_upload else {}
    row = handed(reporting, {"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": code, "Dmms": "a.xml"}], "Czlx": 1, **bz}]}})

    report = report_of(case)
    said = (ReportState.REFUSED, [code], f"{code} a.xml")
    assert (row.open_results, (report.state, report.codes, report.message)) == (0, said)
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_filing_whose_file_was_refused_is_taken_back_once(reporting: ReportingProvider, case: Case):
    handed(reporting, {"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 5001, "Dmms": "a.xml"}], "Czlx": 1}]}})

    desk.take_back(reporting.supervisor, report_of(case).pk)

    assert (report_of(case).state, case.refresh().filing.status) == (ReportState.DROPPED, Status.RETURNED_TO_PROVIDER)
    with pytest.raises(MoveRefused, match="不能取回"):
        desk.take_back(reporting.supervisor, report_of(case).pk)
    assert case.filing.events.filter(name="unsent").count() == 1


def test_a_reason_finds_its_website_at_the_host_and_no_other_website(reporting: ReportingProvider):
    case = reporting.verified(websites=2)
    reporting.run()
    report = report_of(case)
    handed(
        reporting,
        reporting_provider.published(report, NUMBER, left_out=1) | reporting_provider.judged(report, is_approved=True),
    )
    rest = Filing.objects.get(copied_from=case.filing)
    play.send_back(rest, case.staff)
    approved, returned = (
        {"Shsj": "2026-11-29", "Shyj": f"理由{place}", "Shjg": 0, "Czlx": 2, "Jlid": website["website"]}
        for place, website in enumerate(report.own_ids["websites"])
    )

    row = handed(reporting, {"BAJG": {"GJSHS": {"Gjsh": [approved, returned]}}})

    assert (row.open_results, row.faults) == (1, "ICP/BAJG/GJSHS/Gjsh[1]")
    assert [event.note for event in rest.events.filter(name="reason")] == ["理由1"]
    mail = Email.objects.filter(to=[case.filing.host.email]).latest("pk")
    assert "现说明理由如下：" in mail.message
    assert "理由1" in mail.message


@pytest.mark.parametrize("is_in_one_file", [False, True])
def test_websites_returned_alone_go_on_as_a_filing_of_their_own(reporting: ReportingProvider, is_in_one_file: bool):
    case = reporting.verified(websites=2)
    reporting.run()
    report = report_of(case)

    approved = reporting_provider.published(report, NUMBER, left_out=1) | reporting_provider.judged(
        report, is_approved=True, opinion="通过"
    )
    key = report.own_ids["websites"][1]["website"]
    alone = {"Shsj": "2026-11-29", "Shyj": "网站名称不符", "Shjg": 0, "Czlx": 2, "Jlid": key}
    refused = {"Jgxx": [{"Jgdm": 1002, "Dmms": "审核不通过"}], "Czlx": 2, "Bs": key}
    if is_in_one_file:
        approved["BAJG"]["Jg_xx"].append(refused)
        approved["BAJG"]["GJSHS"]["Gjsh"].append(alone)
    assert handed(reporting, approved).open_results == 0

    assert case.refresh().filing.withheld == [1]
    rest = Filing.objects.get(copied_from=case.filing)
    reasons = ["管局自有系统尚未说明退回理由，收到后将另行发送。"]
    assert (rest.status, rest.opinions.first().text) == (Status.RETURNED_TO_PROVIDER, reasons[0])
    if not is_in_one_file:
        assert [one.text for one in rest.opinions.all()] == reasons
        row = handed(reporting, {"BAJG": {"Jg_xx": [refused], "GJSHS": {"Gjsh": [alone]}}})
        assert row.open_results == 0
    reasons.append("网站名称不符")
    assert ([one.text for one in rest.opinions.all()], report_of(case).message) == (reasons, "网站名称不符")
    assert [event.note for event in rest.events.filter(name__in=["return", "reason"])] == reasons
    assert [mail.to[0] for mail in Email.objects.filter(message__contains="网站名称不符")] == [
        case.filing.host.email,
        reporting.provider.contact_email,
    ]
    decisions.enter_of_website(reporting.connection, {**alone, "Shjg": "0"}, FetchedFile.objects.latest("pk").file_name)
    assert rest.opinions.count() == len(reasons)

    Case.verify(again := _case_of(case, rest))
    reporting_provider.sign(again)
    reporting.run()
    (record,) = reporting_provider.sent_records(report_of(again))
    assert (record["Zt_xx"], record["Wz_xx"][0]["IspWzid"]) == ({"Ztbah": NUMBER}, key)


def test_each_of_several_websites_returned_alone_has_its_reason(reporting: ReportingProvider):
    case = reporting.verified(websites=3)
    reporting.run()
    report = report_of(case)
    handed(
        reporting,
        reporting_provider.published(report, NUMBER, left_out=2) | reporting_provider.judged(report, is_approved=True),
    )

    alone = [
        {"Shsj": "2026-11-29", "Shyj": f"理由{place}", "Shjg": 0, "Czlx": 2, "Jlid": website["website"]}
        for place, website in enumerate(report.own_ids["websites"][1:], 1)
    ]
    assert handed(reporting, {"BAJG": {"GJSHS": {"Gjsh": alone}}}).open_results == 0

    rest = Filing.objects.get(copied_from=case.filing)
    said = [f"{case.filing.get(f'websites.{place}.name')}：理由{place}" for place in (1, 2)]
    assert [event.note for event in rest.events.filter(name="reason")] == said


def _case_of(case: Case, filing: Filing) -> Case:
    vars(case)["filing"] = filing
    return case


def test_what_is_about_nothing_here_is_kept_and_shown(reporting: ReportingProvider, case: Case):
    report = report_of(case)
    report.names = ["4711"]
    notice = {"XGTZ": {"Tzxx": [{"Tzlb": 0, "Baxh": NUMBER, "Tznr": "整改"}]}}

    row = handed(reporting, {"BAJG": reporting_provider.result(report, 1062)} | notice)

    assert (row.open_results, row.faults) == (2, "ICP/BAJG/Jg_xx[1]\nICP/XGTZ/Tzxx[1]")
    assert not Email.objects.filter(subject__contains="未能录入").exists()
    assert report_of(case).state == ReportState.PACKED


def test_a_decision_that_contradicts_is_shown_and_stops_nothing(reporting: ReportingProvider, case: Case):
    other, report = reporting.verified(), report_of(case)
    reporting.run()
    wrong = reporting_provider.published(report, "粤ICP备2026000077号")
    tree = reporting_provider.judged(report_of(other), is_approved=False) | {"BASJ": wrong["BASJ"]}

    row = handed(reporting, tree)

    assert (row.open_results, "粤ICP备2026000077号" in row.faults) == (1, True)
    (mail,) = Email.objects.filter(subject=f"{reporting.connection.bureau.name}系统的决定未能录入")
    assert mail.to == [user_of(reporting.supervisor).email]
    assert all(words in mail.message for words in (row.file_name, row.faults))
    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert other.refresh().filing.status == Status.RETURNED_TO_PROVIDER


def test_a_report_sent_again_that_the_bureau_has_already_is_with_the_bureau(reporting: ReportingProvider, case: Case):
    handed(reporting, {"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 5999}], "Czlx": 1}]}})
    assert (report_of(case).state, case.refresh().filing.status) == (ReportState.REFUSED, Status.WITH_BUREAU)
    desk.send_again(reporting.supervisor, report_of(case).pk)
    reporting.run()
    assert report_of(case).sent == 2

    handed(reporting, {"BAJG": reporting_provider.result(report_of(case), 1037)})

    assert (report_of(case).state, case.refresh().filing.status) == (ReportState.TAKEN, Status.WITH_BUREAU)
    assert case.filing.events.filter(name="accept").count() == 1


def test_what_is_reported_once_and_known_there_goes_back(reporting: ReportingProvider, case: Case):
    handed(reporting, {"BAJG": reporting_provider.result(report_of(case), 1037)})

    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER


def test_what_was_refused_is_applied_again_once_it_is_put_right(reporting: ReportingProvider, case: Case):
    """One of two decisions of a file is refused; the other one stays entered and is not open the second time."""
    other, report = reporting.verified(), report_of(case)
    reporting.run()
    tree = reporting_provider.judged(report_of(other), is_approved=False)
    tree["BAJG"]["Jg_xx"] += reporting_provider.result(report, 1062)["Jg_xx"]
    Filing.objects.filter(pk=case.filing.pk).update(received_at=timezone.now() + timedelta(days=2))
    tree["BAJG"]["Jg_xx"] += reporting_provider.result(report, 1002)["Jg_xx"]
    row = handed(reporting, tree)
    assert (row.open_results, report_of(other).state) == (1, ReportState.DECIDED)

    Filing.objects.filter(pk=case.filing.pk).update(received_at=timezone.now())
    desk.apply_again(reporting.supervisor, row.pk)
    reporting.apply()

    row.refresh_from_db()
    assert (row.open_results, row.faults) == (0, "")
    assert case.refresh().filing.status == other.refresh().filing.status == Status.RETURNED_TO_PROVIDER
    assert [one.filing.opinions.count() for one in (case, other)] == [1, 1]
    with pytest.raises(MoveRefused, match="没有待处理"):
        desk.apply_again(reporting.supervisor, row.pk)


def test_a_result_that_contradicts_what_has_been_entered_is_open(reporting: ReportingProvider, case: Case):
    report = report_of(case)
    handed(reporting, reporting_provider.judged(report, is_approved=False))

    assert handed(reporting, reporting_provider.judged(report, is_approved=True)).open_results == 2
    assert handed(reporting, reporting_provider.judged(report, is_approved=False)).open_results == 0
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER


def test_a_file_handed_out_again_is_neither_stored_nor_applied_twice(reporting: ReportingProvider, case: Case):
    row = handed(reporting, reporting_provider.judged(report_of(case), is_approved=False))
    applying.apply(row.pk)
    reporting.system.row.downloads.update(acked_at=None)

    reporting.run()
    reporting.apply()

    assert (FetchedFile.objects.count(), case.refresh().filing.round) == (1, 1)
    assert reporting.system.row.downloads.get().acked_at is not None


def test_a_file_that_can_not_be_read_is_shown(reporting: ReportingProvider):
    with kept():
        outbox.write(reporting.system.row, b"<DownloadData/>")

    reporting.run()
    reporting.apply()

    row = FetchedFile.objects.get()
    assert (row.open_results, row.faults[:4], Report.objects.count()) == (1, "5002", 0)
