"""A provider's announcements to its hosts: make, change, end early."""

from datetime import date
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from providers.models import Announcement, Provider, What
from providers.organisation import records

MOST_AT_ONCE = 10  # that are not over yet


class Written(TypedDict):
    """The content of an announcement."""

    title: str
    text: str
    starts_on: date
    ends_on: date


def make(actor: Actor, written: Written) -> Announcement:
    """Make an announcement; it is shown from its first to its last day."""
    with records.changing(actor) as provider:
        if _alive(provider) >= MOST_AT_ONCE:
            raise MoveRefused(
                _("There are already %(count)d current announcements. End one of them first.") % {"count": MOST_AT_ONCE}
            )
        made = Announcement.objects.create(provider=provider, **written)
        records.record(provider, actor, What.ANNOUNCED, about=made.title, after=_words(written))
    return made


def _alive(provider: Provider) -> int:
    return provider.announcements.filter(ended_at=None, ends_on__gte=timezone.localdate()).count()


def change(actor: Actor, announcement_id: int, written: Written, *, version: int) -> Announcement:
    """Change an announcement; raise MoveRefused if it is over, or was changed meanwhile."""
    with records.changing(actor) as provider:
        found = _open(provider, announcement_id, version)
        before = Written(title=found.title, text=found.text, starts_on=found.starts_on, ends_on=found.ends_on)
        if before != written:
            records.record(
                provider, actor, What.ANNOUNCEMENT, about=found.title, before=_words(before), after=_words(written)
            )
            found.title, found.text = written["title"], written["text"]
            found.starts_on, found.ends_on = written["starts_on"], written["ends_on"]
            found.version += 1
            found.save()
    return found


def end(actor: Actor, announcement_id: int, *, version: int) -> Announcement:
    """End an announcement now."""
    with records.changing(actor) as provider:
        found = _open(provider, announcement_id, version)
        found.ended_at = timezone.now()
        found.version += 1
        found.save(update_fields=["ended_at", "version"])
        records.record(provider, actor, What.ANNOUNCEMENT_ENDED, about=found.title)
    return found


def _open(provider: Provider, announcement_id: int, version: int) -> Announcement:
    found: Announcement = provider.announcements.get(pk=announcement_id)
    if found.version != version:
        raise MoveRefused(
            _(
                "A colleague has changed this announcement in the meantime. What you typed has been kept; "
                "compare and save it again."
            )
        )
    if found.is_over:
        raise MoveRefused(_("This announcement has ended. Create a new one."))
    return found


def _words(written: Written) -> str:
    """Return an announcement as text, for the record."""
    return f"{written['title']}\n{written['starts_on']} – {written['ends_on']}\n{written['text']}"
