"""The addresses of the form's pages, on whichever desk they are open.

The host fills in at /filings/; a provider that acts in its place has the same pages at its own desk. Both are instances
of the URL application ``filings``. Templates know the instance from the request; code below the views learns it here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.urls import reverse

from filings import fields
from filings.fields import attachments
from filings.models import Filing
from filings.states import Status

OWN_PAGES = {fields.PAPERS_PREFIX: "papers", fields.PROOF: "prove", fields.MAILBOX: "mailbox"}

_instance: ContextVar[str] = ContextVar("instance", default="filings")


@contextmanager
def at(instance: str) -> Iterator[None]:
    """Meanwhile ``url`` leads to this instance of the form's pages."""
    token = _instance.set(instance)
    try:
        yield
    finally:
        _instance.reset(token)


def url(name: str, *args: Any) -> str:
    """Return the page of this name on the desk that is open."""
    return reverse(f"filings:{name}", args=args, current_app=_instance.get())


def is_hosts_own() -> bool:
    """Return whether the host itself is at work, not somebody in its place."""
    return _instance.get() == "filings"


def save_url(filing_id: int, section_id: str) -> str:
    """Where a page is saved while it is filled in: the host's programming interface, or its likeness at a desk."""
    if is_hosts_own():
        return reverse("api:save_page", args=[filing_id, section_id])
    return url("save_page", filing_id, section_id)


def page_url(filing: Filing, section_id: str) -> str:
    """Return the page of the form with this id; the pictures and the filing password have pages of their own."""
    if section_id in OWN_PAGES:
        return url(OWN_PAGES[section_id], filing.pk)
    return url("section", filing.pk, section_id)


def field_url(filing: Filing, path: str) -> str:
    """Return the field in which the fact or picture at ``path`` is mended, on a page that shows what is wrong with it.

    Of a returned filing all that is open is on one page.
    """
    if path in fields.OWN_PAGES:
        return page_url(filing, path)
    if filing.status == Status.RETURNED_TO_HOST and not filing.unlocked:
        return f"{url('mend', filing.pk)}#id_{attachments.whole(path)}"
    section_id = fields.section_of(path)
    if section_id == fields.PAPERS_PREFIX:
        return f"{page_url(filing, section_id)}#id_{attachments.whole(path)}"
    return f"{page_url(filing, section_id)}?check#id_{path.rsplit('.', 1)[-1]}"
