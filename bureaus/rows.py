"""A filing as one row of the bureau's queue: time left, who has it, the next step."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bureaus.tabs import BureauQueue
from desks.progress.tones import TONES
from desks.staff import queue_cells
from desks.staff.queue import DueShown, Step, arrived_words, until_words
from filings.actors import Actor
from filings.models import Filing
from filings.review.opinions import FilingWithProposer
from filings.states import Role, Status
from ministry.calendar import workdays
from ministry.reference import code_tables, english


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The due date of the answer to the open question, in words; ``is_late``: it has passed."""

    words: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row of the queue.

    ``notes``: who has proposed the approval, which prior approvals it names; ``due`` is None if no time limit runs,
    ``asked`` if no question is open; ``covers``: the holder is absent and the actor covers.
    """

    filing: Filing
    tone: str
    notes: str
    arrived: str
    due: DueShown | None
    asked: OpenQuestion | None
    holder: str
    until: str
    covers: bool
    step: Step
    others: tuple[Step, ...]


def rows(filings: Iterable[FilingWithProposer], actor: Actor, desk: BureauQueue) -> list[ReviewRow]:
    """Return the rows of these filings for this reviewer. One query if one was due in an earlier year, else none."""
    found = list(filings)
    dates = [filing.due_on for filing in found if filing.holder == Role.BUREAU and filing.due_on]
    earliest = min(dates, default=desk.today)
    book = desk.calendar if earliest.year >= desk.today.year else workdays.book(earliest)
    return [_row(filing, actor, desk, book) for filing in found]


def cells(sent: queue_cells.StepForms) -> dict[str, Callable[[ReviewRow], SafeString]]:
    """Return the cells of a row, by column."""
    return {
        "filing": lambda row: queue_cells.filing(row.filing, reverse("bureau_desk:review", args=[row.filing.pk])),
        "host": lambda row: queue_cells.host(row.filing),
        "provider": lambda row: format_html('<span title="{0}">{0}</span>', row.filing.provider.name),
        "due": lambda row: queue_cells.due(row.due, row.arrived),
        "where": _stage,
        "holder": _holder,
        "step": lambda row: queue_cells.steps(row.filing.pk, row.step, row.others, sent),
    }


def _stage(row: ReviewRow) -> SafeString:
    """Return the status, below it the open question as a link to it, and the notes."""
    return queue_cells.stage(row.filing, row.tone, _question(row), queue_cells.one_line(row.notes))


def _question(row: ReviewRow) -> SafeString | str:
    if row.asked is None:
        return ""
    page = reverse("bureau_desk:review", args=[row.filing.pk])
    tone = "queue-late" if row.asked.is_late else "queue-hold"
    return format_html('<a href="{}#questions" class="{}">{}</a>', page, tone, row.asked.words)


def _holder(row: ReviewRow) -> SafeString:
    words = _("on leave, you are the cover")
    cover = format_html(' <span class="queue-hold">{}</span>', words) if row.covers else ""
    return queue_cells.holder(row.holder, row.until, cover)


def _row(filing: FilingWithProposer, actor: Actor, desk: BureauQueue, book: workdays.Book) -> ReviewRow:
    is_ours = filing.holder == Role.BUREAU
    return ReviewRow(
        filing=filing,
        tone=TONES[Status(filing.status)],
        notes=" · ".join(_notes(filing)),
        arrived=arrived_words(filing),
        due=_due(filing, desk, book) if is_ours else None,
        asked=_asked(filing.question_due_on, desk),
        holder=str(filing.claimed_by) if is_ours and filing.claimed_by_id else "",
        until=until_words(filing, actor.user_id) if is_ours else "",
        covers=is_ours and filing.claimed_by_id in actor.covers,
        step=_step(filing, actor),
        others=_others(filing, actor),
    )


def _notes(filing: FilingWithProposer) -> Iterator[str]:
    if filing.is_reported:
        yield _("reported by the provider's own system")
    if filing.holder == Role.BUREAU and (proposer := filing.proposer_name):
        yield _("approval proposed by %(name)s") % {"name": proposer}
    if approvals := [code_tables.name_of(code_tables.PRIOR_APPROVALS, one) for one in filing.prior_approvals]:
        yield _("prior approval: %(names)s") % {"names": english.joined(approvals)}


def _due(filing: Filing, desk: BureauQueue, book: workdays.Book) -> DueShown | None:
    if filing.due_on is None:
        return None
    return DueShown.of(filing.due_on, desk.today, book, soon=desk.soon, is_provisional=filing.due_is_provisional)


def _asked(day: date | None, desk: BureauQueue) -> OpenQuestion | None:
    if day is None:
        return None
    is_late = day < desk.today
    words = _("question unanswered, was due %(day)s") if is_late else _("question open, answer due %(day)s")
    return OpenQuestion(words % {"day": date_format(day, "MONTH_DAY_FORMAT")}, is_late)


def _step(filing: Filing, actor: Actor) -> Step:
    """Return the next step, as ``states`` and the claim allow it to this person."""
    page = reverse("bureau_desk:review", args=[filing.pk])
    claimant_id = filing.claimant_id()
    if filing.holder != Role.BUREAU or actor.decides_elsewhere:
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
