"""Write an approved filing as a published record (``BASJ``): its facts with the ids of both sides.

The bureau's ids are the keys of the register's rows; a domain has its website's, an address its place in the access.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from filings import facts
from filings.facts import Facts
from filings.kinds import KINDS, Kind, entries
from filings.models import Filing
from filings.services import starting
from filings.services.detection import RecordTarget
from interchange.mapping import writing
from interchange.mapping.record_parts import OwnIds, Record, WebsiteIds
from ministry.models import Access, Subject, Website

NO_IDS = WebsiteIds("", [], {})
BY_A_PROVIDER = "1"  # Bbyhlx; the document gives 0 and 1 without a word, so this is ours


def published(filing: Filing, subject: Subject, websites: Sequence[Website], ids: OwnIds, isp_id: int) -> Record:
    """Return the record (one ``Baxx``) of an approved filing; ``websites``: the register's rows of those it entered."""
    about: Record = {"IspZtid": ids.subject, "Ztid": str(subject.pk)}
    about |= writing.subject_elements(filing.facts["subject"])
    about |= {"Fzr": writing.person_elements(filing.facts["responsible"]), "Baxh": str(subject.number)}
    about |= {"Bbyhlx": BY_A_PROVIDER, "Scbbsj": f"{subject.approved_on:%Y-%m-%d}", "Zjxgsj": _moment(filing)}
    return {"Zt_xx": writing.without_empty(about), "Wz_xx": list(_websites(filing, websites, ids, isp_id))}


def _websites(filing: Filing, websites: Sequence[Website], ids: OwnIds, isp_id: int) -> Iterator[Record]:
    if not filing.law.names_websites:
        yield from _websites_on_record(filing, isp_id)
        return
    rows = {(website.service, website.domain or website.name): website for website in websites}
    for number in entries.approved(filing):
        website = rows[facts.service(filing.facts, number), facts.known_by(filing.facts, number)]
        known = ids.websites[number] if number < len(ids.websites) else NO_IDS
        yield _website(filing, filing.facts, number, website, known, isp_id)


def _websites_on_record(filing: Filing, isp_id: int) -> Iterator[Record]:
    """Yield the subject's websites with an access of the provider: a record always has one at least."""
    rows = Website.objects.filter(subject=filing.subject_id, live=True, accesses__provider=filing.provider_id)
    for website in rows.filter(accesses__live=True).select_related("subject").distinct().order_by("sequence"):
        target = RecordTarget(website.subject_id, website.pk)
        said = starting.paper_of(KINDS[Kind.CHANGE_RECORD], target)
        yield _website(filing, said, 0, website, NO_IDS, isp_id)


def _website(filing: Filing, values: Facts, number: int, website: Website, ids: WebsiteIds, isp_id: int) -> Record:
    said: dict[str, Any] = values["websites"][number]
    accesses = website.accesses.filter(provider=filing.provider_id, live=True)
    return writing.without_empty(
        {
            "IspWzid": ids.website,
            "Wzid": str(website.pk),
            "Wzmc": said["name"],
            "Fwnr": {"Fwnr_id": writing.texts(said["services"])},
            "Yylb": {"Yylb_id": writing.texts(said.get("languages") or [])},
            "Ym_xx": [{"IspYmid": next(iter(ids.domains), None), "Ymid": str(website.pk), "Ym": website.domain}],
            "Jr_xx": [_access(access, ids, isp_id) for access in accesses],
            "Wz_Fzr": writing.person_elements(facts.manager(values, number)),
            "Syurl": said.get("home_url"),
            "Wz_Bz": said.get("remark"),
            "Scbbsj": f"{website.approved_on:%Y-%m-%d}",
            "Zjxgsj": _moment(filing),
            "Baxh": str(website.number),
        }
    )


def _access(access: Access, ids: WebsiteIds, isp_id: int) -> Record:
    own, addresses = next(iter(ids.accesses.items()), ("", ()))
    ranges = writing.ranges("\n".join(access.ip_ranges))
    rows = [
        writing.without_empty(
            {"IspIpid": addresses[place] if place < len(addresses) else "", "Ipid": str(place + 1), **one}
        )
        for place, one in enumerate(ranges)
    ]
    places, ways = {"Fbdd": writing.texts(access.places)}, {"Jrfs": writing.texts(access.ways)}
    ours = {"IspJrid": own, "Jrid": str(access.pk), "Ispid": str(isp_id)}
    return writing.without_empty({**ours, "Wzfb": places, "Wzjrfs": ways, "Ip_xx": rows})


def _moment(filing: Filing) -> str:
    return f"{timezone.localtime(filing.decided_at):%Y-%m-%d %H:%M:%S}" if filing.decided_at else ""
