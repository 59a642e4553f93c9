"""What a filing that is under way keeps for itself: certificate, record, domains, home pages, names and contacts.

Kept as keyed digests from the hand-over until the filing ends. While a returned filing is mended they stay as they
were handed on: they hold its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.sealed import digest
from filings import facts, kinds
from filings.facts import Facts
from filings.kinds import Refusal
from filings.models import Filing, Hold, HoldKind
from ministry.reference import code_tables
from ministry.register import digests


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that may collide with another filing's: where it stands, what it is, its digest."""

    path: str
    kind: HoldKind
    key: str


def subject_key(values: Facts) -> str:
    """Return the digest under which open filings of one subject meet; empty while the certificate is incomplete.

    A unit is the same under its old and its new certificate.
    """
    cert_type, number = facts.read(values, "subject.cert_type"), facts.read(values, "subject.cert_number")
    return certificate_key(cert_type, number) if cert_type and number else ""


def certificate_key(cert_type: int, number: str) -> str:
    """Return the same of a certificate, its number in normal form."""
    return digests.of_unit(cert_type, number) or digest(f"subject:{cert_type}:{number}")


def claims(values: Facts) -> list[Claim]:
    """Return what a paper would hold; nothing that is empty ever collides."""
    return [Claim(path, kind, digest(f"{kind}:{value.casefold()}")) for path, kind, value in _values(values) if value]


def claims_of(filing: Filing) -> list[Claim]:
    """Return what this filing would hold: its paper, and what it is about. One query at most."""
    records = [Claim("subject.cert_number", HoldKind.RECORD, _record_key(subject)) for subject in filing.records]
    return [*records, *claims(filing.facts)]


def _record_key(subject_id: int) -> str:
    return digest(f"{HoldKind.RECORD}:{subject_id}")


def _values(values: Facts) -> Iterator[tuple[str, HoldKind, str]]:
    for path, person in people(values):
        for kind in (HoldKind.MOBILE, HoldKind.EMAIL):
            for part in sorted(facts.parts(person, kind.value)):
                yield f"{path}.{kind}", kind, part
    for number, website in enumerate(values["websites"]):
        # names are compared among services of one type
        suffix = code_tables.suffix_of(facts.service(values, number))
        for kind in (HoldKind.DOMAIN, HoldKind.HOME_URL, HoldKind.NAME):
            value = str(website.get(kind.value) or "")
            yield f"websites.{number}.{kind}", kind, f"{suffix}:{value}" if value and suffix else value


def people(values: Facts) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the path and the data of every person the filing names; one who is "the same" is not named twice."""
    yield "responsible", values["responsible"]
    for website in range(facts.count(values)):
        if not facts.same_person(values, website):
            yield f"websites.{website}.responsible", facts.manager(values, website)


def repeat_for_lists(filing: Filing) -> None:
    """Bring the columns that lists and constraints use in step with the facts.

    While a returned filing is mended they stay as they were handed on: others see them, and they hold its place.
    """
    filing.subject_name = " ".join(str(filing.get("subject.name")).split())[:255]
    filing.subject_nature = facts.nature(filing.facts)
    filing.subject_province = str(filing.get("subject.province"))[:6]
    filing.domain = next(iter(filing.approved), "")[:128]
    filing.subject_digest = subject_key(filing.facts)
    filing.prior_approvals = facts.approvals_of(filing.facts)


def take(filing: Filing) -> None:
    """Hold what the facts name now, and nothing else; IntegrityError when another filing holds a domain or the record.

    In the order of the keys, so that two filings that want each other's domains don't wait for one another.
    """
    let_go(filing)
    wanted = {(claim.kind, claim.key) for claim in claims_of(filing)}
    Hold.objects.bulk_create(
        Hold(filing=filing, kind=kind, key=key) for kind, key in sorted(wanted, key=lambda pair: pair[1])
    )


def about_records(subject_ids: Iterable[int]) -> QuerySet[Filing]:
    """Return the open filings about these subjects on record; a migration is about both of its hosts."""
    keys = [_record_key(subject_id) for subject_id in subject_ids]
    held = Hold.objects.filter(kind=HoldKind.RECORD, key__in=keys)
    return Filing.objects.filter(pk__in=held.values("filing")).order_by("pk")


def interlock(filing: Filing, rival: Filing) -> Refusal:
    """Return why a filing can't go on beside an open one; of another host's it is only said that there is one."""
    if rival.about_subject_id != filing.about_subject_id and (filing.offer_id or rival.offer_id):
        return kinds.of_other_host(as_giver=filing.offer_id is None)
    return kinds.interlock(filing.kind, rival.kind)


def let_go(filing: Filing) -> None:
    """The filing has ended: what it held is free."""
    filing.holds.all().delete()
