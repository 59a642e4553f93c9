"""Filings about a record, as a provider's own system reports them: what each changes, and what must stay."""

from collections.abc import Callable
from typing import Any

import pytest

from filings import services
from filings.errors import FactsRefused, MoveRefused
from filings.facts import Facts
from filings.kinds import Kind
from filings.models import Filing
from filings.services import ReportedPapers
from filings.services.detection import RecordTarget
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import number, provider
from icp_portal.tests.reports import Reported, papers, said, system_of
from ministry.models import Access, Subject, Website
from ministry.passwords import passwords
from ministry.reference import code_tables

pytestmark = pytest.mark.django_db

NONE = ReportedPapers()


class OnRecord(Reported):
    """An approved report, and what else is reported about its record."""

    def __init__(self, **facts_of: Any) -> None:
        super().__init__(**facts_of)
        self.report()
        play.approve(self.filing, self.reviewer)
        self.refresh()

    @property
    def target(self) -> RecordTarget:
        return play_kinds.target_of(self.filing)

    @property
    def sheet(self) -> ReportedPapers:
        """The signed sheet alone."""
        return ReportedPapers(sheets=self.papers.sheets)

    def about(self, kind: Kind, values: Facts, files: ReportedPapers = NONE, **changes: Any) -> Filing:
        return services.report(self.system, values, files, kind=kind, **{"target": self.target} | changes)

    def approved(self, kind: Kind, values: Facts, files: ReportedPapers = NONE, **changes: Any) -> Filing:
        filing = self.about(kind, values, files, **changes)
        assert (filing.status, filing.is_reported) == (Status.WITH_BUREAU, True)
        play.approve(filing, self.reviewer)
        return Filing.objects.get(pk=filing.pk)


def refused(act: Callable[[], object]) -> set[tuple[str, str]]:
    before = Filing.objects.count()
    with pytest.raises(FactsRefused) as refusal:
        act()
    assert Filing.objects.count() == before
    return {(one.code, one.path) for one in refusal.value.findings}


def test_a_new_website_gets_the_next_number():
    case, other = OnRecord(), number()
    values = {"websites": said(other)["websites"]}
    files = papers(said(other), other)

    case.approved(Kind.NEW_WEBSITE, values, files)

    assert list(Website.objects.order_by("sequence").values_list("sequence", "domain")) == [
        (1, case.values["websites"][0]["domain"]),
        (2, values["websites"][0]["domain"]),
    ]


def test_a_new_access_needs_the_proof_of_the_filing_password():
    case, other = OnRecord(), provider()
    case.system, case.provider = system_of(other), other
    values = {"websites": [{"access": case.values["websites"][0]["access"]}]}
    target = RecordTarget(case.target.subject_id, case.target.website_id)
    assert ("1018", "proof") in refused(lambda: case.about(Kind.NEW_ACCESS, values, case.papers, target=target))

    filing = case.approved(Kind.NEW_ACCESS, values, case.papers, target=target, proven=True)

    assert filing.proved_at is not None
    assert Access.objects.filter(live=True).count() == 2


def test_a_second_access_of_the_same_provider_is_1029():
    case = OnRecord()
    values = {"websites": [{"access": case.values["websites"][0]["access"]}]}
    target = RecordTarget(case.target.subject_id, case.target.website_id)

    codes = {code for code, _path in refused(lambda: case.about(Kind.NEW_ACCESS, values, case.papers, target=target))}

    assert "1029" in codes


def test_a_change_of_the_host_replaces_what_is_said_and_keeps_the_rest():
    case = OnRecord()
    subject = RecordTarget(case.target.subject_id)
    values = {"subject": {**case.values["subject"], "address": "示例路9号3号楼201室"}}

    case.approved(Kind.CHANGE_SUBJECT, values, papers(case.values, 5, photos={}), target=subject)

    record = Subject.objects.get()
    assert (record.address, record.name) == ("示例路9号3号楼201室", case.values["subject"]["name"])
    assert record.responsible_email == case.values["responsible"]["email"]


def test_an_owed_password_does_not_go_to_an_address_that_was_reported_meanwhile(mailbox):
    """The earlier address has confirmed it while no mail server took it."""
    case = OnRecord()
    passwords.want(Subject.objects.get().pk)
    values = {"responsible": {**case.values["responsible"], "email": "reported@example.cn"}}

    case.approved(Kind.CHANGE_SUBJECT, values, papers(case.values, 5), target=RecordTarget(case.target.subject_id))

    record = Subject.objects.get()
    passwords.send(record.pk)
    assert (record.responsible_email, mailbox.messages()) == ("reported@example.cn", [])


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [("province", "440000", "1046"), ("cert_number", None, "P402"), ("cert_type", 12, "P402")],
)
def test_a_change_moves_neither_province_nor_certificate(path, value, code):
    case = OnRecord()
    other = said(number())["subject"]["cert_number"]
    values = {"subject": {**case.values["subject"], "address": "示例路9号3号楼201室", path: value or other}}
    subject = RecordTarget(case.target.subject_id)

    found = refused(lambda: case.about(Kind.CHANGE_SUBJECT, values, case.sheet, target=subject))

    assert (code, f"subject.{path}") in found


def test_a_change_of_a_website_and_of_both():
    case = OnRecord()
    site = RecordTarget(case.target.subject_id, case.target.website_id)
    name = f"{case.values['subject']['name']}的网站"
    case.approved(Kind.CHANGE_WEBSITE, {"websites": [{"name": name}]}, case.sheet, target=site)
    assert Website.objects.get().name == name

    values = {"subject": {"address": "示例路9号3号楼201室"}, "websites": [{"name": f"{name}二"}]}
    case.approved(Kind.CHANGE_RECORD, values, papers(case.values, 5, photos={}), target=site)
    assert (Website.objects.get().name, Subject.objects.get().address) == (f"{name}二", "示例路9号3号楼201室")


def test_another_domain_for_a_website_and_a_change_of_nothing_are_refused():
    case = OnRecord()
    site = RecordTarget(case.target.subject_id, case.target.website_id)

    moved = refused(
        lambda: case.about(Kind.CHANGE_WEBSITE, {"websites": [{"domain": "other-one.cn"}]}, case.sheet, target=site)
    )
    same = refused(lambda: case.about(Kind.CHANGE_WEBSITE, case.values, case.sheet, target=site))

    assert moved == {("P402", "websites.0.domain"), ("1999", "websites.0.name")}
    assert same == {("1999", "websites.0.name")}


def test_a_change_of_an_access():
    case = OnRecord()
    values = {"websites": [{"access": {"ip_ranges": "192.31.196.9"}}]}

    case.approved(Kind.CHANGE_ACCESS, values, case.sheet)

    assert Access.objects.get().ip_ranges == ["192.31.196.9"]


@pytest.mark.parametrize(
    ("kind", "parts", "proven", "left"),
    [
        (Kind.CANCEL_SUBJECT, 1, True, (0, 0, 0)),
        (Kind.CANCEL_WEBSITE, 2, False, (1, 0, 0)),
        (Kind.CANCEL_ACCESS, 3, False, (1, 1, 0)),
    ],
)
def test_cancellations_need_no_files(kind, parts, proven, left):
    case = OnRecord()
    pk = case.target
    target = RecordTarget(*(pk.subject_id, pk.website_id, pk.access_id)[:parts])
    values = {"cancellation": {"reason": code_tables.CANCEL_REASONS[0].id, "only_access": True}}

    filing = case.approved(kind, values, target=target, proven=proven)

    assert not filing.verifications.get().sheets.exists()
    rows = (Subject, Website, Access)
    assert tuple(model.objects.filter(live=True).count() for model in rows) == left


def test_the_cancellation_of_a_record_needs_the_proof_and_a_known_reason():
    case = OnRecord()
    target = RecordTarget(case.target.subject_id)

    found = refused(lambda: case.about(Kind.CANCEL_SUBJECT, {"cancellation": {"reason": 99}}, target=target))

    assert found == {("1018", "proof"), ("1026", "cancellation.reason")}


def test_what_the_interface_has_no_operation_for_and_what_is_not_on_record_is_refused():
    case = OnRecord()
    for kind in (Kind.MIGRATE_WEBSITE, Kind.CHANGE_CERT):
        with pytest.raises(MoveRefused, match="企业系统不能报送"):
            case.about(kind, case.values)
    for target in (None, RecordTarget(0), RecordTarget(case.target.subject_id + 1)):
        with pytest.raises(MoveRefused, match=r"^(1016|1049)"):
            case.about(Kind.NEW_WEBSITE, case.values, target=target)


def test_a_returned_change_is_reported_again_from_the_record():
    case = OnRecord()
    site = RecordTarget(case.target.subject_id, case.target.website_id)
    name = f"{case.values['subject']['name']}的网站"
    filing = case.about(Kind.CHANGE_WEBSITE, {"websites": [{"name": name, "remark": "一"}]}, case.sheet, target=site)
    play.return_to_provider(filing, case.reviewer)

    services.report_again(filing.pk, case.system, {"websites": [{"name": f"{name}二"}]}, case.sheet)

    again = Filing.objects.get(pk=filing.pk)
    assert (again.round, again.get("websites.0.name"), again.get("websites.0.remark")) == (2, f"{name}二", "")
    play.approve(again, case.reviewer)
    assert Website.objects.get().name == f"{name}二"
