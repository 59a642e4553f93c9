"""The links on the pages of a record that start filings about it, as the kinds of filing define them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from filings.kinds import KINDS, About, Law, Occasion, RecordLink, spec
from ministry.models import Access, Subject, Website
from ministry.reference import code_tables, service_words
from ministry.reference.english import named


@dataclass(frozen=True, slots=True)
class FilingLink:
    """A link to the page that starts a filing."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class OccasionRow:
    """An occasion on the page of a record, with the links to the filings for it."""

    question: str
    explanation: str
    links: list[FilingLink]


def of_subject(subject: Subject, websites: Sequence[Website]) -> list[OccasionRow]:
    """Return what can be filed about a subject; ``websites`` are its live ones, each with its subject loaded."""
    return _rows(About.SUBJECT, subject, websites)


def of_website(website: Website) -> list[OccasionRow]:
    """Return what can be filed about a website, loaded with its subject."""
    return _rows(About.WEBSITE, website.subject, [website])


def of_access(website: Website, access: Access) -> list[FilingLink]:
    """Return the links to what can be filed about an access of the website."""
    names = _names([website])
    return [
        _start(law, link.text, names, subject=website.subject_id, website=website.pk, access=access.pk)
        for law, link in _offered(About.ACCESS)
    ]


def _offered(page: About) -> Iterator[tuple[Law, RecordLink]]:
    """Yield the links that the kinds define for the page of such a row."""
    return ((law, link) for law in KINDS.values() for link in law.links if link.page == page)


def _rows(page: About, subject: Subject, websites: Sequence[Website]) -> list[OccasionRow]:
    links: dict[Occasion, list[FilingLink]] = {}
    for law, link in _offered(page):
        if link.occasion and (found := list(_links(law, link, subject, websites))):
            links.setdefault(link.occasion, []).extend(found)
    names = _names(websites)
    return [OccasionRow(str(one.question) % names, str(one.explanation) % names, links[one]) for one in links]


def _links(law: Law, link: RecordLink, subject: Subject, websites: Sequence[Website]) -> Iterator[FilingLink]:
    """Yield a link for the subject and one for each further service type, or one for each of the websites."""
    if law.about == About.SUBJECT:
        yield _start(law, link.text, _names(websites), subject=subject.pk)
        for service in code_tables.OTHER_SERVICES if link.service_text else ():
            yield _start(law, link.service_text, {"name": named(service.name)}, subject=subject.pk, service=service.id)
        return
    for website in websites:
        if link.only_websites and not website.is_website:
            continue
        names = _names([website])
        if law.about == About.OFFERED:  # its host makes the offer; the filing is the new host's
            yield FilingLink(str(link.text) % names, reverse("records:offer", args=[website.pk]))
        else:
            yield _start(law, link.text, names, subject=subject.pk, website=website.pk)


def _names(websites: Sequence[Website]) -> dict[str, object]:
    """Return the values of the placeholders in the texts of links and occasions."""
    return {
        "service": service_words.word([website.service for website in websites]),
        "website": websites[0].described if len(websites) == 1 else "",
        "days": spec.CHANGE_NOTICE_DAYS,
    }


def _start(law: Law, text: object, names: dict[str, object], **about: int) -> FilingLink:
    query = urlencode({"kind": law.kind, **about})
    return FilingLink(str(text) % names, f"{reverse('filings:begin')}?{query}")
