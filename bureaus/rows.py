"""A filing as one row of the bureau's queue: time left, who has it, the next step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bureaus.tabs import BureauQueue
from desks import progress
from desks.staff.queue import Step, late_words, left_words, until_words
from filings import clock
from filings.actors import Actor
from filings.models import Filing
from filings.states import Role, Status
from ministry.reference import code_tables


@dataclass(frozen=True, slots=True)
class DueShown:
    """The due date of a filing: the date, its words, working days elapsed for the bar."""

    on: date
    words: str
    gone: int
    is_late: bool
    is_soon: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class ColumnsAsked:
    """The day by which the provider has to answer the open question; ``is_late``: it is over."""

    on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row. ``proposer`` has proposed the approval, which a second reviewer confirms; ``due`` is None if no time limit
    runs, ``asked`` if no question is open; ``covers``: the holder is absent and the actor covers.
    """

    filing: Filing
    tone: str
    approvals: str
    proposer: str
    due: DueShown | None
    asked: ColumnsAsked | None
    holder: str
    until: str
    covers: bool
    step: Step
    others: tuple[Step, ...]


def rows(filings: Iterable[Filing], actor: Actor, desk: BureauQueue) -> list[ReviewRow]:
    """Return the rows of these filings for this reviewer. At most two queries, both of the calendar."""
    found = list(filings)
    dates = {filing.due_on for filing in found if filing.holder == Role.BUREAU and filing.due_on}
    left = clock.days_left_until(day for day in dates if day >= desk.today)
    late = clock.days_since((day for day in dates if day < desk.today), desk.today)
    return [_row(filing, actor, desk, left, late) for filing in found]


def _row(
    filing: Filing, actor: Actor, desk: BureauQueue, left: Mapping[date | None, int], late: Mapping[date, int]
) -> ReviewRow:
    is_ours = filing.holder == Role.BUREAU
    return ReviewRow(
        filing=filing,
        tone=progress.TONES[Status(filing.status)],
        approvals="、".join(code_tables.name_of(code_tables.PRIOR_APPROVALS, one) for one in filing.prior_approvals),
        proposer=(filing.proposer_name or "") if is_ours else "",  # type: ignore[attr-defined]
        due=_due(filing.due_on, filing, desk, left, late) if is_ours and filing.due_on else None,
        asked=_asked(filing.question_due_on, desk),
        holder=str(filing.claimed_by) if is_ours and filing.claimed_by_id else "",
        until=until_words(filing, actor.user_id) if is_ours else "",
        covers=is_ours and filing.claimed_by_id in actor.covers,
        step=_step(filing, actor),
        others=_others(filing, actor),
    )


def _due(
    day: date, filing: Filing, desk: BureauQueue, left: Mapping[date | None, int], late: Mapping[date, int]
) -> DueShown:
    return DueShown(
        on=day,
        words=late_words(late[day]) if day < desk.today else left_words(left[day]),
        gone=clock.WORKING_DAYS if day < desk.today else max(0, clock.WORKING_DAYS - left[day]),
        is_late=day < desk.today,
        is_soon=desk.today <= day <= desk.soon,
        is_provisional=filing.due_is_provisional,
    )


def _asked(day: date | None, desk: BureauQueue) -> ColumnsAsked | None:
    return ColumnsAsked(day, is_late=day < desk.today) if day else None


def _step(filing: Filing, actor: Actor) -> Step:
    """Return the next step, as ``states`` and the claim allow it to this person."""
    page = reverse("bureau_desk:review", args=[filing.pk])
    claimant_id = filing.claimant_id()
    if filing.holder != Role.BUREAU:
        return Step(_("View"), page)
    if claimant_id == actor.user_id:
        return Step(_("Continue work"), page)
    claim = reverse("bureau_desk:claim", args=[filing.pk])
    if claimant_id in actor.covers:
        return Step(_("Claim as cover"), claim, is_post=True)
    if claimant_id is not None:
        return Step(_("View"), page)
    return Step(_("Claim again") if filing.claimed_by_id == actor.user_id else _("Claim"), claim, is_post=True)


def _others(filing: Filing, actor: Actor) -> tuple[Step, ...]:
    """Return the further steps: reassign or release one's own filing, or take over a colleague's."""
    claimant_id = filing.claimant_id()
    if filing.holder != Role.BUREAU or claimant_id is None:
        return ()
    if claimant_id == actor.user_id:
        return (
            Step(_("Reassign"), reverse("bureau_desk:hand_over", args=[filing.pk])),
            Step(_("Release"), reverse("bureau_desk:release", args=[filing.pk]), is_post=True),
        )
    if actor.supervises and claimant_id not in actor.covers:
        return (Step(_("Take over"), reverse("bureau_desk:take_over", args=[filing.pk])),)
    return ()
