"""Reserve certificate, record, domains, home pages, names and contacts for an open filing.

Stored as keyed digests from submission until the filing ends. While a returned filing is corrected they stay as
submitted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.sealed import digest
from filings import facts, kinds
from filings.facts import Facts
from filings.kinds import Refusal
from filings.models import Filing, Reservation, ReservationKind
from ministry.reference import code_tables
from ministry.register import digests


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that may conflict with another filing's: path, kind and digest."""

    path: str
    kind: ReservationKind
    key: str


def subject_key(values: Facts) -> str:
    """Return the digest that open filings of one subject share; empty while the certificate is incomplete.

    A unit has the same digest under its old and its new certificate.
    """
    cert_type, number = facts.read(values, "subject.cert_type"), facts.read(values, "subject.cert_number")
    return certificate_key(cert_type, number) if cert_type and number else ""


def certificate_key(cert_type: int, number: str) -> str:
    """Return the subject's digest for a certificate with a normalised number."""
    return digests.of_unit(cert_type, number) or digest(f"subject:{cert_type}:{number}")


def claims(values: Facts) -> list[Claim]:
    """Return what these facts would reserve; empty values are left out."""
    return [Claim(path, kind, digest(f"{kind}:{value.casefold()}")) for path, kind, value in _values(values) if value]


def claims_of(filing: Filing) -> list[Claim]:
    """Return what this filing would reserve, including the records it is about. One query at most."""
    records = [Claim("subject.cert_number", ReservationKind.RECORD, _record_key(subject)) for subject in filing.records]
    return [*records, *claims(filing.facts)]


def _record_key(subject_id: int) -> str:
    return digest(f"{ReservationKind.RECORD}:{subject_id}")


def _values(values: Facts) -> Iterator[tuple[str, ReservationKind, str]]:
    for path, person in people(values):
        for kind in (ReservationKind.MOBILE, ReservationKind.EMAIL):
            for part in sorted(facts.parts(person, kind.value)):
                yield f"{path}.{kind}", kind, part
    for number, website in enumerate(values["websites"]):
        # names are compared among services of one type
        suffix = code_tables.suffix_of(facts.service(values, number))
        for kind in (ReservationKind.DOMAIN, ReservationKind.HOME_URL, ReservationKind.NAME):
            value = str(website.get(kind.value) or "")
            yield f"websites.{number}.{kind}", kind, f"{suffix}:{value}" if value and suffix else value


def people(values: Facts) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield path and data of every responsible person; not those of websites marked as "the same"."""
    yield "responsible", values["responsible"]
    for website in range(facts.count(values)):
        if not facts.same_person(values, website):
            yield f"websites.{website}.responsible", facts.manager(values, website)


def repeat_for_lists(filing: Filing) -> None:
    """Copy facts into the columns that lists and constraints use.

    Not called while a returned filing is corrected: others see the columns as submitted, and constraints rely on them.
    """
    filing.subject_name = " ".join(str(filing.get("subject.name")).split())[:255]
    filing.subject_nature = facts.nature(filing.facts)
    filing.subject_province = str(filing.get("subject.province"))[:6]
    filing.domain = next(iter(filing.approved), "")[:128]
    filing.subject_digest = subject_key(filing.facts)
    filing.prior_approvals = facts.approvals_of(filing.facts)


def take(filing: Filing) -> None:
    """Replace the filing's reservations by those of its current facts.

    Raises IntegrityError when another filing has reserved a domain or the record. Inserts in the order of the keys, to
    avoid deadlocks.
    """
    release(filing)
    wanted = {(claim.kind, claim.key) for claim in claims_of(filing)}
    Reservation.objects.bulk_create(
        Reservation(filing=filing, kind=kind, key=key) for kind, key in sorted(wanted, key=lambda pair: pair[1])
    )


def about_records(subject_ids: Iterable[int]) -> QuerySet[Filing]:
    """Return the open filings about these subjects on record; a migration counts for both hosts."""
    keys = [_record_key(subject_id) for subject_id in subject_ids]
    held = Reservation.objects.filter(kind=ReservationKind.RECORD, key__in=keys)
    return Filing.objects.filter(pk__in=held.values("filing")).order_by("pk")


def interlock(filing: Filing, other: Filing) -> Refusal:
    """Return why a filing can't continue beside another open one; nothing is disclosed about another host's filing."""
    if other.about_subject_id != filing.about_subject_id and (filing.offer_id or other.offer_id):
        return kinds.of_other_host(as_giver=filing.offer_id is None)
    return kinds.interlock(filing.law, other.law)


def release(filing: Filing) -> None:
    """Delete the filing's reservations."""
    filing.reservations.all().delete()
