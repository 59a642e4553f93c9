"""What ends in the register keeps its row and its number; each function answers the accesses that ended with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from icp_portal.tests.builders import Case, provider
from ministry.models import Access, ContactKind, Subject, SubjectCertificate, SubjectContact, Website
from ministry.register import conflict_types, conflicts, contacts, ends, entry_types, history, query, writer
from ministry.register.entry_types import RegisterConflict

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 25)
NUMBER = 471_101  # what the subject is invented from


def entry(subject: Subject, domain: str) -> entry_types.WebsiteEntry:
    return entry_types.WebsiteEntry(
        name="示例二站",
        domain=domain,
        home_url=f"www.{domain}",
        services=[1],
        languages=[1],
        responsible_name=subject.responsible_name,
        responsible_mobile=subject.responsible_mobile,
        responsible_email=subject.responsible_email,
    )


def access(provider_id: int) -> entry_types.AccessEntry:
    return entry_types.AccessEntry(provider_id=provider_id, ways=[1], places=[1], ip_ranges=["203.0.113.7"])


@pytest.fixture
def subject() -> Subject:
    """A subject with two websites; the first one has two providers."""
    case = Case(invented=NUMBER).submit().verify().approve()
    subject = Subject.objects.get(pk=case.filing.subject_id)
    first = subject.websites.get()
    Access.objects.create(website=first, provider=provider(), ways=[1], places=[1], ip_ranges=["203.0.113.9"])
    writer.enter_website(subject.pk, entry(subject, "second-site.cn"), access(case.provider.pk), DAY)
    return subject


def rows(subject: Subject) -> list[tuple[int, bool, date | None, list[bool]]]:
    return [
        (site.sequence, site.live, site.cancelled_on, [access.live for access in site.accesses.order_by("pk")])
        for site in subject.websites.order_by("sequence")
    ]


def test_an_ended_access_leaves_the_website_on_record(subject):
    access = Access.objects.filter(website__sequence=1).earliest("pk")
    assert [ended.pk for ended in ends.cancel_access(access.pk, DAY)] == [access.pk]

    assert rows(subject) == [(1, True, None, [False, True]), (2, True, None, [True])]
    assert Access.objects.get(pk=access.pk).cancelled_on == DAY


def test_a_cancelled_website_loses_its_accesses_and_gives_its_domain_back(subject):
    site = subject.websites.get(sequence=1)
    ended = ends.cancel_website(site.pk, DAY)

    assert len(ended) == 2
    assert rows(subject) == [(1, False, DAY, [False, False]), (2, True, None, [True])]
    again = writer.enter_website(subject.pk, entry(subject, site.domain), access(ended[0].provider_id), DAY)
    assert again.sequence == 3  # the number of the cancelled website is never given again


def test_a_cancelled_subject_takes_all_with_it_and_its_certificate_may_file_anew(subject):
    certificate = SubjectCertificate.objects.get()
    other = Case().submit().verify().approve().filing.subject
    with transaction.atomic():
        assert len(ends.cancel_subject(subject.pk, DAY)) == 3

    subject.refresh_from_db()
    assert (subject.live, subject.cancelled_on) == (False, DAY)
    assert rows(subject) == [(1, False, DAY, [False, False]), (2, False, DAY, [False])]
    question = conflict_types.ConflictQuestion(DAY, certificate.cert_type, certificate.number)
    assert conflicts.conflicts(question).subjects == ()
    assert query.subject_of_number(str(subject.number)) is None
    assert SubjectCertificate.objects.get(live=True).subject == other
    assert Website.objects.get(live=True).subject == other
    anew = Case(invented=NUMBER).submit().verify().approve().filing.subject
    assert anew.serial == other.serial + 1


@pytest.mark.parametrize("what", ["access", "website", "subject"])
def test_nothing_ends_twice_and_a_sister_stays(subject, what):
    target = {
        "access": Access.objects.filter(website__sequence=1).earliest("pk"),
        "website": subject.websites.get(sequence=1),
        "subject": subject,
    }[what]
    end = getattr(ends, f"cancel_{what}")
    end(target.pk, DAY)
    before = rows(subject)
    with pytest.raises(RegisterConflict) as refused:
        end(target.pk, date(2026, 11, 26))
    assert refused.value.code == {"access": 1032, "website": 1050, "subject": 1049}[what]
    assert rows(subject) == before


def test_under_a_cancelled_subject_no_website_is_entered(subject):
    ends.cancel_subject(subject.pk, DAY)
    with pytest.raises(RegisterConflict) as refused:
        writer.enter_website(subject.pk, entry(subject, "third.cn"), access(provider().pk), DAY)
    assert refused.value.code == 1049


def test_a_suspended_website_stays_on_record_until_it_is_resumed(subject):
    site = subject.websites.get(sequence=1)
    assert len(ends.suspend_website(site.pk, DAY)) == 2
    site.refresh_from_db()
    assert (site.live, site.suspended_on) == (True, DAY)
    assert len(ends.resume_website(site.pk)) == 2
    site.refresh_from_db()
    assert (site.live, site.suspended_on) == (True, None)


def test_resuming_a_subject_leaves_alone_the_website_that_is_suspended_by_itself(subject):
    first, second = subject.websites.order_by("sequence")
    ends.suspend_website(first.pk, DAY)
    assert len(ends.suspend_subject(subject.pk, DAY)) == 3
    assert [access.website_id for access in ends.resume_subject(subject.pk)] == [second.pk]


@pytest.mark.parametrize("what", ["suspend_website", "resume_website", "suspend_subject", "resume_subject"])
def test_what_is_cancelled_is_neither_suspended_nor_resumed(subject, what):
    ends.cancel_subject(subject.pk, DAY)
    target = subject if what.endswith("subject") else Website.objects.earliest("pk")
    with pytest.raises(RegisterConflict) as refused:
        getattr(ends, what)(target.pk, *([DAY] if what.startswith("suspend") else []))
    assert refused.value.code == (1049 if what.endswith("subject") else 1050)


@pytest.mark.parametrize("model", [Subject, Website, Access])
def test_the_database_refuses_what_is_in_force_and_cancelled(subject, model):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(cancelled_on=DAY)


# --- Whom a contact belongs to afterwards ----------------------------------------------------------

MANAGER = {"responsible_name": "李二", "responsible_mobile": "13900004711", "responsible_email": "lier@example.cn"}


@pytest.fixture
def managed(subject) -> Website:
    """A third website of the subject, which somebody else answers for."""
    said = replace(entry(subject, "third-site.cn"), **MANAGER)
    return writer.enter_website(subject.pk, said, access(provider().pk), DAY)


def blocked_by(mobile: str) -> list[int]:
    asked = conflict_types.AskedContact(ContactKind.MOBILE, mobile, "王一")
    return [
        met.holder.subject_id
        for met in conflicts.conflicts(conflict_types.ConflictQuestion(DAY, contacts=[asked])).contacts
    ]


def test_the_contacts_of_a_cancelled_website_are_free_again(subject, managed):
    assert blocked_by(MANAGER["responsible_mobile"]) == [subject.pk]
    ends.cancel_website(managed.pk, DAY)

    assert blocked_by(MANAGER["responsible_mobile"]) == []
    assert blocked_by(subject.responsible_mobile) == [subject.pk]  # the sisters' and the subject's own stay


def test_no_later_change_brings_the_contacts_of_the_dead_back(subject, managed):
    ends.cancel_website(managed.pk, DAY)
    writer.change_email(subject.pk, "new@example.cn", DAY)

    assert blocked_by(MANAGER["responsible_mobile"]) == []


def test_new_digests_are_made_of_what_is_in_force_alone(subject, managed):
    ends.cancel_website(managed.pk, DAY)
    contacts.derive_digests()
    assert (blocked_by(MANAGER["responsible_mobile"]), blocked_by(subject.responsible_mobile)) == ([], [subject.pk])
    ends.cancel_subject(subject.pk, DAY)
    contacts.derive_digests()

    assert not SubjectContact.objects.filter(subject=subject).exists()


def test_a_cancelled_subject_keeps_no_contacts(subject, managed):
    ends.cancel_subject(subject.pk, DAY)

    assert not SubjectContact.objects.filter(subject=subject).exists()


def test_the_addresses_before_a_change_are_known_although_no_version_was_written_then(subject):
    entered = Access.objects.get(ip_ranges=["203.0.113.9"])
    first = entered.website.approved_on
    changed = entry_types.AccessEntry(entered.provider_id, ways=[1], places=[1], ip_ranges=["203.0.113.77"])
    writer.change_access(entered.pk, changed, first + timedelta(days=1))

    def addresses(day: date) -> list[object]:
        websites = history.as_of(subject.pk, day).websites
        return [one.facts["ip_ranges"] for site in websites for one in site.accesses if one.access_id == entered.pk]

    assert [addresses(first + timedelta(days=days)) for days in (0, 1)] == [["203.0.113.9"], ["203.0.113.77"]]
