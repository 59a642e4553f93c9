"""The review page beside the facts: register, pool, the provider's record, and traits shared with others."""

import pytest
from django.test import Client
from django.urls import reverse

from filings.lookup import shared_traits
from filings.models import Trace, TraceKind
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, blacklisted_domain, case_at, sign_in, user_of
from providers.models import IpRange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def look(case: Case, name: str = "bureau_desk:review") -> str:
    client = sign_in(Client(), user_of(case.reviewer))
    return client.get(reverse(name, args=[case.filing.pk])).content.decode()


def met(case: Case) -> dict[str, list[int]]:
    case.refresh()
    return shared_traits.met(case.filing, list(case.filing.evidence.filter(replaced_at=None)))


def share(one: Case, other: Case, *kinds: TraceKind) -> None:
    """Give the other filing the traces of the first, as if it had the same values."""
    for trace in one.filing.traces.filter(kind__in=kinds):
        Trace.objects.create(filing=other.filing, kind=trace.kind, key=trace.key)


def test_a_filing_leaves_traces_when_the_bureau_receives_it_and_keeps_them():
    case = Case().submit()
    assert Trace.objects.count() == 0

    case.verify()
    kinds = set(Trace.objects.values_list("kind", flat=True))
    case.approve()

    assert kinds == set(TraceKind.values)
    assert set(Trace.objects.values_list("kind", flat=True)) == kinds


def test_no_trace_says_what_it_is_of():
    case = case_at(Status.WITH_BUREAU)
    values = " ".join(f"{trace.kind} {trace.key}" for trace in Trace.objects.all())

    assert case.filing.get("responsible.mobile") not in values


def test_what_others_share_is_counted_and_named_as_far_as_the_bureau_may_know():
    case, near, far = (case_at(Status.WITH_BUREAU, province=where) for where in ("110000", "110000", GUANGDONG))
    Trace.objects.exclude(filing=case.filing).delete()
    share(case, near, TraceKind.MOBILE, TraceKind.ADDRESS)
    share(case, far, TraceKind.MOBILE)

    found = met(case)
    assert found[TraceKind.MOBILE] == [far.filing.pk, near.filing.pk]
    assert found[TraceKind.ADDRESS] == [near.filing.pk]
    assert reverse("bureau_desk:shared_traits", args=[case.filing.pk]) in look(case)

    page = look(case, "bureau_desk:shared_traits")
    assert near.filing.subject_name in page
    assert reverse("bureau_desk:review", args=[near.filing.pk]) in page
    for hidden in (far.filing.subject_name, far.filing.domain, reverse("bureau_desk:review", args=[far.filing.pk])):
        assert hidden not in page
    assert "广东" in page
    assert case.filing.get("responsible.mobile") not in page


def test_filings_of_the_same_subject_do_not_count():
    case, other = case_at(Status.WITH_BUREAU), case_at(Status.FILED)
    Trace.objects.exclude(filing=case.filing).delete()
    share(case, other, TraceKind.MOBILE)
    other.filing.subject_digest = case.filing.subject_digest
    other.filing.save(update_fields=["subject_digest"])

    assert TraceKind.MOBILE not in met(case)


def test_many_that_share_are_counted_no_further_than_told():
    case, other = case_at(Status.WITH_BUREAU), case_at(Status.WITH_BUREAU)
    Trace.objects.exclude(filing=case.filing).delete()
    for number in range(shared_traits.MOST + 5):
        row = other.refresh().filing
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.save(force_insert=True)
        for trace in case.filing.traces.filter(kind=TraceKind.EMAIL):
            Trace.objects.create(filing=row, kind=trace.kind, key=trace.key)

    assert len(met(case)[TraceKind.EMAIL]) == shared_traits.MOST + 1


def test_a_picture_in_another_subjects_filing_is_met():
    case, other = case_at(Status.WITH_BUREAU), case_at(Status.WITH_BUREAU)
    picture, same = case.filing.evidence.first(), other.filing.evidence.first()
    same.original_sha256 = picture.original_sha256
    same.save(update_fields=["original_sha256"])

    assert other.filing.pk in met(case)[shared_traits.PICTURE]


def test_what_no_bureau_has_received_is_not_met():
    case, draft = case_at(Status.WITH_BUREAU), case_at(Status.WITH_PROVIDER)
    picture = case.filing.evidence.first()
    draft.filing.evidence.update(original_sha256=picture.original_sha256, phash=picture.phash)

    assert draft.filing.pk not in met(case).get(shared_traits.PICTURE, [])


def test_the_page_says_what_the_register_and_the_pool_hold_against_it():
    case = case_at(Status.WITH_BUREAU)
    assert f"{case.provider.name}尚未登记" in look(case) or "has entered no addresses" in look(case)
    blacklisted_domain(case.filing.get("websites.0.domain"))
    IpRange.objects.create(provider=case.provider, start="203.0.113.1", end="203.0.113.1")

    page = look(case)
    assert "1063" in page
    assert "1064" in page


def test_the_provider_so_far_is_told_in_one_line():
    case = case_at(Status.WITH_BUREAU)
    Case(of=case.provider).submit().verify().approve()
    Case(of=case.provider).submit().verify().return_to_provider()

    page = look(case)
    assert case.provider.name in page.partition('id="record"')[2]


def test_the_decisions_on_other_providers_filings_are_not_counted_to_this_one():
    case_at(Status.FILED)
    case = case_at(Status.WITH_BUREAU)
    Case(of=case.provider).submit().verify().approve()

    client = sign_in(Client(), user_of(case.reviewer))
    record = client.get(reverse("bureau_desk:review", args=[case.filing.pk])).context["record"]

    assert (record.approved, record.returned) == (1, 0)
