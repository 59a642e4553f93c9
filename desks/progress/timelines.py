"""History of a filing: its events, as far as a party sees them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.components import TimelineEntry
from desks.progress.tones import EVENT_TONES
from filings import receipts
from filings.actors import Actor
from filings.kinds import Numbers
from filings.models import Event, Filing
from filings.states import DESK_EVENTS, NOT_FOR_BUREAU, Role

# What an approval that issues no number is called
APPROVED = {
    Numbers.KEPT: gettext_lazy("Approved; the number stays the same"),
    Numbers.VOID: gettext_lazy("Approved; the number is void"),
}


def context(filing: Filing, actor: Actor) -> dict[str, Any]:
    """Return the history and the receipts of its handovers, each newest first, for the context of a page. One query.

    ``accepted_at``: when a bureau's own system accepted it, or None. ``filing`` with ``provider`` and ``bureau``.
    """
    events = list(events_for(filing, actor).select_related("provider").order_by("-pk"))
    return {
        "events": _entries(filing, events, actor),
        "receipts": receipts.of(filing, events),
        "accepted_at": receipts.accepted_at(filing, events),
    }


def _entries(filing: Filing, events: Iterable[Event], actor: Actor) -> list[TimelineEntry]:
    return [_entry(filing, event, actor) for event in events]


def events_for(filing: Filing, actor: Actor) -> QuerySet[Event]:
    """Return the events, without those internal to another desk or to a former provider, or between other parties."""
    events = filing.events.exclude(~Q(role=actor.role), name__in=DESK_EVENTS)
    if actor.role == Role.PROVIDER:
        events = events.exclude(~Q(provider=actor.provider_id), name__in=DESK_EVENTS)
    return events.exclude(name__in=NOT_FOR_BUREAU) if actor.role == Role.BUREAU else events


def title_of(filing: Filing, event: Event) -> str:
    """Return the event's label; an approval that issues no number has its own."""
    if event.name == "approve" and (approved := APPROVED.get(filing.law.numbers)):
        return str(approved)
    return event.get_name_display()


def _entry(filing: Filing, event: Event, actor: Actor) -> TimelineEntry:
    tone = EVENT_TONES.get(event.name, "neutral")
    return TimelineEntry(title_of(filing, event), _who(event, actor), event.at, event.shown_note, tone)


def _who(event: Event, actor: Actor) -> str:
    """Return the name of who acted; for hosts, and for the successor of a former provider, only the party.

    Whoever acted on a host's behalf is named to everybody.
    """
    if event.on_behalf_of:
        return _("%(actor)s for %(host)s") % {"actor": event.actor_name, "host": event.on_behalf_of}
    if actor.role == Role.HOST and event.role in (Role.PROVIDER, Role.BUREAU):
        return str(Role(event.role).label)
    if actor.role == event.role == Role.PROVIDER and event.provider_id != actor.provider_id:
        return str(Role(event.role).label)
    return event.shown_actor
