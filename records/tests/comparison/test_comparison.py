"""The comparison of the copies: what differs is found by name, what a later filing or an order explains is not."""

import pgtrigger
import pytest

from filings.evidence import documents
from filings.kinds import Kind
from filings.models import Event, Filing, Snapshot, Verification
from filings.states import Status
from filings.tests.kinds.passing import Passing
from icp_portal.tests.builders import Case, on_record, provider
from ministry.models import Access, LiveDomain, Subject, SubjectCertificate, Website
from records.legal_grounds import Act, Scope
from records.models import Copies, CopyDifference, Order
from records.orders import making, password_resets
from records.tests.comparison.compared import find, later, plant
from records.tests.orders.orders_made import draft, paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

REGISTER, PUBLIC, VERIFIED, RECEIPT = (
    str(one) for one in (Copies.REGISTER, Copies.PUBLIC, Copies.VERIFIED, Copies.RECEIPT)
)


@pytest.fixture
def case() -> Case:
    return Case(websites=2).to(Status.FILED)


def subject_of(case: Case) -> Subject:
    return Subject.objects.get(pk=case.filing.subject_id)


def website_of(case: Case) -> Website:
    return Website.objects.get(subject=case.filing.subject_id, sequence=1)


def access_of(case: Case) -> Access:
    return Access.objects.get(website=website_of(case))


# --- Nothing differs --------------------------------------------------------------------------------------


def test_an_approved_filing_and_a_record_entered_without_one_have_no_difference(case):
    on_record(case.provider)
    on_record(case.provider, issued="京ICP备05000001号-1")

    assert find() == []


CHANGES = [
    (Kind.CHANGE_SUBJECT, {"subject__address": "新地址二号院"}),
    (Kind.CHANGE_WEBSITE, {"websites__0__name": "换过名字的网站"}),
    (Kind.CHANGE_RECORD, {"subject__address": "新地址三号院", "websites__0__name": "又一个名字"}),
    (Kind.CHANGE_ACCESS, {"websites__0__access__ip_ranges": "192.31.196.99"}),
    (Kind.CANCEL_WEBSITE, {}),
    (Kind.CANCEL_SUBJECT, {}),
]


@pytest.mark.parametrize(("kind", "written"), CHANGES)
def test_what_a_later_filing_changes_is_no_difference(case, kind, written):
    later(case, kind, **written)

    assert find() == []


def test_another_access_its_end_and_a_new_one_at_the_same_provider_are_no_difference(case):
    sister = Case(of=provider())
    for _time in range(2):
        later(case, Kind.NEW_ACCESS, staff=sister.staff)
        made = Access.objects.get(website=website_of(case), provider=sister.provider, live=True)
        later(case, Kind.CANCEL_ACCESS, access=made, staff=sister.staff)
    later(case, Kind.NEW_ACCESS, staff=sister.staff)

    assert Access.objects.filter(website=website_of(case)).count() == 4
    assert find() == []


@pytest.mark.parametrize("taker_on_record", [False, True])
def test_a_migration_is_no_difference_at_either_host(taker_on_record):
    Passing(on_record=taker_on_record, websites=2).approved()

    assert find() == []


def test_further_websites_are_no_difference(case):
    later(case, Kind.NEW_WEBSITE)

    assert (Website.objects.count(), find()) == (3, [])


ORDERS = [
    (Scope.SUBJECT, [(Act.CANCEL, "33-23")]),
    (Scope.WEBSITE, [(Act.CANCEL, "33-23")]),
    (Scope.ACCESS, [(Act.CANCEL, "33-18")]),
    (Scope.SUBJECT, [(Act.SUSPEND, "33-27")]),
    (Scope.WEBSITE, [(Act.SUSPEND, "33-27")]),
    (Scope.SUBJECT, [(Act.SUSPEND, "33-27"), (Act.LIFT, "")]),
    (Scope.WEBSITE, [(Act.SUSPEND, "33-27"), (Act.LIFT, "")]),
]
ROWS = {Scope.SUBJECT: subject_of, Scope.WEBSITE: website_of, Scope.ACCESS: access_of}


@pytest.mark.parametrize(("scope", "acts"), ORDERS)
def test_what_orders_say_is_no_difference(case, scope, acts):
    for act, ground in acts:
        making.make(case.reviewer, scope, ROWS[scope](case).pk, draft(act, ground))

    assert find() == []


def test_an_order_that_the_register_does_not_follow_is_found(case):
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft(Act.SUSPEND, "33-27"))
    plant("ministry_website", website_of(case).pk, suspended_on=None)

    assert find() == [("website 1", "suspended", REGISTER)]
    found = CopyDifference.objects.get()
    assert (found.order, found.filing, found.stated) == (Order.objects.get(), None, (True, False))


def test_an_address_changed_at_the_counter_is_no_difference(case):
    subject = subject_of(case)
    pages = documents.read([paper()])
    said = {"came": "张三", "proof": "身份证", "pages": pages, "new_email": "counter@example.cn"}
    reset = password_resets.reset_password(case.reviewer, subject.pk, **said)

    assert (subject_of(case).responsible_email, find()) == ("counter@example.cn", [])

    row = subject_of(case)
    row.responsible_email = "elsewhere@example.cn"
    row.save(update_fields=["responsible_email"])
    assert find() == [("subject", "responsible.email", REGISTER)]
    assert CopyDifference.objects.get().reset == reset


# --- What differs is found by its name --------------------------------------------------------------------

COLUMNS = [
    ("ministry_subject", "subject", "subject.province", {"province": "440000"}),
    ("ministry_subject", "subject", "subject.name", {"name": "另一家公司"}),
    ("ministry_subject", "subject", "subject.nature", {"nature": 3}),
    ("ministry_subject", "subject", "subject.division", {"division": "110102"}),
    ("ministry_subject", "subject", "number", {"serial": 987654}),
    ("ministry_subject", "subject", "in_force", {"live": False}),
    ("ministry_subject", "subject", "suspended", {"suspended_on": "2026-01-05"}),
    ("ministry_subject", "subject", "approved_on", {"approved_on": "2020-01-05"}),
    ("ministry_subject", "subject", "last_sequence", {"last_sequence": 7}),
    ("ministry_website", "website 1", "websites.0.name", {"name": "另一个网站"}),
    ("ministry_website", "website 1", "websites.0.home_url", {"home_url": "www.elsewhere.cn"}),
    ("ministry_website", "website 1", "websites.0.services", {"services": [9]}),
    ("ministry_website", "website 1", "websites.0.languages", {"languages": [8]}),
    ("ministry_website", "website 1", "suspended", {"suspended_on": "2026-01-05"}),
    ("ministry_website", "website 1", "approved_on", {"approved_on": "2020-01-05"}),
    ("ministry_access", "access", "websites.0.access.ways", {"ways": [3]}),
    ("ministry_access", "access", "websites.0.access.places", {"places": [65]}),
    ("ministry_access", "access", "websites.0.access.ip_ranges", {"ip_ranges": ["192.31.196.250"]}),
    ("ministry_access", "access", "in_force", {"live": False}),
]


@pytest.mark.parametrize(("table", "place", "field", "values"), COLUMNS)
def test_a_changed_column_of_the_register_is_found_and_nothing_else(case, table, place, field, values):
    row = {"ministry_subject": subject_of, "ministry_website": website_of, "ministry_access": access_of}[table](case)
    plant(table, row.pk, **values)

    found = find()
    if field == "subject.province":  # the number begins with the province's character
        assert ("subject", "number", REGISTER) in found
        found.remove(("subject", "number", REGISTER))
    if (table, field) == ("ministry_subject", "in_force"):  # certificates are in force with their subject
        found.remove(("subject", "subject.cert_number", REGISTER))
    assert found == [(f"access {row.pk}" if place == "access" else place, field, REGISTER)]
    difference = CopyDifference.objects.open().get(field=field)
    assert (difference.subject_id, difference.filing_id) == (case.filing.subject_id, case.filing.pk)


SEALED = [
    (Subject, "address", "subject", "subject.address"),
    (Subject, "responsible_name", "subject", "responsible.name"),
    (Subject, "responsible_mobile", "subject", "responsible.mobile"),
    (Subject, "responsible_email", "subject", "responsible.email"),
    (Website, "responsible_name", "website 1", "websites.0.responsible.name"),
    (Website, "responsible_mobile", "website 1", "websites.0.responsible.mobile"),
    (Website, "responsible_email", "website 1", "websites.0.responsible.email"),
]


@pytest.mark.parametrize(("model", "column", "place", "field"), SEALED)
def test_a_changed_sealed_column_is_found_and_its_values_are_stored_sealed(case, model, column, place, field):
    row = subject_of(case) if model is Subject else website_of(case)
    was = getattr(row, column)
    setattr(row, column, "从外部改写")
    row.save(update_fields=[column])

    assert find() == [(place, field, REGISTER)]
    difference = CopyDifference.objects.get()
    assert difference.stated == (was, "从外部改写")
    stored = CopyDifference.objects.filter(pk=difference.pk).extra(select={"raw": "\"values\" || ''"}).get().raw
    assert "从外部改写" not in stored


def test_a_website_under_another_domain_is_found_in_the_register_and_at_the_public_query(case):
    plant("ministry_website", website_of(case).pk, domain="elsewhere.cn")

    assert find() == [("website 1", "public_domains", PUBLIC), ("website 1", "websites.0.domain", REGISTER)]


def test_a_further_domain_is_found_in_the_register_and_at_the_public_query(case):
    plant("ministry_website", website_of(case).pk, further_domains=["second.cn"])

    assert find() == [("website 1", "public_domains", PUBLIC), ("website 1", "websites.0.kept_domains", REGISTER)]


def test_a_website_of_another_type_is_found(case):
    plant("ministry_website", website_of(case).pk, service=6, domain="")

    assert ("website 1", "websites.0.service", REGISTER) in find()


def test_a_website_that_is_cancelled_for_no_reason_is_found(case):
    plant("ministry_website", website_of(case).pk, live=False)

    assert find() == [("website 1", "in_force", REGISTER), ("website 1", "public_domains", PUBLIC)]


def test_a_cancelled_website_that_is_back_is_found(case):
    later(case, Kind.CANCEL_WEBSITE)
    plant("ministry_website", website_of(case).pk, live=True, cancelled_on=None)

    assert find() == [("website 1", "in_force", REGISTER), ("website 1", "public_domains", PUBLIC)]


def test_a_lost_website_and_one_that_nobody_filed_are_found(case):
    plant("ministry_website", website_of(case).pk, sequence=9)

    assert find() == [
        (f"access 1 at {case.provider.pk}", "on_record", REGISTER),
        ("website 1", "on_record", REGISTER),
        ("website 9", "on_record", REGISTER),
    ]


def test_an_access_at_another_provider_is_found_as_lost_and_as_filed_by_nobody(case):
    access, other = access_of(case), provider()
    plant("ministry_access", access.pk, provider_id=other.pk)

    assert find() == [
        (f"access 1 at {case.provider.pk}", "on_record", REGISTER),
        (f"access {access.pk}", "on_record", REGISTER),
    ]


@pytest.mark.parametrize("change", [{"live": False}, {"cert_type": 2}])
def test_a_certificate_that_is_no_longer_the_subjects_is_found(case, change):
    plant("ministry_subjectcertificate", SubjectCertificate.objects.get(subject=subject_of(case)).pk, **change)

    assert find() == [("subject", "subject.cert_number", REGISTER)]


def test_domains_of_the_public_query_that_are_lost_or_too_many_are_found(case):
    LiveDomain.objects.filter(website=website_of(case)).delete()
    second = Website.objects.get(subject=case.filing.subject_id, sequence=2)
    LiveDomain.objects.create(domain="added.cn", website=second)

    assert find() == [("website 1", "public_domains", PUBLIC), ("website 2", "public_domains", PUBLIC)]


def test_domains_of_an_imported_record_are_compared_too(case):
    website = on_record(case.provider)
    LiveDomain.objects.filter(website=website).delete()

    assert find() == [("website 1", "public_domains", PUBLIC)]
    assert CopyDifference.objects.get().subject_id == website.subject_id


def test_what_was_approved_otherwise_than_verified_is_found_by_field_and_at_the_receipt(case):
    facts = case.filing.facts
    facts["websites"][0]["name"] = "管局处的名称"
    case.filing.save()

    place = f"filing {case.filing.pk}"
    assert find() == [
        (place, "digest", RECEIPT),
        (place, "websites.0.name", VERIFIED),
        ("website 1", "websites.0.name", REGISTER),
    ]


def test_a_changed_round_of_the_provider_is_found_by_field(case):
    snapshot = Snapshot.objects.get(filing=case.filing)
    snapshot.facts = snapshot.facts | {"subject": snapshot.facts["subject"] | {"address": "别处"}}
    with pgtrigger.ignore():
        snapshot.save()

    assert find() == [(f"filing {case.filing.pk}", "subject.address", VERIFIED)]


def test_a_lost_round_and_a_wrong_receipt_are_found(case):
    plant("filings_event", Event.objects.get(filing=case.filing, name="approve").pk, handed="0" * 64)
    with pgtrigger.ignore():
        Snapshot.objects.filter(filing=case.filing).delete()

    place = f"filing {case.filing.pk}"
    assert find() == [(place, "round", VERIFIED)]
    assert Verification.objects.filter(filing=case.filing).exists()


def test_a_copy_that_no_key_opens_is_found_and_the_other_records_are_compared_all_the_same(case, caplog):
    other = Case().to(Status.FILED)
    plant("ministry_subject", case.filing.subject_id, address="no token")
    plant("ministry_subject", other.filing.subject_id, name="另一家公司")

    assert find() == [("subject", "subject.name", REGISTER), ("subject", "unreadable", REGISTER)]
    assert [record.levelname for record in caplog.records if "no key opens" in record.message] == ["CRITICAL"]
    assert Filing.objects.filter(pk=case.filing.pk).exists()
