"""Maintain the digests of certificates and contacts by which the register finds subjects."""

from collections.abc import Iterator

from ministry.models import ContactKind, Subject, SubjectCertificate, SubjectContact, Website
from ministry.register import digests
from ministry.register.entry_types import SubjectEntry, WebsiteEntry

BATCH = 500
Person = SubjectEntry | WebsiteEntry | Subject | Website  # has a responsible person


def derive_digests() -> None:
    """Recompute all digests of subjects with the current DIGEST_KEY, in the caller's transaction."""
    for certificate in SubjectCertificate.objects.select_for_update(of=("self",)).iterator():
        certificate.digest = digests.of_certificate(certificate.number)
        certificate.unit_digest = digests.of_unit(certificate.cert_type, certificate.number)
        certificate.save(update_fields=["digest", "unit_digest"])
    SubjectContact.objects.all().delete()
    for subject in Subject.objects.prefetch_related("websites").iterator(chunk_size=BATCH):
        _enter_all_contacts(subject)


def derive_contacts(subject: Subject) -> None:
    """Rebuild a subject's contacts from it and its websites; those of former persons no longer conflict."""
    SubjectContact.objects.filter(subject=subject).delete()
    _enter_all_contacts(subject)


def _enter_all_contacts(subject: Subject) -> None:
    """Enter the contacts of the subject and its websites in force; those of ended records don't conflict."""
    people: list[Subject | Website] = [subject, *subject.websites.all()]
    enter_contacts(subject, *(person for person in people if person.live))


def enter_contacts(subject: Subject, *people: Person) -> None:
    """Enter the contacts of the responsible persons of a subject or its websites; skip existing ones. One query."""
    rows = [row for person in people for row in _contacts(subject, person)]
    SubjectContact.objects.bulk_create(rows, ignore_conflicts=True)


def _contacts(subject: Subject, person: Person) -> Iterator[SubjectContact]:
    """Yield the unsaved contacts of one responsible person."""
    contacts = (person.responsible_name, person.responsible_mobile, person.responsible_email)
    for kind, key, who in contact_digests(*contacts):
        yield SubjectContact(subject=subject, kind=kind, digest=key, person_digest=who)


def contact_digests(name: str, mobiles: str, emails: str) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, digest, digest of the person) of each contact of a responsible person."""
    who = digests.of_person(name)
    for kind, text in ((ContactKind.MOBILE, mobiles), (ContactKind.EMAIL, emails)):
        for part in text.split(";"):
            if key := digests.of_contact(kind, part):
                yield kind.value, key, who
