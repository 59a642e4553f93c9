"""Where in the host's form a fact is mended; pages and the programming interface link to the same places."""

from filings import fields, pages, papers
from filings.models import Filing
from filings.states import Status

OWN_PAGES = {fields.PAPERS_PREFIX: "papers", fields.PROOF: "prove", fields.MAILBOX: "mailbox"}


def page_url(filing: Filing, section_id: str) -> str:
    """The page of the form with this id; the pictures and the filing password have pages of their own."""
    if section_id in OWN_PAGES:
        return pages.url(OWN_PAGES[section_id], filing.pk)
    return pages.url("section", filing.pk, section_id)


def field_url(filing: Filing, path: str) -> str:
    """The field in which the fact or picture at ``path`` is mended, on a page that shows what is wrong with it.

    Of a returned filing all that is open is on one page.
    """
    if path in fields.OWN_PAGES:
        return page_url(filing, path)
    if filing.status == Status.RETURNED_TO_HOST and not filing.unlocked:
        return f"{pages.url('mend', filing.pk)}#id_{papers.whole(path)}"
    section_id = fields.section_of(path)
    if section_id == fields.PAPERS_PREFIX:
        return f"{page_url(filing, section_id)}#id_{papers.whole(path)}"
    return f"{page_url(filing, section_id)}?check#id_{path.rsplit('.', 1)[-1]}"
