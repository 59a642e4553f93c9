"""Write an approved filing, or what is on record, as a published record (``BASJ``), with the ids of both sides.

The bureau's ids are the keys of the register's rows; a domain has its website's, an address its place in the access.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from filings import facts
from filings.facts import Facts
from filings.kinds import KINDS, Kind, entries
from filings.models import Filing
from filings.rules import ownership
from interchange.mapping import writing
from interchange.mapping.record_parts import OwnIds, Record, WebsiteIds
from ministry.models import Access, Subject, Website
from ministry.reference import code_tables

NO_IDS = WebsiteIds("", [], {})
BY_A_PROVIDER = "1"  # Bbyhlx; the document gives 0 and 1 without a word, so this is our own choice


@dataclass(frozen=True, slots=True)
class PublishedTo:
    """The provider whose system gets a record, with its id in the interface; ``at``: when the record changed last."""

    provider_id: int
    isp_id: int
    at: datetime | None


def published(filing: Filing, subject: Subject, websites: Sequence[Website], ids: OwnIds, isp_id: int) -> Record:
    """Return the record (one ``Baxx``) of an approved filing; ``websites``: the register's rows of those it entered."""
    recipient = PublishedTo(filing.provider_id, isp_id, filing.decided_at)
    if filing.law.names_websites:
        entered = list(_entered(filing, websites, ids, recipient))
    else:
        entered = [_website(values, 0, row, NO_IDS, recipient) for row, values in _on_record(subject, recipient)]
    return {"Zt_xx": _subject(subject, filing.facts, recipient, ids.subject), "Wz_xx": entered}


def on_record(subject: Subject, recipient: PublishedTo) -> Record | None:
    """Return the record as the register has it, with the websites that the provider gives access; None without any.

    Without services other than websites, for which V3.0 has no elements. Raise KeyError for what an old record lacks.
    """
    rows = list(_on_record(subject, recipient))
    if not rows:
        return None
    values = rows[0][1]
    websites = [_website(values, 0, row, NO_IDS, recipient) for row, values in rows]
    return {"Zt_xx": _subject(subject, values, recipient), "Wz_xx": websites}


def _subject(subject: Subject, values: Facts, recipient: PublishedTo, own: str = "") -> Record:
    about: Record = {"IspZtid": own, "Ztid": str(subject.pk)}
    about |= writing.subject_elements(values["subject"])
    about |= {"Fzr": writing.person_elements(values["responsible"]), "Baxh": str(subject.number)}
    about |= {"Bbyhlx": BY_A_PROVIDER, "Scbbsj": f"{subject.approved_on:%Y-%m-%d}", "Zjxgsj": _moment(recipient)}
    return writing.without_empty(about)


def _entered(filing: Filing, websites: Sequence[Website], ids: OwnIds, recipient: PublishedTo) -> Iterator[Record]:
    rows = {(website.service, website.domain or website.name): website for website in websites}
    for number in entries.approved(filing):
        website = rows[facts.service(filing.facts, number), facts.known_by(filing.facts, number)]
        known = ids.websites[number] if number < len(ids.websites) else NO_IDS
        yield _website(filing.facts, number, website, known, recipient)


def _on_record(subject: Subject, recipient: PublishedTo) -> Iterator[tuple[Website, Facts]]:
    """Yield the subject's websites with an access of the provider, and their facts in the register."""
    if (record := ownership.now(subject.pk)) is None:
        return
    facts_of = {one.website_id: one for one in record.websites}
    served = Access.objects.filter(provider=recipient.provider_id, live=True).values("website")
    rows = Website.objects.filter(subject=subject, live=True, service=code_tables.WEBSITE, pk__in=served)
    for website in rows.select_related("subject").order_by("sequence"):
        yield website, ownership.initial_facts(KINDS[Kind.CHANGE_RECORD], record, facts_of[website.pk])


def _website(values: Facts, number: int, website: Website, ids: WebsiteIds, recipient: PublishedTo) -> Record:
    entry: dict[str, Any] = values["websites"][number]
    accesses = website.accesses.filter(provider=recipient.provider_id, live=True)
    return writing.without_empty(
        {
            "IspWzid": ids.website,
            "Wzid": str(website.pk),
            "Wzmc": entry["name"],
            "Fwnr": {"Fwnr_id": writing.texts(entry["services"])},
            "Yylb": {"Yylb_id": writing.texts(entry.get("languages") or [])},
            "Ym_xx": [{"IspYmid": next(iter(ids.domains), None), "Ymid": str(website.pk), "Ym": website.domain}],
            "Jr_xx": [_access(access, ids, recipient.isp_id) for access in accesses],
            "Wz_Fzr": writing.person_elements(facts.manager(values, number)),
            "Syurl": entry.get("home_url"),
            "Wz_Bz": entry.get("remark"),
            "Scbbsj": f"{website.approved_on:%Y-%m-%d}",
            "Zjxgsj": _moment(recipient),
            "Baxh": str(website.number),
        }
    )


def _access(access: Access, ids: WebsiteIds, isp_id: int) -> Record:
    own, addresses = next(iter(ids.accesses.items()), ("", ()))
    ranges = writing.ranges("\n".join(one for one in access.ip_ranges if ":" not in one))  # V3.0 has no IPv6
    rows = [
        writing.without_empty(
            {"IspIpid": addresses[place] if place < len(addresses) else "", "Ipid": str(place + 1), **one}
        )
        for place, one in enumerate(ranges)
    ]
    places, ways = {"Fbdd": writing.texts(access.places)}, {"Jrfs": writing.texts(access.ways)}
    ours = {"IspJrid": own, "Jrid": str(access.pk), "Ispid": str(isp_id)}
    return writing.without_empty({**ours, "Wzfb": places, "Wzjrfs": ways, "Ip_xx": rows})


def _moment(recipient: PublishedTo) -> str:
    return f"{timezone.localtime(recipient.at):%Y-%m-%d %H:%M:%S}" if recipient.at else ""
