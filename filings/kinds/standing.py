"""What must hold in the register for a filing about one of its rows: in force, and with the filing's provider."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from filings import facts
from filings.kinds.kind import Paper, Refusal
from ministry.models import Access, Subject, Website


def subject(paper: Paper) -> Iterator[Refusal]:
    """1049 for a subject that has been cancelled."""
    if not Subject.objects.filter(pk=paper.about_subject_id or 0, live=True).exists():
        yield Refusal(
            "1049",
            _("This record has been cancelled already; its number is void."),
            _("To have a website again, file as for the first time; you get a new number."),
        )


def website(paper: Paper) -> Iterator[Refusal]:
    """1049 or 1050 for a website that has been cancelled, alone or with its subject."""
    gone = list(subject(paper))
    yield from gone
    if not gone and not Website.objects.filter(pk=paper.about_website_id or 0, live=True).exists():
        yield Refusal(
            "1050",
            _("This website has been cancelled already; its number is void."),
            _("File it as a new website; it gets the next number."),
            "websites.0.domain",
        )


def access(paper: Paper, code: str) -> Iterator[Refusal]:
    """Whatever is wrong with the website; 1032 for an access that has ended, ``code`` for one of another provider's."""
    gone = list(website(paper))
    yield from gone
    row = Access.objects.filter(pk=paper.about_access_id or 0).first()
    if gone or row is None:
        return
    if not row.live:
        yield Refusal(
            "1032",
            _("This access has been cancelled already."),
            _("Nothing has to be done. If the website moves back, ask for a new access."),
            "websites.0.domain",
        )
    elif row.provider_id != paper.provider_id:
        yield not_served(code)


def served(paper: Paper, code: str) -> Iterator[Refusal]:
    """``code`` where the filing's provider serves no website of what the filing is about."""
    rows = Access.objects.filter(website__in=live_websites(paper), provider=paper.provider_id, live=True)
    if not rows.exists():
        yield not_served(code)


def may_end(paper: Paper, code: str) -> Iterator[Refusal]:
    """As ``served``; but what nobody serves any more is ended by a provider that has served the subject before."""
    if not serving(paper.about_subject_id, paper.about_website_id).filter(provider=paper.provider_id).exists():
        yield not_served(code)


def serving(subject_id: int | None, website_id: int | None) -> QuerySet[Access]:
    """The accesses of those with which the website, or the whole subject, may be ended."""
    rows = Access.objects.filter(website__subject=subject_id)
    of_it = rows.filter(website=website_id) if website_id else rows
    now = of_it.filter(live=True, website__live=True)
    return now if now.exists() else rows


def changed(paper: Paper, path: str) -> Iterator[Refusal]:
    """A change that changes nothing is none."""
    if not facts.changed_paths(facts.record(paper.facts), {**paper.facts, "record": {}}):
        yield Refusal(
            "1999",
            _("Nothing differs from the record yet."),
            _("Change what is not right any more, or withdraw this filing."),
            path,
            in_form=True,
        )


def not_served(code: str) -> Refusal:
    """That the access is not this provider's (1047 to cancel, 1048 to change)."""
    return Refusal(
        code,
        _("This access provider does not serve it, so it can't do this."),
        _("Turn to a provider that serves the website; your record names them. Without any, turn to the bureau."),
        "websites.0.domain",
    )


def live_websites(paper: Paper) -> QuerySet[Website]:
    """The websites in force that the filing is about: the one it points at, or all of its subject."""
    rows = Website.objects.filter(subject=paper.about_subject_id, live=True)
    return rows.filter(pk=paper.about_website_id) if paper.about_website_id else rows
