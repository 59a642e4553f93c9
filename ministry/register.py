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
    """The register already holds this subject (1003) or this domain (1005)."""

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
    """Enter a website under its subject's next sequence, with its access; raise RegisterConflict (1005)."""
    subject = Subject.objects.select_for_update(of=("self",)).get(pk=subject_id)
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
