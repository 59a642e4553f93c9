"""Plays filings about what is on record already, as ``play`` does first filings."""

from typing import Any

from filings import beginnings, checks, kinds, services
from filings.actors import Actor
from filings.beginnings import Target
from filings.kinds import Kind
from filings.models import Entrance, Filing
from icp_portal.demo import invent, play
from ministry.models import Access, Website


def target_of(filing: Filing) -> Target:
    """The record that an approved filing made, as a filing about it points at it: its first website and access."""
    website = Website.objects.filter(subject=filing.subject_id, live=True).order_by("sequence").first()
    access = Access.objects.filter(website=website, live=True).order_by("pk").first()
    return Target(filing.subject_id or 0, website.pk if website else None, access.pk if access else None)


def complete_draft(host: Actor, kind: Kind, target: Target, provider_id: int, number: int, **written: Any) -> Filing:
    """A draft of this kind with everything it asks for, and ``written`` (path → value) on top."""
    filing = beginnings.begin(host, kind, target, provider_id=provider_id, entrance=Entrance.PROVIDER)
    return fill(filing, host, number, written)


def fill(filing: Filing, host: Actor, number: int, written: dict[str, Any]) -> Filing:
    """Fill in what is open and empty, from an invented filing, and hand in the pictures."""
    invented = invent.values(number, province=filing.get("subject.province"), individual=filing.is_individual)
    values = {
        path: value
        for path, value in invented.items()
        if path.startswith("websites.")
        and not filing.get(path)
        and not kinds.closes(filing.facts, path)
        and filing.facts["websites"]
        and not (path.startswith("websites.0.responsible.") and filing.get("websites.0.responsible"))
    }
    filing = services.save_facts(filing.pk, host, {**values, **written}, version=None)
    present = checks.present_papers(filing)
    for path, picture in invent.pictures_for(checks.papers_of(filing), number).items():
        if path not in present:
            services.add_evidence(filing.pk, host, path, picture)
    filing.refresh_from_db()
    return filing


def approved(filing: Filing, host: Actor, staff: Actor, reviewer: Actor) -> Filing:
    """Through all desks."""
    play.submit(filing, host)
    play.verify(filing, staff)
    play.approve(filing, reviewer)
    filing.refresh_from_db()
    return filing
