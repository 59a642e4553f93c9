"""What providers' systems are told of records that were changed or ended without a report of theirs."""

import pytest
from django.utils import timezone

from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import BEIJING, Case, case_at, number, provider
from interchange.models import Download
from interchange.tests.intake.reported_records import newest, records, sent
from interchange.tests.intake.test_new_filings import codes
from interchange.tests.intake.test_records import OnRecord
from interchange.tests.systems import System
from ministry.models import Access
from ministry.register import ends

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
