"""The only writer of register rows. Callers hold a transaction: an entry and its cause commit together.

The database decides conflicts; this module turns its refusal into words.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from ministry import digests
from ministry.models import Access, ContactKind, Subject, SubjectCertificate, SubjectContact, Website

# Constraint of the database → the official code a filing gets for breaking it (interface codes 1003, 1005).
CONFLICTS = {"one_live_subject_per_certificate": 1003, "one_live_website_per_domain": 1005}
BATCH = 500


class RegisterConflict(Exception):
    """The register already holds this subject (1003) or this domain (1005), or not (any more) what is named (1016)."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """What the register keeps of a subject; texts in their normal form."""

    province: str
    name: str
    nature: int
    division: str
    address: str
    cert_type: int
    cert_number: str
    responsible_name: str
    responsible_mobile: str
    responsible_email: str


@dataclass(frozen=True, slots=True)
class WebsiteEntry:
    """What the register keeps of a website and of its access by one provider.

    ``domain`` is the A-label, or the IP address of a website that is known by nothing else.
    """

    name: str
    domain: str
    home_url: str
    services: Sequence[int]
    languages: Sequence[int]
    responsible_name: str
    responsible_mobile: str
    responsible_email: str
    provider_id: int
    ways: Sequence[int]
    places: Sequence[int]
    ip_ranges: Sequence[str]


def enter_subject(entry: SubjectEntry, on: date) -> Subject:
    """Enter a new subject under the next number of its province; raise RegisterConflict (1003).

    The counter's row stays locked until the caller commits: call this late.
    """
    subject = Subject.objects.create(
        province=entry.province,
        year=on.year,
        serial=_next_serial(entry.province, on.year),
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
    _enter_contacts(subject, entry)
    return subject


def enter_certificate(subject: Subject, cert_type: int, number: str) -> SubjectCertificate:
    """Enter a certificate (number in normal form) that names the subject; raise RegisterConflict (1003).

    It is another subject's when the number is, and when the unit is: under its old certificate or its new one.
    A subject's further certificates are its aliases. By them an old licence number is recognised, from which no
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


def enter_website(subject_id: int, entry: WebsiteEntry, on: date) -> Website:
    """Enter a website under its subject's next sequence, with its access; raise RegisterConflict (1005, 1016)."""
    subject = Subject.objects.select_for_update(of=("self",)).get(pk=subject_id)
    _refuse_ended(subject)
    subject.last_sequence += 1
    subject.save(update_fields=["last_sequence"])
    with _conflicts_named():
        website = Website.objects.create(
            subject=subject,
            sequence=subject.last_sequence,
            name=entry.name,
            domain=entry.domain,
            home_url=entry.home_url,
            services=list(entry.services),
            languages=list(entry.languages),
            responsible_name=entry.responsible_name,
            responsible_mobile=entry.responsible_mobile,
            responsible_email=entry.responsible_email,
            approved_on=on,
        )
    _enter_contacts(subject, entry)
    Access.objects.create(
        website=website,
        provider_id=entry.provider_id,
        ways=list(entry.ways),
        places=list(entry.places),
        ip_ranges=list(entry.ip_ranges),
    )
    return website


# --- Cancelling and suspending ----------------------------------------------------------------------------
#
# Rows stay, and so do their numbers. Locks, everywhere: the subject first, then what is under it.


def cancel_access(access_id: int, on: date) -> list[Access]:
    """End one provider's access to a website, which may be left without any; raise RegisterConflict (1016).

    Each of these functions answers the accesses that it has ended: their providers are to be told.
    """
    _lock_subject(websites__accesses=access_id)
    access = Access.objects.select_for_update(of=("self",), no_key=True).get(pk=access_id)
    _refuse_ended(access)
    return _end_accesses(on, pk=access_id)


def cancel_website(website_id: int, on: date) -> list[Access]:
    """Cancel a website with its accesses; its domain is free, its number is not. Raise RegisterConflict (1016)."""
    _lock_subject(websites=website_id)
    _refuse_ended(Website.objects.get(pk=website_id))
    ended = _end_accesses(on, website=website_id)
    Website.objects.filter(pk=website_id).update(live=False, cancelled_on=on)
    return ended


def cancel_subject(subject_id: int, on: date) -> list[Access]:
    """Cancel a subject with its websites, accesses and certificates; raise RegisterConflict (1016)."""
    _refuse_ended(_lock_subject(pk=subject_id))
    ended = _end_accesses(on, website__subject=subject_id)
    Website.objects.filter(subject=subject_id, live=True).update(live=False, cancelled_on=on)
    SubjectCertificate.objects.filter(subject=subject_id, live=True).update(live=False)
    Subject.objects.filter(pk=subject_id).update(live=False, cancelled_on=on)
    return ended


def suspend_website(website_id: int, on: date) -> list[Access]:
    """Note that a website is closed for the time being; it stays on record. Raise RegisterConflict (1016).

    These two answer the accesses in force that are to be cut off meanwhile.
    """
    _lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    website.suspended_on = website.suspended_on or on
    website.save(update_fields=["suspended_on"])
    return _accesses(website=website_id)


def suspend_subject(subject_id: int, on: date) -> list[Access]:
    """Note that all of a subject's websites are closed for the time being; raise RegisterConflict (1016)."""
    subject = _lock_subject(pk=subject_id)
    _refuse_ended(subject)
    subject.suspended_on = subject.suspended_on or on
    subject.save(update_fields=["suspended_on"])
    return _accesses(website__subject=subject_id)


def resume_website(website_id: int) -> list[Access]:
    """A website is not suspended any more; raise RegisterConflict (1016). Answer the accesses to be opened again."""
    _lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    _refuse_ended(website)
    website.suspended_on = None
    website.save(update_fields=["suspended_on"])
    return _accesses(website=website_id)


def resume_subject(subject_id: int) -> list[Access]:
    """A subject is not suspended any more; a website that is so by itself stays so. Raise RegisterConflict (1016)."""
    subject = _lock_subject(pk=subject_id)
    _refuse_ended(subject)
    subject.suspended_on = None
    subject.save(update_fields=["suspended_on"])
    return _accesses(website__subject=subject_id, website__suspended_on=None)


def _lock_subject(**which: int | date | None) -> Subject:
    """Lock the one subject that this names; raise Subject.DoesNotExist."""
    subject_id = Subject.objects.values_list("pk", flat=True).get(**which)
    return Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject_id)


def _refuse_ended(row: Subject | Website | Access) -> None:
    if not row.live:
        raise RegisterConflict(1016)


def _accesses(**which: int | date | None) -> list[Access]:
    return list(Access.objects.filter(live=True, **which).select_related("website__subject").order_by("pk"))


def _end_accesses(on: date, **which: int | date | None) -> list[Access]:
    ended = _accesses(**which)
    Access.objects.filter(pk__in=[access.pk for access in ended]).update(live=False, cancelled_on=on)
    return ended


# --- Digests ----------------------------------------------------------------------------------------------


def derive_digests() -> None:
    """Derive all digests of subjects anew with the present DIGEST_KEY, in the caller's transaction."""
    for certificate in SubjectCertificate.objects.select_for_update(of=("self",)).iterator():
        certificate.digest = digests.of_certificate(certificate.number)
        certificate.unit_digest = digests.of_unit(certificate.cert_type, certificate.number)
        certificate.save(update_fields=["digest", "unit_digest"])
    SubjectContact.objects.all().delete()
    for subject in Subject.objects.prefetch_related("websites").iterator(chunk_size=BATCH):
        _enter_contacts(subject, subject)
        for website in subject.websites.all():
            _enter_contacts(subject, website)


def _enter_contacts(subject: Subject, person: SubjectEntry | WebsiteEntry | Subject | Website) -> None:
    """Enter how the responsible person of a subject or a website is reached; known ways stay as they are."""
    who = digests.of_person(person.responsible_name)
    ways = ((ContactKind.MOBILE, person.responsible_mobile), (ContactKind.EMAIL, person.responsible_email))
    SubjectContact.objects.bulk_create(
        (
            SubjectContact(subject=subject, kind=kind, digest=key, person_digest=who)
            for kind, text in ways
            for part in text.split(";")
            if (key := digests.of_contact(kind, part))
        ),
        ignore_conflicts=True,
    )


def _refuse_unit_of_another(subject: Subject, unit_digest: str) -> None:
    """Raise RegisterConflict (1003) for a unit that another subject is; two approvals at once take turns."""
    if not unit_digest:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [unit_digest])
    if SubjectCertificate.objects.filter(live=True, unit_digest=unit_digest).exclude(subject=subject).exists():
        raise RegisterConflict(1003)


def _next_serial(province: str, year: int) -> int:
    """Take the next serial of the series: consecutive, because a rolled-back approval gives it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ministry_numberseries (province, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT ON CONSTRAINT one_series_per_province_and_year"
            " DO UPDATE SET last = ministry_numberseries.last + 1 RETURNING last",
            [province, year],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def _conflicts_named() -> Iterator[None]:
    """Turn the refusal of a named constraint into a RegisterConflict, inside a savepoint."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for constraint, code in CONFLICTS.items():
            if constraint in str(error):
                raise RegisterConflict(code) from error
        raise
