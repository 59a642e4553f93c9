"""Changes and cancellations of what is on record are named by the bureau's ids, and go whole."""

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from filings import facts, receipts
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, number, provider, sign_in, staff, user_of
from interchange.models import KnownRow, OfficialId, Report, ReportState
from interchange.reporting import connections as desk
from interchange.tests.reporting import reporting_provider
from interchange.tests.reporting.reporting_provider import ReportingProvider, report_of
from providers.models import OrganisationChange, StaffRole, What

NUMBER = "京ICP备2026000077号"


@pytest.fixture
def case(reporting: ReportingProvider) -> Case:
    """A record that the bureau's system has approved, with its ids."""
    case, _published = reporting.approved(NUMBER)
    return case


def reported(reporting: ReportingProvider, case: Case, kind: Kind, **written: object) -> Report:
    """A filing about the record, verified and sent as far as it can be."""
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, kind, target, reporting.provider.pk, number(), **written)
    return passed_on(reporting, case, draft)


def passed_on(reporting: ReportingProvider, case: Case, filing: Filing) -> Report:
    play.submit(filing, case.host)
    play.verify(Filing.objects.get(pk=filing.pk), case.staff)
    vars(case)["filing"] = Filing.objects.get(pk=filing.pk)
    reporting_provider.sign(case)
    reporting.run()
    return report_of(case)


def test_a_change_of_the_host_goes_with_a_website_and_its_access(reporting: ReportingProvider, case: Case):
    report = reported(reporting, case, Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号3号楼201室"})

    assert (report.state, report.operation, report.names) == (ReportState.PACKED, "BGBA", ["7001"])
    (record,) = reporting_provider.sent_records(report)
    (website,) = record["Wz_xx"]
    assert (record["Zt_xx"]["Ztid"], record["Zt_xx"]["Baxh"]) == ("7001", NUMBER)
    assert record["Zt_xx"]["Txdz"]["Xxdz"] == "示例路9号3号楼201室"
    assert (website["Wzid"], website["Baxh"], website["Jr_xx"][0]["Jrid"]) == ("8001", f"{NUMBER}-1", "9001")

    published = OfficialId.objects.filter(what=KnownRow.SUBJECT)
    assert published.get().published["subject.name"] == case.filing.get("subject.name")
    reporting.hands_out(reporting_provider.judged(report, is_approved=True))
    reporting.run()
    reporting.apply()
    assert case.refresh().filing.status == Status.FILED
    assert published.get().published is None  # of the time before the change


def test_a_website_of_the_host_s_person_goes_with_the_certificate(reporting: ReportingProvider, case: Case):
    report = reported(reporting, case, Kind.NEW_WEBSITE)

    assert facts.same_person(case.filing.facts)
    assert (report.state, report.operation) == (ReportState.PACKED, "XZWZ")
    (record,) = reporting_provider.sent_records(report)
    uses = [(one["Fjxx"]["Fjyt"], one["Fjxx"]["Fjssdx"]["Ssdxlx"]) for one in record["Fj"]]
    assert (uses.count(("4", "2")), uses.count(("3", "1"))) == (2, 2)


def test_the_end_of_a_website_names_it(reporting: ReportingProvider, case: Case):
    report = reported(reporting, case, Kind.CANCEL_WEBSITE)

    (record,) = reporting_provider.sent_records(report)
    assert (record["Zxlb"], record["Jlid"], report.names, report.result_type) == ("1", "8001", ["8001"], 7)
    reporting.hands_out({"ZXSJ": {"Zxxx": [{"Zxlb": 1, "Jlid": 8001}]}})
    reporting.run()
    reporting.apply()
    assert case.refresh().filing.status == Status.FILED


def test_without_the_bureaus_id_it_stays_and_says_so(reporting: ReportingProvider, case: Case):
    OfficialId.objects.filter(what=KnownRow.WEBSITE).delete()

    report = reported(reporting, case, Kind.CANCEL_WEBSITE)

    assert (report.state, report.codes) == (ReportState.UNWRITABLE, [1999])
    assert report.filing.status == Status.WITH_BUREAU
    (mail,) = Email.objects.filter(subject__contains="无法报送")
    assert "请在报送页面补充" in mail.message


@pytest.mark.usefixtures("no_second_factor")
def test_a_report_that_can_not_be_sent_is_taken_back_to_the_desk(reporting: ReportingProvider, case: Case):
    OfficialId.objects.all().delete()  # as of a record from before the bureau had a system of its own
    report = reported(reporting, case, Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号3号楼201室"})
    assert (report.state, case.refresh().filing.status) == (ReportState.UNWRITABLE, Status.WITH_BUREAU)
    address = reverse("reporting:report", args=[report.pk])
    clerk, stranger = (
        sign_in(Client(), user_of(reporting.supervisor)),
        sign_in(Client(), user_of(staff(provider(), StaffRole.SUPERVISOR))),
    )
    assert stranger.post(address, {"back": "1"}).status_code == 404

    assert "备案单已取回工作台。" in clerk.post(address, {"back": "1"}, follow=True).text

    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER
    (event,) = case.filing.events.filter(name="unsent")
    assert event.note == f"该备案单无法报送：{report.message}"
    assert not case.filing.opinions.filter(round=report.round).exists()  # the bureau has decided nothing
    (receipt,) = receipts.of(case.filing, [event])
    assert (receipt.giver, receipt.taker) == (receipts.ReceiptParty.QUEUE.label, case.provider.name)
    told = [mail.to[0] for mail in Email.objects.filter(message__contains=event.note)]
    assert told == [case.filing.host.email, case.provider.contact_email]
    assert event.note in clerk.get(reverse("provider_desk:verify", args=[case.filing.pk])).text
    assert report_of(case).state == ReportState.DROPPED
    page = clerk.get(address).text
    assert report.message in page
    assert "管局系统原文" not in page  # it was never sent
    assert "不能取回" in clerk.post(address, {"back": "1"}, follow=True).text
    assert OrganisationChange.objects.filter(what=What.REPORTING_BACK).count() == 1


def test_a_report_that_was_sent_is_not_taken_back(reporting: ReportingProvider, case: Case):
    report = reported(reporting, case, Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号3号楼201室"})

    with pytest.raises(MoveRefused, match="不能取回"):
        desk.take_back(reporting.supervisor, report.pk)
    assert case.refresh().filing.status == Status.WITH_BUREAU
