"""A filing as one row of the queue: its age, who has it, the next step. At most two queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks import progress
from desks.staff.queue import Step, late_words, left_words, until_words
from filings import clock
from filings.actors import Actor
from filings.models import Event, Filing
from filings.rules import licences
from filings.states import Role, Status
from providers.models import Provider


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row. ``promise`` is for the bar: days elapsed, days promised; None if nothing is promised.

    ``is_outside``: the host's province is outside the provider's licence.
    """

    filing: Filing
    tone: str
    age: str
    promise: tuple[int, int] | None
    is_late: bool
    is_outside: bool
    holder: str
    until: str
    hold: str
    step: Step
    others: tuple[Step, ...] = ()


def rows(filings: Iterable[Filing], actor: Actor, house: Provider) -> list[QueueRow]:
    """Return the rows of these filings for this member of staff. At most two queries."""
    found = list(filings)
    holds = _holds(filing.pk for filing in found if filing.is_paused)
    ages = clock.days_since(_arrived_on(filing) for filing in found if filing.holder)
    return [_row(filing, actor, ages.get(_arrived_on(filing)), house, holds.get(filing.pk, "")) for filing in found]


def _holds(filing_ids: Iterable[int]) -> dict[int, str]:
    """Return until when and why filings are on hold, from their history. One query, none if none is on hold."""
    paused = list(filing_ids)
    events = Event.objects.filter(filing__in=paused, name="pause").order_by("pk")
    return dict(events.values_list("filing_id", "note")) if paused else {}


def _arrived_on(filing: Filing) -> date:
    return timezone.localdate(filing.arrived_at)


def _row(filing: Filing, actor: Actor, days: int | None, house: Provider, hold: str) -> QueueRow:
    promised = house.promised_days if filing.holder == Role.PROVIDER and days is not None else None
    return QueueRow(
        filing=filing,
        tone=progress.TONES[Status(filing.status)],
        age="" if days is None or not filing.holder else _age_words(days, promised),
        promise=(days or 0, promised) if promised else None,
        is_late=bool(promised and (days or 0) > promised),
        is_outside=not filing.law.target and licences.is_outside(filing.subject_province, house.provinces),
        holder=str(filing.claimed_by) if filing.claimed_by_id and filing.holder == Role.PROVIDER else "",
        until=_until_words(filing, actor),
        hold=hold,
        step=_step(filing, actor),
        others=others(filing, actor),
    )


def _age_words(days: int, promised: int | None) -> str:
    if promised is None:
        return ngettext("%(days)d working day in the queue", "%(days)d working days in the queue", days) % {
            "days": days
        }
    return late_words(days - promised) if days > promised else left_words(promised - days)


def _until_words(filing: Filing, actor: Actor) -> str:
    """Return until when the filing is claimed; empty unless it is with the provider and not on hold."""
    if filing.holder != Role.PROVIDER or filing.is_paused:
        return ""
    return until_words(filing, actor.user_id)


def _step(filing: Filing, actor: Actor) -> Step:
    """Return the next step, as ``states`` and the claim allow it to this person."""
    page = reverse("provider_desk:verify", args=[filing.pk])
    if filing.holder == Role.PROVIDER:
        return _step_of_ours(filing, actor, page)
    if filing.status == Status.RETURNED_TO_HOST:
        if filing.nudged_on == timezone.localdate():
            return Step(_("Reminded today"), page)
        return Step(_("Remind the host"), reverse("provider_desk:bulk"), is_post=True, field="act", value="remind")
    if filing.question_due_on:
        return Step(_("Answer the bureau"), reverse("provider_desk:answer", args=[filing.pk]))
    return Step(_("View"), page)


def _step_of_ours(filing: Filing, actor: Actor, page: str) -> Step:
    claim = reverse("provider_desk:claim", args=[filing.pk])
    claimant_id = filing.claimant_id()
    if claimant_id == actor.user_id:
        return Step(_("Continue work"), page)
    if claimant_id is not None:
        return Step(_("View"), page)
    if filing.is_paused:
        return Step(_("End the hold"), claim, is_post=True)
    if filing.claimed_by_id == actor.user_id:
        return Step(_("Claim again"), claim, is_post=True)
    return Step(_("Claim"), claim, is_post=True)


def others(filing: Filing, actor: Actor) -> tuple[Step, ...]:
    """Return the further steps: reassign, hold or close one's own filing; take over a colleague's."""
    if filing.holder != Role.PROVIDER:
        return ()
    claimant_id = filing.claimant_id()
    if claimant_id == actor.user_id:
        return (
            Step(_("Reassign"), reverse("provider_desk:hand_over", args=[filing.pk])),
            Step(_("Put on hold"), reverse("provider_desk:pause", args=[filing.pk])),
            Step(_("Close the filing"), reverse("provider_desk:close", args=[filing.pk])),
        )
    if claimant_id is not None and actor.supervises:
        return (Step(_("Take over"), reverse("provider_desk:take_over", args=[filing.pk])),)
    return ()
