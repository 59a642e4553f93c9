"""The addresses of the form's pages, for whoever fills it in.

The host fills in at /filings/; a provider that acts in its place has the same pages at its own desk. Both are instances
of the URL application ``filings``, and the actor tells which one is meant.
"""

from typing import Any

from django.urls import reverse

from filings import fields
from filings.actors import Actor
from filings.fields import attachments, derived
from filings.models import Filing
from filings.states import Status

OWN_PAGES = {fields.PAPERS_PREFIX: "papers", fields.PROOF: "prove", fields.MAILBOX: "mailbox"}

ON_BEHALF = "on_behalf"  # the instance at the provider's desk


def url(actor: Actor, name: str, *args: Any) -> str:
    """Return the URL of this page on the desk that is open."""
    return reverse(f"filings:{name}", args=args, current_app=ON_BEHALF if actor.is_on_behalf else "filings")


def save_url(actor: Actor, filing_id: int, section_id: str) -> str:
    """Return the URL that saves a page while it is filled in: the host's API, or its counterpart at a desk."""
    if not actor.is_on_behalf:
        return reverse("api:save_page", args=[filing_id, section_id])
    return url(actor, "save_page", filing_id, section_id)


def page_url(actor: Actor, filing: Filing, section_id: str) -> str:
    """Return the URL of the page with this id; the pictures and the filing password have pages of their own."""
    if section_id in OWN_PAGES:
        return url(actor, OWN_PAGES[section_id], filing.pk)
    return url(actor, "section", filing.pk, section_id)


def field_url(actor: Actor, filing: Filing, path: str) -> str:
    """Return the field in which the fact or picture at ``path`` is corrected, on a page that shows its faults.

    For a returned filing that is the corrections page, until the whole form is open.
    """
    if path in fields.OWN_PAGES:
        return page_url(actor, filing, path)
    path = derived.source_of(path, filing.facts) or path
    if filing.status == Status.RETURNED_TO_HOST and not filing.unlocked:
        return f"{url(actor, 'correct', filing.pk)}#id_{attachments.whole(path)}"
    section_id = fields.section_of(path)
    if section_id == fields.PAPERS_PREFIX:
        return f"{page_url(actor, filing, section_id)}#id_{attachments.whole(path)}"
    return f"{page_url(actor, filing, section_id)}?check#id_{path.rsplit('.', 1)[-1]}"
