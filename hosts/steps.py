"""The order of the pages of a filing's form, and the user's place among them.

Pages whose facts are all known already are skipped but stay in the list of pages: individuals are responsible for their
own website, and the provider enters the access.
"""

from dataclasses import dataclass

from desks import form_urls
from filings import facts, fields
from filings.actors import Actor
from filings.fields import Section
from filings.kinds import Wanted
from filings.models import Filing
from filings.rules import usual_access
from filings.states import Status

CHECK = "check"


@dataclass(frozen=True, slots=True)
class FormStep:
    """Where one is: the page's number, of how many, and the URLs before and after it; empty at the ends."""

    number: int
    of: int
    previous_url: str
    next_url: str


def of_page(actor: Actor, filing: Filing, page_id: str) -> FormStep | None:
    """Return where a page of the form is on the way of a draft; None for others, which are corrected item by item."""
    pages = _pages(filing, page_id)
    if filing.status != Status.DRAFT or page_id not in pages:
        return None
    here = pages.index(page_id)
    urls = [_url(actor, filing, page) for page in pages]
    return FormStep(
        here + 1, len(pages), urls[here - 1] if here else "", urls[here + 1] if here + 1 < len(pages) else ""
    )


def after(actor: Actor, filing: Filing, page_id: str) -> str:
    """Return the URL of the page after this one."""
    pages = _pages(filing, page_id)
    return _url(actor, filing, pages[pages.index(page_id) + 1])


def is_last_of_websites(filing: Filing, page_id: str) -> bool:
    """Return whether a further website would follow this page of a draft."""
    asked = [section.id for section in _sections(filing, page_id) if section.website is not None]
    return filing.status == Status.DRAFT and asked[-1:] == [page_id]


def is_known(section: Section, filing: Filing) -> bool:
    """Return whether the form need not ask the page."""
    if section.part == fields.ACCESS.part:
        return usual_access.is_given(filing, section.website or 0)
    return (
        section.part == fields.MANAGER.part
        and filing.is_individual
        and facts.same_person(filing.facts, section.website or 0)
    )


def _pages(filing: Filing, here: str) -> list[str]:
    """Return the ids of the pages on the way. The page one is at belongs to it."""
    papers = [] if filing.law.papers == Wanted.NONE else [fields.PAPERS_PREFIX]
    return [*(section.id for section in _sections(filing, here)), *papers, CHECK]


def _sections(filing: Filing, here: str) -> list[Section]:
    sections = fields.sections_of(filing.facts)
    return [section for section in sections if section.id == here or not is_known(section, filing)]


def _url(actor: Actor, filing: Filing, page_id: str) -> str:
    return form_urls.url(actor, CHECK, filing.pk) if page_id == CHECK else form_urls.page_url(actor, filing, page_id)
