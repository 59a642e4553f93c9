"""A filing as one row of the queue: its due date, who has it, the next step. At most two queries."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.progress.tones import TONES
from desks.staff import queue_cells
from desks.staff.queue import DueShown, Step, arrived_words, until_words
from filings.actors import Actor
from filings.models import Event, Filing, time_words
from filings.rules import licences
from filings.states import Role, Status
from ministry.calendar import workdays
from providers.models import Provider


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row. ``due`` is the end of the time promised for the verification, None if none runs.

    ``age`` says for how long it has waited, where no such time runs and it has not ended. ``notes``: the bureau's
    question, a province outside the provider's licence, why it is on hold.
    """

    filing: Filing
    tone: str
    arrived: str
    age: str
    due: DueShown | None
    holder: str
    until: str
    notes: str
    step: Step
    others: tuple[Step, ...] = ()


def rows(filings: Iterable[Filing], actor: Actor, provider: Provider, calendar: workdays.Book | None) -> list[QueueRow]:
    """Return the rows of these filings for this member of staff. At most two queries, one with a ``calendar``."""
    found = list(filings)
    holds = _holds(filing.pk for filing in found if filing.is_paused)
    arrived = [_arrived_on(filing) for filing in found if filing.holder]
    book = calendar or (workdays.book(min(arrived)) if arrived else None)
    return [_row(filing, actor, provider, book, holds.get(filing.pk, "")) for filing in found]


def cells(sent: queue_cells.StepForms) -> dict[str, Callable[[QueueRow], SafeString]]:
    """Return the cells of a row, by column."""
    return {
        "filing": lambda row: queue_cells.filing(row.filing, reverse("provider_desk:verify", args=[row.filing.pk])),
        "host": lambda row: queue_cells.host(row.filing),
        "where": lambda row: queue_cells.stage(row.filing, row.tone, queue_cells.one_line(row.notes)),
        "due": lambda row: queue_cells.due(row.due, row.arrived, row.age),
        "holder": lambda row: queue_cells.holder(row.holder, row.until),
        "step": lambda row: queue_cells.steps(row.filing.pk, row.step, row.others, sent),
    }


def _holds(filing_ids: Iterable[int]) -> dict[int, str]:
    """Return until when and why filings are on hold, from their history. One query, none if none is on hold."""
    paused = list(filing_ids)
    events = Event.objects.filter(filing__in=paused, name="pause").order_by("pk")
    return {event.filing_id: event.shown_note for event in events} if paused else {}


def _arrived_on(filing: Filing) -> date:
    return timezone.localdate(filing.arrived_at)


def _row(filing: Filing, actor: Actor, provider: Provider, book: workdays.Book | None, hold: str) -> QueueRow:
    promised = provider.promised_days if filing.holder == Role.PROVIDER and not filing.is_reported else None
    return QueueRow(
        filing=filing,
        tone=TONES[Status(filing.status)],
        arrived=arrived_words(filing),
        age=_age_words(_arrived_on(filing), book) if filing.holder and book and not promised else "",
        due=_due(_arrived_on(filing), promised, book) if promised and book else None,
        holder=str(filing.claimed_by) if filing.claimed_by_id and filing.holder == Role.PROVIDER else "",
        until=_until_words(filing, actor),
        notes=" · ".join(_notes(filing, provider, hold)),
        step=_step(filing, actor),
        others=others(filing, actor),
    )


def _notes(filing: Filing, provider: Provider, hold: str) -> Iterator[str]:
    if filing.question_due_on:
        day = date_format(filing.question_due_on, "MONTH_DAY_FORMAT")
        yield _("question from the bureau, answer by %(day)s") % {"day": day}
    if not filing.law.cancels and licences.is_outside(filing.subject_province, provider.provinces):
        yield _("host's province outside your licence")
    if filing.is_reported:
        yield _("reported by your own system")
    if filing.meets_at:
        yield _("appointment %(when)s") % {"when": time_words(filing.meets_at)}
    if hold:
        yield _("on hold %(note)s") % {"note": hold}


def _due(arrived: date, promised: int, book: workdays.Book) -> DueShown:
    today, on = timezone.localdate(), book.nth_working_day(arrived, promised)
    return DueShown.of(on, today, book, soon=today, is_provisional=book.is_provisional(arrived, on))


def _age_words(arrived: date, book: workdays.Book) -> str:
    """Return the working days since the arrival in words; empty before the first has passed."""
    if not (days := book.working_days_between(arrived, timezone.localdate())):
        return ""
    return ngettext("%(days)d working day in the queue", "%(days)d working days in the queue", days) % {"days": days}


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
    if filing.is_reported:
        return Step(_("View"), page)
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
