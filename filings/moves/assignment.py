"""Assign work at a desk: hand over, take over, assign; put filings on hold and remind hosts.

Nothing here changes a filing's status or facts, so its version stays. Every function locks the filing and records an
event that only this party sees; a reminder goes to the host. Claim and release are in ``services``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import languages
from filings import clock
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Filing
from filings.moves.moving import claim_refusal, decided_elsewhere, locked, not_of_desk, record
from filings.states import Role, Status

LEASE = timedelta(minutes=30)
# The longest hold; afterwards the filing may be put on hold again.
LONGEST_PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AssignmentOutcome:
    """The result for one filing of several; ``refusal`` is empty on success."""

    filing_id: int
    refusal: str = ""


def lease(filing: Filing, actor: Actor, until: datetime) -> None:
    """Lease the locked filing to the actor up to a time; don't shorten their lease or that of a covered colleague."""
    if filing.claimed_until and filing.claimant_id() in (actor.user_id, *actor.covers):
        until = max(until, filing.claimed_until)
    filing.claimed_by_id, filing.claimed_until = actor.person_id, until
    filing.save(update_fields=["claimed_by", "claimed_until"])


def refuse_unless_held(filing: Filing, actor: Actor) -> None:
    """Raise MoveRefused unless the actor's party holds the filing, and works on it at its desk."""
    if filing.holder != actor.role:
        raise MoveRefused(
            _("This filing is “%(status)s” and is not with you.") % {"status": filing.get_status_display()}
        )
    if actor.role == Role.PROVIDER and filing.is_reported:
        raise MoveRefused(not_of_desk())
    if refusal := decided_elsewhere(filing, actor):
        raise MoveRefused(refusal)


def given_until(filing: Filing, next_day: datetime) -> datetime:
    """Return when the lease of assigned work ends.

    At a provider ``next_day``, the end of the next working day; at a bureau the end of the due date, if that is later.
    """
    if filing.status != Status.WITH_BUREAU or filing.due_on is None:
        return next_day
    return max(next_day, clock.moment(filing.due_on + timedelta(days=1)) - timedelta.resolution)


def hand_over(filing_id: int, actor: Actor, *, to: Actor, note: str) -> None:
    """Reassign a filing the actor has claimed to a colleague, with a note; see ``given_until``."""
    with locked(filing_id, actor) as filing:
        _refuse_unless_mine(filing, actor)
        _refuse_stranger(filing, actor, to)
        if to.user_id == actor.user_id:
            raise MoveRefused(_("You already have this filing; choose a colleague."))
        record(filing, "hand_over", actor, note="：".join(filter(None, (f"→ {to.name}", note.strip()))))
        lease(filing, to, given_until(filing, clock.end_of_next_working_day()))
        notices.tell_colleague("hand_over", [filing], to.person_id, by=actor.name)


def take_over(filing_id: int, actor: Actor) -> None:
    """Take over a filing that a colleague has claimed (supervisors, the chief); notify the colleague."""
    with locked(filing_id, actor) as filing:
        _refuse_unless_supervising(actor)
        refuse_unless_held(filing, actor)
        former_id = filing.claimant_id()
        if former_id in (None, actor.user_id):
            raise MoveRefused(_("This filing is no longer claimed by a colleague. Claim it as usual."))
        name = filing.claimed_by
        record(filing, "take_over", actor, note=languages.stored(lambda: _("from %(name)s") % {"name": name}))
        lease(filing, actor, timezone.now() + LEASE)
        notices.tell_colleague("take_over", [filing], former_id, by=actor.name)


def assign(filing_ids: Iterable[int], actor: Actor, *, to: Actor) -> list[AssignmentOutcome]:
    """Assign filings to a colleague (supervisors, the chief), even if another has them; notify both, one mail each."""
    given: list[Filing] = []
    taken: dict[int, list[Filing]] = {}

    def give(filing_id: int) -> None:
        with locked(filing_id, actor) as filing:
            _refuse_unless_supervising(actor)
            refuse_unless_held(filing, actor)
            _refuse_stranger(filing, actor, to)
            former_id = filing.claimant_id()
            if former_id == to.user_id:
                raise MoveRefused(_("%(name)s already has this filing.") % {"name": to.name})
            record(filing, "assign", actor, note=f"→ {to.name}")
            lease(filing, to, given_until(filing, until))
        given.append(filing)
        if former_id not in (None, actor.user_id):
            taken.setdefault(former_id, []).append(filing)

    with transaction.atomic():
        until = clock.end_of_next_working_day()
        outcomes = _one_by_one(filing_ids, give)
        if given and to.user_id != actor.user_id:
            notices.tell_colleague("assign", given, to.person_id, by=actor.name)
        for former_id, filings in taken.items():
            notices.tell_colleague("take_over", filings, former_id, by=actor.name)
    return outcomes


def allot(filing_id: int, actor: Actor, *, to: Actor) -> bool:
    """Assign an unclaimed filing to a reviewer by load; return whether it was still unclaimed."""
    with locked(filing_id, actor) as filing:
        if filing.holder != actor.role or filing.claimed_by_id is not None:
            return False
        record(filing, "allot", actor, note=f"→ {to.name}")
        lease(filing, to, given_until(filing, clock.end_of_next_working_day()))
    return True


def pause(filing_id: int, actor: Actor, *, until: date, reason: str) -> None:
    """Put a filing the actor has claimed on hold until a day."""
    with locked(filing_id, actor) as filing:
        _refuse_unless_mine(filing, actor)
        today = timezone.localdate()
        if not today < until <= today + LONGEST_PAUSE:
            raise MoveRefused(
                _("Choose a day after today and not later than %(last)s.")
                % {"last": date_format(today + LONGEST_PAUSE, "DATE_FORMAT")}
            )
        if not reason.strip():
            raise MoveRefused(_("Say why the filing is on hold."))
        filing.paused_until, filing.claimed_until = until, timezone.now()
        filing.save(update_fields=["paused_until", "claimed_until"])
        why = reason.strip()
        note = languages.stored(
            lambda: _("until %(day)s: %(reason)s") % {"day": date_format(until, "DATE_FORMAT"), "reason": why}
        )
        record(filing, "pause", actor, note=note)


def end_pause(filing: Filing, actor: Actor) -> None:
    """End the hold of the locked filing; do nothing when it is not on hold."""
    if filing.is_paused:
        record(filing, "unpause", actor)
    if filing.paused_until is not None:
        filing.paused_until = None
        filing.save(update_fields=["paused_until"])


def remind(filing_ids: Iterable[int], actor: Actor) -> list[AssignmentOutcome]:
    """Remind the hosts of returned filings to correct them; at most once a day per filing."""
    reminded: list[Filing] = []

    def remind_one(filing_id: int) -> None:
        with locked(filing_id, actor) as filing:
            if filing.status != Status.RETURNED_TO_HOST:
                raise MoveRefused(
                    _("This filing is “%(status)s”; only hosts of returned filings can be reminded.")
                    % {"status": filing.get_status_display()}
                )
            if filing.nudged_on == timezone.localdate():
                raise MoveRefused(_("The host has already been reminded of this filing today."))
            filing.nudged_on = timezone.localdate()
            filing.save(update_fields=["nudged_on"])
            record(filing, "remind", actor)
        reminded.append(filing)

    with transaction.atomic():
        outcomes = _one_by_one(filing_ids, remind_one)
        notices.remind_hosts(reminded)
    return outcomes


def _one_by_one(filing_ids: Iterable[int], do: Callable[[int], None]) -> list[AssignmentOutcome]:
    """Call ``do`` for each filing, in order of primary key to avoid deadlocks.

    A refusal affects only that filing.
    """
    outcomes = []
    for filing_id in sorted(set(filing_ids)):
        try:
            do(filing_id)
        except MoveRefused as refusal:
            outcomes.append(AssignmentOutcome(filing_id, str(refusal)))
        except Filing.DoesNotExist:
            outcomes.append(AssignmentOutcome(filing_id, _("There is no such filing.")))
        else:
            outcomes.append(AssignmentOutcome(filing_id))
    return outcomes


def _refuse_unless_mine(filing: Filing, actor: Actor) -> None:
    refuse_unless_held(filing, actor)
    if filing.claimant_id() != actor.user_id:
        raise MoveRefused(claim_refusal(filing))


def _refuse_unless_supervising(actor: Actor) -> None:
    if actor.supervises:
        return
    if actor.role == Role.BUREAU:
        raise MoveRefused(_("Only the bureau's chief may do this."))
    raise MoveRefused(_("Only a supervisor or an administrator may do this."))


def _refuse_stranger(filing: Filing, actor: Actor, to: Actor) -> None:
    if to.role == actor.role == Role.BUREAU and to.bureau_id == filing.bureau_id:
        return
    if to.role == actor.role == Role.PROVIDER and to.provider_id == filing.provider_id:
        return
    if actor.role == Role.BUREAU:
        raise MoveRefused(_("Choose a colleague of your own bureau."))
    raise MoveRefused(_("Choose a colleague of your own provider."))
