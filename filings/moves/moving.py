"""Lock, check and save every change of a filing; no other code changes one.

One transaction with row lock, version check, refusal in words, event, mails and messages to the provider's systems.
``services`` and ``sweeps`` define what changes; this module how.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import reading
from accounts.sealed import keyed
from filings import clock, receipts, states
from filings.actors import Actor, portal
from filings.errors import MoveRefused
from filings.evidence.files import kept
from filings.lookup import search, shared_traits
from filings.mail import notices
from filings.models import AppointmentState, Event, Filing, Remark
from filings.moves import appointment_ends
from filings.rules import required_codes, reservations
from filings.states import Move, Role, Status
from filings.webhooks import writing

# Who is told of a move
PARTIES = ("host", "provider", "bureau")
# Called in the transaction with each filing that comes back to its provider from the bureau or the responsible persons,
# the bureau's remarks and its opinion; without either where the persons have not confirmed it. Apps above add to it
# when they load.
AFTER_RETURN: list[Callable[[Filing, Sequence[Remark], str], None]] = []
# Called in the transaction with each filing that has ended without a record, and with the event that ended it.
AFTER_END: list[Callable[[Filing, Event], None]] = []
# Called in the transaction with each filing that the bureau has received, after its event is written.
AFTER_RECEIPT: list[Callable[[Filing], None]] = []
COLUMNS = [field for field in Filing._meta.concrete_fields if not field.primary_key]


@contextmanager
def locked(filing_id: int, actor: Actor, *, read_with: Sequence[str] = ()) -> Iterator[Filing]:
    """Yield the filing under a row lock; raise Filing.DoesNotExist if the actor may not see it.

    Messages to its provider's systems are written at the end. ``read_with``: foreign keys whose rows are read in the
    same query, for a reviewer also the bureau's; they are not locked.
    """
    if actor.role == Role.BUREAU:
        read_with = (*read_with, "bureau")
    with kept():
        rows = Filing.objects.visible_to(actor).with_listening().select_for_update(of=("self",), no_key=True)
        filing = (rows.select_related(*read_with) if read_with else rows).get(pk=filing_id)
        yield filing
        writing.write(filing)


@contextmanager
def changing(filing_id: int, actor: Actor, version: int | None, *, read_with: Sequence[str] = ()) -> Iterator[Filing]:
    """Yield the locked filing, then save it as the next version; MoveRefused if the version is not the caller's."""
    with locked(filing_id, actor, read_with=read_with) as filing, saving(filing, actor, version):
        yield filing


@contextmanager
def saving(filing: Filing, actor: Actor, version: int | None) -> Iterator[None]:
    """Save the locked filing after the block, as ``changing`` does."""
    _refuse_other_version(filing, actor, version)
    before = _columns(filing)
    yield
    _save(filing, before)


def _refuse_other_version(filing: Filing, actor: Actor, version: int | None) -> None:
    """Raise MoveRefused if the locked filing's version is not the caller's; None is any."""
    reading.refuse_change()
    if version is not None and version != filing.version:
        raise MoveRefused(who_was_faster(filing, actor))


def _save(filing: Filing, before: dict[str, Any]) -> None:
    """Save the changed filing as its next version; ``before``: its columns before the change."""
    filing.version += 1
    filing.touched_at = timezone.now()
    filing.host_reminded = 0
    filing.waits_until = filing.wait_told = None
    after = _columns(filing)
    filing.save(update_fields=[name for name in after if after[name] != before.get(name)])


def _columns(filing: Filing) -> dict[str, Any]:
    """Return the loaded columns by the names of their fields, to compare them before and after a change.

    Mutable values (JSON, lists) are returned as text. Only changed columns are saved, because an update of the sealed
    facts writes most of the row again.
    """
    loaded = {field.name: filing.__dict__[field.attname] for field in COLUMNS if field.attname in filing.__dict__}
    return {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in loaded.items()}


@contextmanager
def making(
    move: Move,
    filing_id: int,
    actor: Actor,
    version: int | None,
    *,
    note: str = "",
    late: Callable[[Filing], None] = lambda _filing: None,
) -> Iterator[Filing]:
    """Yield the locked filing for the move's own changes, then set the status, save it and write event and mails.

    ``late`` is called with the saved filing, before its event and mails: for a lock for which others wait.
    """
    with locked(filing_id, actor, read_with=PARTIES) as filing:
        _refuse_other_version(filing, actor, version)
        if refusal := _refusal(filing, move, actor):
            raise MoveRefused(refusal)
        before, since = _columns(filing), filing.arrived_at
        source, provider_id = filing.status, filing.provider_id
        yield filing
        _leave(filing, move)
        filing.status, filing.arrived_at = move.target, timezone.now()
        filing.claimed_by = filing.claimed_until = filing.paused_until = filing.question_due_on = None
        dropped = appointment_ends.end(filing, AppointmentState.DROPPED) if filing.meets_at else None
        if move.target not in states.OPEN:
            reservations.release(filing)
        _save(filing, before)
        late(filing)
        event = record(
            filing, move.name, actor, source=source, target=move.target, since=since, note=note, provider_id=provider_id
        )
        notices.tell(event)
        for follow in AFTER_END if move.target in states.ENDED_EMPTY_HANDED else ():
            follow(filing, event)
        for enter in AFTER_RECEIPT if move.target == Status.WITH_BUREAU else ():
            enter(filing)
        if dropped:
            record(filing, "drop_booking", portal(), note=appointment_ends.note_of(dropped))
            notices.tell_host(filing, "drop_booking", appointment=dropped)


def _leave(filing: Filing, move: Move) -> None:
    """End the clock, drafts and codes that belong to the filing's present status."""
    if filing.status == Status.WITH_BUREAU:
        clock.stop(filing, move.name)
        if drafts := filing.decision_drafts.all():
            drafts.delete()
    if filing.status == Status.WITH_PERSONS:
        required_codes.stop_asking(filing)


def receive(filing: Filing) -> None:
    """Pass the locked filing to the bureau of the subject's province (Order 33 Art. 3) and start its clock."""
    filing.bureau_id = filing.get("subject.province")
    filing.received_round = filing.round
    clock.start(filing)
    shared_traits.enter(filing)
    search.enter(filing)


def refusal_of(filing: Filing, move: Move, actor: Actor, version: int) -> str:
    """Return why this move would be refused now, checked without a lock; empty if it would not."""
    return who_was_faster(filing, actor) if version != filing.version else _refusal(filing, move, actor)


def _refusal(filing: Filing, move: Move, actor: Actor) -> str:
    """Return why the actor may not make this move now; empty when they may."""
    if filing.status not in move.sources:
        return _("This filing is “%(status)s”, so this can't be done.") % {"status": filing.get_status_display()}
    if actor.is_on_behalf and not move.on_behalf:
        return _("The mandate does not cover this; only the host can do it.")
    if actor.role != move.role:
        return _("This filing is not with you at the moment.")
    if not states.is_of(move, reported=filing.is_reported):
        return not_of_desk() if filing.is_reported else _("This filing is verified at the provider's desk.")
    lacks_claim = move.needs_claim and filing.claimant_id() != actor.user_id
    return decided_elsewhere(filing, actor) or (claim_refusal(filing) if lacks_claim else "")


def not_of_desk() -> str:
    """Return why a provider's staff can't work on a reported filing: there would be two sources."""
    return _("This filing was reported by your own system, so only that system can correct it and report it again.")


def decided_elsewhere(filing: Filing, actor: Actor) -> str:
    """Return why nobody of the bureau can work on the filing here: it decides in a system of its own. Else empty."""
    is_at_desk = actor.role == Role.BUREAU and actor.user_id is not None and filing.status == Status.WITH_BUREAU
    if not (is_at_desk and filing.bureau and filing.bureau.external):
        return ""
    return _(
        "%(bureau)s decides in a system of its own. This filing is reported to that system; its decision is entered "
        "here when it arrives."
    ) % {"bureau": filing.bureau.name}


def claim_refusal(filing: Filing) -> str:
    if filing.claimant_id() is not None:
        return _("%(name)s is working on this filing.") % {"name": filing.claimed_by}
    return _("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept.")


def who_was_faster(filing: Filing, actor: Actor) -> str:
    """Return a message about who changed the filing meanwhile.

    Hosts see the party, not the person, except for those who act on their behalf; claim and release are ignored.
    """
    # Questions to the host change no version, and the bureau sees none of them.
    last = filing.events.exclude(name__in=(*states.DESK_EVENTS, *states.NOT_FOR_BUREAU)).order_by("-pk").first()
    if last is None or last.at < filing.touched_at - timedelta(seconds=1):
        return _(
            "This filing was changed in another window. What you typed has been kept; compare it and send it again."
        )
    if last.user_id == actor.user_id:
        return _("You have already done this in another window: %(event)s. What you typed has been kept.") % {
            "event": last.get_name_display()
        }
    is_unnamed = actor.role == Role.HOST and not last.on_behalf_of
    name = last.get_role_display() if is_unnamed else last.shown_actor
    return _("%(name)s has already acted: %(event)s. What you typed has been kept.") % {
        "name": name,
        "event": last.get_name_display(),
    }


def _represented(filing: Filing) -> str:
    """Return the name of the host that the filing's provider acts for, from its mandate."""
    return str(filing.mandate.host_name) if filing.mandate else ""


def record(
    filing: Filing,
    name: str,
    actor: Actor,
    *,
    source: str = "",
    target: str = "",
    since: datetime | None = None,
    note: str = "",
    provider_id: int | None = None,
) -> Event:
    """Create an event of the locked filing, with what its receipt states; refused in a request with a safe method.

    An event by a person also resets the filing's waiting limit. ``provider_id``: the provider before the event, if not
    the current one. ``note``: what a person has typed, or a text of the portal's from ``languages.stored``.
    """
    reading.refuse_change()
    if actor.role != Role.SYSTEM and filing.waits_until is not None:
        filing.waits_until = filing.wait_told = None
        Filing.objects.filter(pk=filing.pk).update(waits_until=None, wait_told=None)
    event = _event(filing, name, actor)
    event.source, event.target, event.waited_since = source, target, since
    event.note, event.note_english = note, getattr(note, "english", None)
    event.provider_id = provider_id or filing.provider_id
    receipts.complete(event, filing)
    event.save(force_insert=True)
    writing.remember(filing, event)
    return event


def record_each(filings: Iterable[Filing], name: str) -> list[Event]:
    """Create an event by the portal for each of the locked filings. Two queries in all."""
    reading.refuse_change()
    events = Event.objects.bulk_create(keyed(_event(filing, name, portal()) for filing in filings))
    for event in events:
        writing.remember(event.filing, event)
    return events


def _event(filing: Filing, name: str, actor: Actor) -> Event:
    return Event(
        filing=filing,
        provider_id=filing.provider_id,
        name=name,
        round=filing.round,
        role=actor.role,
        user_id=actor.user_id,
        actor_name=actor.name,
        on_behalf_of=_represented(filing) if actor.is_on_behalf else "",
    )
