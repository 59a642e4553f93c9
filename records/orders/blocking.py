"""Find what blocks a filing and can be applied for: records and open filings of other hosts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from filings import facts
from filings.models import Filing, Reservation, ReservationKind
from filings.rules import ownership, reservations
from filings.states import OPEN
from ministry.reference import provinces
from ministry.register.conflict_types import AskedWebsite, ConflictQuestion
from ministry.register.conflicts import conflicts


@dataclass(frozen=True, slots=True)
class Blocking:
    """A record or open filing that blocks a filing, with what its host may know. ``key`` is unique in the filing."""

    key: str
    code: str
    what: str  # the domain, or empty for the certificate
    province: Any
    subject_id: int | None = None
    website_id: int | None = None
    filing_id: int | None = None


def blocking(filing: Filing) -> list[Blocking]:
    """Return others' records (1003, 1005) and open filings (P110, 1039) that block the filing. At most four queries."""
    return [*_records(filing), *_open_filings(filing)]


def _records(filing: Filing) -> list[Blocking]:
    """Return others' records with the filing's certificate or a domain of it. At most two queries."""
    known = filing.facts["subject"]
    domains = [str(facts.read(filing.facts, f"websites.{n}.domain")) for n in range(facts.count(filing.facts))]
    met = conflicts(
        ConflictQuestion(
            timezone.localdate(),
            known.get("cert_type") or None,
            known.get("cert_number") or "",
            websites=[AskedWebsite(domain=domain) for domain in domains],
        )
    )
    found = [
        Blocking("subject", "1003", "", one.holder.province, one.holder.subject_id)
        for one in met.subjects
        if one.code == "1003"
    ]
    for site in met.websites:
        if site.code == "1005" and not site.own:
            key, what, holder = f"website-{site.asked + 1}", domains[site.asked], site.holder
            found.append(Blocking(key, "1005", what, holder.province, holder.subject_id, site.website_id))
    if not found:
        return []
    mine = ownership.ever_of_host(filing.host_id or 0).filter(pk__in={one.subject_id for one in found})
    own = {*mine.values_list("pk", flat=True), filing.about_subject_id}
    offered = filing.about_website_id if filing.offer_id else None
    return [one for one in found if one.subject_id not in own and (offered is None or one.website_id != offered)]


def _open_filings(filing: Filing) -> Iterator[Blocking]:
    """Yield other hosts' open filings with the filing's certificate or a domain of it. Two queries.

    Not the host's own, which it can finish or withdraw.
    """
    others = Filing.objects.filter(status__in=OPEN).exclude(pk=filing.pk).exclude(host=filing.host_id)
    if key := reservations.subject_key(filing.facts):
        for other in others.filter(subject_digest=key).defer("facts"):
            yield Blocking("filing", "P110", "", provinces.by_code(other.subject_province), filing_id=other.pk)
    claims = {claim.key: claim for claim in reservations.claims(filing.facts) if claim.kind == ReservationKind.DOMAIN}
    held = Reservation.objects.filter(kind=ReservationKind.DOMAIN, key__in=claims, filing__in=others).select_related(
        "filing"
    )
    for hold in held.defer("filing__facts").order_by("pk"):
        path, province = claims[hold.key].path, provinces.by_code(hold.filing.subject_province)
        number = int(path.split(".")[1]) + 1
        yield Blocking(
            f"filing-{number}", "1039", str(facts.read(filing.facts, path)), province, filing_id=hold.filing_id
        )
