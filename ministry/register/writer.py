"""Write register rows; no other module does. Callers open the transaction: an entry and its cause commit together.

Database constraints decide conflicts; this module turns their violations into RegisterConflict.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction

from ministry.mail import letters
from ministry.models import Access, Subject, SubjectCertificate, Website
from ministry.reference.numbers import EARLIER_UNTIL, FilingNumber
from ministry.register import digests, history
from ministry.register.contacts import derive_contacts, enter_contacts
from ministry.register.entry_types import CONFLICTS, AccessEntry, RegisterConflict, SubjectEntry, WebsiteEntry

# Model → official code for writing to a row that is no longer in force
GONE = {Subject: 1049, Website: 1050, Access: 1032}
# From this day on a website has one domain (工信管函〔2019〕633号); earlier ones may keep theirs.
ONE_DOMAIN_SINCE = date(2019, 4, 22)


def enter_subject(entry: SubjectEntry, on: date, *, earlier: FilingNumber | None = None) -> Subject:
    """Enter a new subject under the next number of its province; raise RegisterConflict (1003).

    The row of the number series stays locked until the caller commits: call this late. ``earlier`` is the number under
    which an earlier system entered it on that day; raise ValueError if none can have issued it.
    """
    subject = Subject.objects.create(
        province=entry.province,
        **(_earlier(earlier, entry.province, on) if earlier else _next_number(entry.province, on.year)),
        name=entry.name,
        nature=entry.nature,
        division=entry.division,
        address=entry.address,
        responsible_name=entry.responsible_name,
        responsible_mobile=entry.responsible_mobile,
        responsible_email=entry.responsible_email,
        approved_on=on,
    )
    enter_certificate(subject, entry.cert_type, entry.cert_number)
    enter_contacts(subject, entry)
    history.remember(subject, on, entry.facts or None)
    return subject


def enter_certificate(subject: Subject, cert_type: int, number: str) -> SubjectCertificate:
    """Enter a certificate (number in normal form) of the subject; raise RegisterConflict (1003).

    It conflicts when another subject has the number or is the same unit, under its old certificate or its new one.
    A subject's further certificates are aliases, by which an old licence number is recognised, from which no
    organisation code can be derived.
    """
    unit_digest = digests.of_unit(cert_type, number)
    _refuse_unit_of_another(subject, unit_digest)
    with _conflicts_named():
        return SubjectCertificate.objects.create(
            subject=subject,
            cert_type=cert_type,
            number=number,
            digest=digests.of_certificate(number),
            unit_digest=unit_digest,
        )


def enter_website(
    subject_id: int, entry: WebsiteEntry, access: AccessEntry, on: date, *, sequence: int | None = None
) -> Website:
    """Enter a website under its subject's next sequence, with its access; raise RegisterConflict (1005, 1049).

    ``sequence`` is the one under which an earlier system entered it. Raise ValueError for further domains on or after
    ``ONE_DOMAIN_SINCE``, and for a sequence that the subject has reached already.
    """
    if entry.further_domains and on >= ONE_DOMAIN_SINCE:
        raise ValueError("one website, one domain")
    subject = _subject_in_force(subject_id)
    if sequence is not None and sequence <= subject.last_sequence:
        raise ValueError(f"{subject.number}-{sequence} may have been given already")
    subject.last_sequence = sequence or subject.last_sequence + 1
    subject.save(update_fields=["last_sequence"])
    with _conflicts_named():
        website = Website.objects.create(
            subject=subject, sequence=subject.last_sequence, approved_on=on, **_columns_of_website(entry)
        )
    enter_contacts(subject, entry)
    history.remember(website, on, entry.facts or None)
    _create_access(website, access, on)
    return website


def enter_access(website_id: int, entry: AccessEntry, on: date) -> Access:
    """Enter another provider's access to a website; raise RegisterConflict (1029, 1049, 1050)."""
    return _create_access(_website_in_force(website_id), entry, on)


def change_subject(subject_id: int, entry: SubjectEntry, on: date) -> Subject:
    """Enter the new facts of a subject; province, number and certificate stay. Raise RegisterConflict (1049)."""
    subject = _subject_in_force(subject_id)
    history.remember_first(subject)
    letters.tell_of_new_email(subject, entry.responsible_email)
    for name in ("name", "division", "address", "responsible_name", "responsible_mobile", "responsible_email"):
        setattr(subject, name, getattr(entry, name))
    subject.save()
    derive_contacts(subject)
    history.remember(subject, on, entry.facts or None)
    return subject


def change_website(website_id: int, entry: WebsiteEntry, on: date) -> Website:
    """Enter the new facts of a website; number and service type stay. Raise RegisterConflict (1005, 1049, 1050).

    Its domain stays too; of several domains, those that the entry names are kept and the others are released.
    """
    website = _website_in_force(website_id)
    kept = [domain for domain in website.all_domains if domain in (entry.domain, *entry.further_domains)]
    if website.is_website and not kept:
        raise RegisterConflict(1005)
    history.remember_first(website)
    for name, value in _columns_of_website(entry).items():
        if name != "service":
            setattr(website, name, value)
    website.domain, website.further_domains = next(iter(kept), ""), kept[1:]
    website.save()
    derive_contacts(website.subject)
    history.remember(website, on, entry.facts or None)
    return website


def enter_further_domains(website_id: int, domains: Sequence[str], on: date) -> Website:
    """Add further domains, known from the earlier system, to a website approved before ``ONE_DOMAIN_SINCE``.

    Raise RegisterConflict (1005, 1049, 1050); ValueError for a later website.
    """
    website = _website_in_force(website_id)
    if website.approved_on >= ONE_DOMAIN_SINCE:
        raise ValueError("one website, one domain")
    history.remember_first(website)
    facts = history.facts_now(website)
    website.further_domains += [domain for domain in domains if domain not in website.all_domains]
    with _conflicts_named():
        website.save(update_fields=["further_domains"])
    history.remember(website, on, facts | {"kept_domains": "\n".join(website.all_domains)})
    return website


def change_access(access_id: int, entry: AccessEntry, on: date) -> Access:
    """Enter the new ways, places and addresses of an access; its provider stays. Raise RegisterConflict (1032)."""
    _lock_subject(websites__accesses=access_id)
    access = Access.objects.select_related("website").get(pk=access_id)
    _refuse_ended(access)
    history.remember_first(access)
    access.ways, access.places, access.ip_ranges = list(entry.ways), list(entry.places), list(entry.ip_ranges)
    access.save(update_fields=["ways", "places", "ip_ranges"])
    history.remember(access, on, history.access_facts(access))
    return access


def change_email(subject_id: int, email: str, on: date) -> None:
    """Change the e-mail address of the subject's responsible person; raise RegisterConflict (1049)."""
    subject = _subject_in_force(subject_id)
    history.remember_first(subject)
    subject.responsible_email = email
    subject.save(update_fields=["responsible_email"])
    derive_contacts(subject)
    facts = history.facts_now(subject)
    history.remember(subject, on, facts | {"responsible": facts["responsible"] | {"email": email}})


def cancel_access(access_id: int, on: date) -> list[Access]:
    """End one provider's access to a website, which may be left without any; raise RegisterConflict (1032).

    Like the other cancel functions, return the accesses ended: their providers must be notified.
    """
    _lock_subject(websites__accesses=access_id)
    access = Access.objects.select_for_update(of=("self",), no_key=True).get(pk=access_id)
    _refuse_ended(access)
    return _end_accesses(on, pk=access_id)


def cancel_website(website_id: int, on: date) -> list[Access]:
    """Cancel a website with its accesses; release its domain but not its number. Raise RegisterConflict (1050)."""
    subject = _lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    ended = _end_accesses(on, website=website_id)
    _end([website], on)
    derive_contacts(subject)
    return ended


def cancel_subject(subject_id: int, on: date) -> list[Access]:
    """Cancel a subject with its websites, accesses and certificates; raise RegisterConflict (1049)."""
    subject = _subject_in_force(subject_id)
    ended = _end_accesses(on, website__subject=subject_id)
    _end([*Website.objects.filter(subject=subject_id, live=True).order_by("sequence"), subject], on)
    SubjectCertificate.objects.filter(subject=subject_id, live=True).update(live=False)
    derive_contacts(subject)
    return ended


def migrate_website(website_id: int, subject_id: int, entry: WebsiteEntry, access: AccessEntry, on: date) -> Website:
    """Migrate a website to another subject, under that subject's next number; its old number becomes void.

    All accesses are kept; that of ``access``'s provider is entered with the new data. Raise RegisterConflict (1029,
    1049, 1050). Both subjects are locked in primary key order, so that two migrations can't deadlock.
    """
    left_id = Website.objects.values_list("subject_id", flat=True).get(pk=website_id)
    both = {pk: _lock_subject(pk=pk) for pk in sorted({left_id, subject_id})}
    _refuse_ended(both[left_id])
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    ended = _end_accesses(on, website=website_id)
    _end([website], on)
    there = enter_website(subject_id, entry, access, on)
    for other in ended:
        if other.provider_id != access.provider_id:
            _create_access(there, AccessEntry(other.provider_id, other.ways, other.places, other.ip_ranges), on)
    website.migrated_to = there
    website.save(update_fields=["migrated_to"])
    derive_contacts(both[left_id])
    return there


def suspend_website(website_id: int, on: date) -> list[Access]:
    """Suspend a website, which stays on record; raise RegisterConflict (1049, 1050).

    Like ``suspend_subject``, return the accesses in force that must be cut off meanwhile.
    """
    _lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    website.suspended_on = website.suspended_on or on
    website.save(update_fields=["suspended_on"])
    return _accesses(website=website_id)


def suspend_subject(subject_id: int, on: date) -> list[Access]:
    """Suspend a subject with all its websites; raise RegisterConflict (1049, 1050)."""
    subject = _lock_subject(pk=subject_id)
    _refuse_ended(subject)
    subject.suspended_on = subject.suspended_on or on
    subject.save(update_fields=["suspended_on"])
    return _accesses(website__subject=subject_id)


def resume_website(website_id: int) -> list[Access]:
    """End a website's suspension; return the accesses to reopen; raise RegisterConflict (1049, 1050)."""
    _lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    website.suspended_on = None
    website.save(update_fields=["suspended_on"])
    return _accesses(website=website_id)


def resume_subject(subject_id: int) -> list[Access]:
    """End a subject's suspension but not those of single websites; otherwise like ``resume_website``."""
    subject = _lock_subject(pk=subject_id)
    _refuse_ended(subject)
    subject.suspended_on = None
    subject.save(update_fields=["suspended_on"])
    return _accesses(website__subject=subject_id, website__suspended_on=None)


def _lock_subject(**which: int | date | None) -> Subject:
    """Lock and return the one subject that matches; raise Subject.DoesNotExist."""
    subject_id = Subject.objects.values_list("pk", flat=True).get(**which)
    return Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject_id)


def _refuse_ended(row: Subject | Website | Access) -> None:
    if not row.live:
        raise RegisterConflict(GONE[type(row)])


def _accesses(**which: int | date | None) -> list[Access]:
    return list(Access.objects.filter(live=True, **which).select_related("website__subject").order_by("pk"))


def _end_accesses(on: date, **which: int | date | None) -> list[Access]:
    ended = _accesses(**which)
    _end(ended, on)
    return ended


def _end(rows: Sequence[Subject | Website | Access], on: date) -> None:
    """End rows on a day and store that in the history."""
    for row in rows:
        history.remember_first(row)
        row.live, row.cancelled_on = False, on
        row.save(update_fields=["live", "cancelled_on"])
        history.remember(row, on)


def _subject_in_force(subject_id: int) -> Subject:
    """Lock and return a subject in force; the row lock serialises all writers to anything under it."""
    subject = _lock_subject(pk=subject_id)
    _refuse_ended(subject)
    return subject


def _website_in_force(website_id: int) -> Website:
    """Return a website in force, read under its subject's row lock."""
    subject = _subject_in_force(Website.objects.values_list("subject_id", flat=True).get(pk=website_id))
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    website.subject = subject
    return website


def _columns_of_website(entry: WebsiteEntry) -> dict[str, Any]:
    return {
        "service": entry.service,
        "name": entry.name,
        "domain": entry.domain,
        "further_domains": list(entry.further_domains),
        "home_url": entry.home_url,
        "services": list(entry.services),
        "languages": list(entry.languages),
        "responsible_name": entry.responsible_name,
        "responsible_mobile": entry.responsible_mobile,
        "responsible_email": entry.responsible_email,
    }


def _create_access(website: Website, entry: AccessEntry, on: date) -> Access:
    with _conflicts_named():
        access = Access.objects.create(
            website=website,
            provider_id=entry.provider_id,
            ways=list(entry.ways),
            places=list(entry.places),
            ip_ranges=list(entry.ip_ranges),
        )
    history.remember(access, on, history.access_facts(access))
    return access


def as_of(subject: Subject, day: date) -> history.SubjectAsOf | None:
    """Return the subject as of ``day`` with its websites and accesses; None when it was not in force."""
    return history.as_of(subject.pk, day)


def _refuse_unit_of_another(subject: Subject, unit_digest: str) -> None:
    """Raise RegisterConflict (1003) if another subject is the same unit; serialises concurrent approvals."""
    if not unit_digest:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [unit_digest])
    if SubjectCertificate.objects.filter(live=True, unit_digest=unit_digest).exclude(subject=subject).exists():
        raise RegisterConflict(1003)


def _earlier(number: FilingNumber, province: str, on: date) -> dict[str, Any]:
    """Return the columns of an earlier system's number; raise ValueError unless it may be of that province and day."""
    if not number.is_earlier or number.sequence is not None or number.province.code != province or on > EARLIER_UNTIL:
        raise ValueError(f"{number} is not a number that an earlier system can have issued on {on} in {province}")
    return {"year": None, "serial": None, "earlier_number": str(number)}


def _next_number(province: str, year: int) -> dict[str, Any]:
    """Take the next number of the series; serials are consecutive because a rollback restores the counter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ministry_numberseries (province, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT ON CONSTRAINT one_series_per_province_and_year"
            " DO UPDATE SET last = ministry_numberseries.last + 1 RETURNING last",
            [province, year],
        )
        return {"year": year, "serial": int(cursor.fetchone()[0])}


@contextmanager
def _conflicts_named() -> Iterator[None]:
    """Convert violations of the constraints in ``CONFLICTS`` to RegisterConflict, inside a savepoint."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for constraint, code in CONFLICTS.items():
            if constraint in str(error):
                raise RegisterConflict(code) from error
        raise
