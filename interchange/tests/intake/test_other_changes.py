"""Messages to providers' systems about records that were changed or ended without a report of theirs."""

import pytest
from django.utils import timezone

from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from filings.tests.kinds.passing import Passing
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, chief, number, on_record, provider
from interchange.intake import other_changes
from interchange.models import Download
from interchange.tests.intake.reported_records import newest, records, sent
from interchange.tests.intake.test_new_filings import codes
from interchange.tests.intake.test_records import OnRecord
from interchange.tests.systems import System
from ministry.models import Access
from ministry.reference import code_tables
from ministry.register import ends
from records.legal_grounds import Scope
from records.orders import making
from records.tests.orders.orders_made import draft

pytestmark = pytest.mark.django_db


def files_of(system: System) -> int:
    return Download.objects.filter(connection=system.row).count()


def ended_here(system: System) -> list[tuple[str, str]]:
    return [(one["Zxlb"], one["Jlid"]) for one in records(newest(system), "ICP/ZXSJ/Zxxx")]


@pytest.fixture
def filed(system: System) -> Case:
    """A record that a host has filed in the portal, with the provider that has a system of its own."""
    return case_at(Status.FILED, of=system.provider)


def change(case: Case, kind: Kind, **written: object) -> Filing:
    """A filing about the record, made and approved in the portal."""
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, kind, target, case.provider.pk, number(), **written)
    return play_kinds.approved(draft, case.host, case.staff, case.reviewer)


def test_a_change_made_in_the_portal_is_published_to_the_providers_system(system: System, filed: Case):
    before = files_of(system)
    assert before == 0  # a first filing is its provider's own work

    change(filed, Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号3号楼201室"})

    (record,) = records(newest(system), "ICP/BASJ/Baxx")
    subject, (website,) = filed.filing.subject, record["Wz_xx"]
    assert files_of(system) == 1
    assert (record["Zt_xx"]["Baxh"], record["Zt_xx"]["Ztid"]) == (str(subject.number), str(subject.pk))
    assert record["Zt_xx"]["Txdz"]["Xxdz"] == "示例路9号3号楼201室"
    assert website["Ym_xx"][0]["Ym"] == filed.filing.domain
    assert [one["Ispid"] for one in website["Jr_xx"]] == [str(system.row.isp_id)]


def test_another_providers_system_hears_of_what_is_told_to_it(system: System, filed: Case):
    other = System(of=provider(provinces=[BEIJING]))
    website = filed.filing.subject.websites.get()
    first = website.accesses.get()
    Access.objects.create(
        website=website,
        provider=other.provider,
        ways=first.ways,
        places=first.places,
        ip_ranges=["192.31.197.8"],
    )

    change(filed, Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号3号楼201室"})
    (record,) = records(newest(other), "ICP/BASJ/Baxx")
    assert [one["Ispid"] for one in record["Wz_xx"][0]["Jr_xx"]] == [str(other.row.isp_id)]
    assert (files_of(system), files_of(other)) == (1, 1)

    change(filed, Kind.CHANGE_ACCESS, **{"websites.0.access.ip_ranges": "192.31.196.99"})
    assert (files_of(system), files_of(other)) == (2, 1)


def test_the_system_that_has_reported_the_change_gets_it_once(system: System):
    case = OnRecord(system)
    assert codes(sent(system, case.changed(**{"subject.address": "示例路9号3号楼201室"}))) == ["1062"]
    before = files_of(system)

    case.approve()

    assert files_of(system) == before + 1


@pytest.mark.parametrize("what", ["0", "1"])
def test_the_system_that_has_reported_the_end_gets_it_once(system: System, what: str):
    case = OnRecord(system)
    key = case.subject.pk if what == "0" else case.website.pk
    ending = case.ending(what, key, **({"ICPmm": case.prove()} if what == "0" else {}))
    assert codes(sent(system, ending)) == ["1062"]
    before = files_of(system)

    case.approve()

    assert files_of(system) == before + 1
    assert ended_here(system) == [(what, str(key))]


def test_services_that_the_interface_does_not_carry_are_left_out(system: System):
    case = case_at(Status.FILED, of=system.provider, services=[code_tables.WEBSITE, code_tables.APP])

    change(case, Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号3号楼201室"})

    (record,) = records(newest(system), "ICP/BASJ/Baxx")
    assert [one["Wzmc"] for one in record["Wz_xx"]] == [case.filing.get("websites.0.name")]


def test_a_change_of_a_website_is_told_to_those_who_give_it_access(system: System, filed: Case):
    other = System(of=provider(provinces=[BEIJING]))
    second = change(filed, Kind.NEW_WEBSITE)
    Access.objects.filter(website__subject=filed.filing.subject, website__sequence=2).update(provider=other.provider)
    assert second.subject == filed.filing.subject
    before = files_of(other)

    change(filed, Kind.CHANGE_WEBSITE, **{"websites.0.name": "改名后的示例网站"})

    assert (files_of(system), files_of(other)) == (2, before)


def test_what_an_old_record_lacks_stops_no_decision(system: System, filed: Case, caplog: pytest.LogCaptureFixture):
    website = on_record(system.provider)
    filed.filing.kind, filed.filing.about_subject = Kind.CHANGE_ACCESS, website.subject

    other_changes.changed(filed.filing, website.subject)

    assert files_of(system) == 0
    assert "can't be published" in caplog.text
    assert "cert_address" in caplog.text


def test_a_website_that_has_moved_is_told_under_both_numbers():
    passing = Passing()
    system = System(of=passing.giver.provider, by=chief(GUANGDONG))
    old = str(passing.website.pk)

    passing.approved()

    gone, there = Download.objects.filter(connection=system.row).order_by("pk")
    assert [(one["Zxlb"], one["Jlid"]) for one in records(gone, "ICP/ZXSJ/Zxxx")] == [("1", old)]
    (record,) = records(there, "ICP/BASJ/Baxx")
    assert [one["Baxh"] for one in record["Wz_xx"]] == [str(passing.there().number)]


def test_an_order_that_overtakes_a_reported_end_tells_that_it_has_ended(system: System):
    case = OnRecord(system)
    assert codes(sent(system, case.ending("1", case.website.pk))) == ["1062"]

    making.make(chief(), Scope.WEBSITE, case.website.pk, draft())

    assert ended_here(system) == [("1", str(case.website.pk))]
    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert (opinion["Shjg"], opinion["Jlid"]) == ("0", str(case.website.pk))


def test_an_order_is_told_to_the_systems_of_the_providers_concerned(system: System, filed: Case):
    website = filed.filing.subject.websites.get()

    ends.cancel_website(website.pk, timezone.localdate())
    assert ended_here(system) == [("1", str(website.pk))]

    ends.cancel_subject(website.subject_id, timezone.localdate())
    assert files_of(system) == 1  # it had no access of the provider any more


def test_the_end_of_a_record_is_told_with_its_id(system: System, filed: Case):
    ends.cancel_subject(filed.filing.subject_id, timezone.localdate())

    assert ended_here(system) == [("0", str(filed.filing.subject_id))]


def test_a_closed_connection_gets_nothing(system: System, filed: Case):
    system.row.closed_at = timezone.now()
    system.row.save(update_fields=["closed_at"])

    ends.cancel_subject(filed.filing.subject_id, timezone.localdate())

    assert files_of(system) == 0
