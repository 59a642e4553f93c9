"""Read everything on record about a filing that one party may see, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from post_office.models import Email

from desks.casefile import of_record
from desks.casefile.of_record import Ordered, Questioned
from desks.progress import timelines
from filings import receipts, states
from filings.actors import Actor
from filings.models import (
    ClockEntry,
    Event,
    Evidence,
    Export,
    Filing,
    FilingMail,
    HostQuestion,
    Look,
    Offer,
    OfferEnd,
    OfficialPage,
    Opinion,
    Photograph,
    Question,
    Remark,
    Reply,
    Sheet,
    Snapshot,
    Verification,
)
from filings.receipts import Receipt
from filings.review import host_questions
from filings.rules import rounds
from filings.rules.rounds import Change, RoundState
from filings.states import Role
from filings.verification import photo_seals
from ministry import audit
from ministry.models import AuditCheck, AuditEntry
from ministry.rules import rules
from ministry.rules.rules import RecordedRule

DECISIONS = (states.APPROVE.name, states.RETURN.name)
# Audiences whose mails each desk may read; mails among colleagues of a desk are in none.
MAILS_OF = {Role.BUREAU: ("_host", "_provider", "_bureau", "_chief", "_ministry"), Role.PROVIDER: ("_provider",)}


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it was handed on, and the changes since the one before; None in the first."""

    number: int
    snapshot: Snapshot
    state: RoundState
    changes: list[Change] | None
    verification: Verification | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything the PDF and the zip are made of."""

    filing: Filing
    made_at: datetime
    made_by: str
    head: audit.Head
    proved: AuditCheck | None
    rounds: list[Round]
    remarks: list[Remark]
    events: list[Event]
    clock: list[ClockEntry]
    opinions: list[Opinion]
    questions: list[Question]
    replies: dict[int, Reply]
    asked: list[HostQuestion]  # of the host, by the provider
    offered: list[Offer | OfferEnd]
    ordered: list[Ordered]
    questioned: list[Questioned]
    looks: list[Look]
    exports: list[Export]
    mails: list[tuple[FilingMail, Email | None]]
    sheets: list[Sheet]
    pictures: list[Evidence]
    seals: dict[int, Photograph]
    rules: list[RecordedRule]
    links: dict[tuple[str, int], AuditEntry]
    broken: set[int]

    @property
    def receipts(self) -> list[Receipt]:
        """Return the receipts of the filing's handovers, the first one first."""
        return receipts.of(self.filing, reversed(self.events))[::-1]

    @property
    def decisions(self) -> list[Event]:
        """Return what the bureau decided, the first decision first."""
        return [event for event in self.events if event.name in DECISIONS]

    @property
    def ruled_at(self) -> datetime:
        """Return the moment at which the wording of the rules is taken: the last decision, or now."""
        return ruled_at(self.events)

    def link(self, row: Model) -> AuditEntry | None:
        """Return a row's entry in the audit log; None while it waits, and for rows that are not audited."""
        return self.links.get((row._meta.db_table, row.pk))

    @property
    def official_pages(self) -> list[tuple[str, OfficialPage]]:
        """Return the pages of answers, orders and proofs, each with its name in the zip."""
        answered = [
            (f"answers/{reply.question_id}-p{page.number}.jpg", page)
            for reply in self.replies.values()
            if reply.paper
            for page in reply.paper.pages.all()
        ]
        of_host = [
            (f"answers/host-{one.pk}-p{page.number}.jpg", page)
            for one in self.asked
            if hasattr(one, "reply") and one.reply.paper
            for page in one.reply.paper.pages.all()
        ]
        return [*answered, *of_host, *of_record.pages(self.ordered, self.questioned)]

    def rows(self) -> list[Model]:
        """Return every audited row in it."""
        return _rows(self)


def ruled_at(events: Iterable[Event]) -> datetime:
    """See ``CaseFile.ruled_at``."""
    return max((event.at for event in events if event.name in DECISIONS), default=timezone.now())


def gather(filing: Filing, actor: Actor, pictures: QuerySet[Evidence]) -> CaseFile:
    """Return the case file for a desk; ``pictures``: those it may open. About thirty queries, at any size."""
    history = rounds.History(filing, {})
    clock = list(filing.clock_entries.all())
    numbers = history.numbers(verified=actor.role == Role.BUREAU)
    last, elsewhere = max(numbers, default=0), filing.verified_elsewhere(actor.role)
    events = list(timelines.events_for(filing, actor).filter(round__lte=last).select_related("user", "provider"))
    shown = list(photo_seals.with_seals(pictures).select_related("uploaded_by").order_by("pk"))
    file = CaseFile(
        filing=filing,
        made_at=timezone.now(),
        made_by=actor.name,
        head=audit.last(),
        proved=AuditCheck.objects.first(),
        rounds=_rounds(filing, history, numbers, elsewhere),
        remarks=list(filing.remarks.filter(round__lte=last).select_related("author", "answer__author")),
        events=events,
        clock=clock,
        opinions=list(filing.opinions.all()) if actor.role == Role.BUREAU else [],
        questions=list(filing.questions.all()),
        replies={reply.question_id: reply for reply in filing.replies.prefetch_related("paper__pages")},
        asked=[] if actor.role == Role.BUREAU else _asked(filing, actor),
        offered=of_record.offer(filing),
        ordered=of_record.orders(filing, actor),
        questioned=of_record.cases(filing, actor),
        looks=_looks(filing, actor),
        exports=_exports(filing, actor),
        mails=_mails(filing, actor),
        sheets=_sheets(filing, [number for number in numbers if number > elsewhere]),
        pictures=shown,
        seals=photo_seals.seals_of(shown),
        rules=_rules(filing, ruled_at(events)),
        links={},
        broken=set(),
    )
    file.links.update(audit.positions(_keys(_rows(file))))
    file.broken.update(audit.changed(file.links.values()))
    return file


def _since_it_came(filing: Filing, actor: Actor) -> Q:
    """Return the condition for rows since the filing came to this provider; empty if no other had it before."""
    if not filing.verified_elsewhere(actor.role):
        return Q()
    return Q(at__gte=filing.events.filter(name=states.TRANSFER.name).latest("pk").at)


def _rounds(filing: Filing, history: rounds.History, numbers: Sequence[int], elsewhere: int) -> list[Round]:
    states_of = history.states(str(number) for number in numbers)
    snapshots = {one.round: one for one in filing.snapshots.filter(round__in=numbers)}
    verifications = filing.verifications.filter(round__gt=elsewhere).select_related("verifier")
    verified = {one.round: one for one in verifications}
    found: list[Round] = []
    for number in numbers:
        state = states_of[str(number)]
        changes = rounds.compare(found[-1].state, state, full=True) if found else None
        found.append(Round(number, snapshots[number], state, changes, verified.get(number)))
    return found


def _asked(filing: Filing, actor: Actor) -> list[HostQuestion]:
    rows = filing.host_questions.filter(_since_it_came(filing, actor)).select_related("reply__paper")
    return list(rows.prefetch_related("reply__paper__pages"))


def _looks(filing: Filing, actor: Actor) -> list[Look]:
    """Return the looks that the actor may see.

    A bureau sees all, except those at the host's answers to its provider; a provider sees those of its own staff.
    """
    rows = filing.looks.select_related("user").filter(_since_it_came(filing, actor))
    if actor.role == Role.BUREAU:
        return list(rows.exclude(what__startswith=host_questions.LOOK))
    return list(rows.filter(role=actor.role))


def _exports(filing: Filing, actor: Actor) -> list[Export]:
    rows = Export.objects.filter(_since_it_came(filing, actor), filing_ids__contains=[filing.pk])
    rows = rows.select_related("user").defer("filing_ids")
    return list(rows if actor.role == Role.BUREAU else rows.filter(role=actor.role))


def _mails(filing: Filing, actor: Actor) -> list[tuple[FilingMail, Email | None]]:
    """Return the mails the desk may read, each with its text: None if not kept, or if it names other filings."""
    audiences = Q(pk=None)
    for audience in MAILS_OF[actor.role]:
        audiences |= Q(name__endswith=audience)
    hidden = Q(pk=None)
    for name in states.NOT_FOR_BUREAU if actor.role == Role.BUREAU else ():
        hidden |= Q(name__startswith=f"{name}_")
    rows = list(filing.mails.filter(audiences, _since_it_came(filing, actor)).exclude(hidden))
    kept = Email.objects.in_bulk([row.mail_id for row in rows if not row.is_shared])
    return [(row, kept.get(row.mail_id)) for row in rows]


def _rules(filing: Filing, at: datetime) -> list[RecordedRule]:
    """Return the province's rules for such a host on ``judged_on``, as they were worded at ``at``."""
    worded = rules.as_worded(filing.subject_province, filing.judged_on, at)
    kind: dict[str, Any] = {"individual": filing.is_individual, "nature": filing.subject_nature}
    return [one for one in worded if one.rule.concerns(**kind)]


def _sheets(filing: Filing, numbers: Sequence[int]) -> list[Sheet]:
    rows = Sheet.objects.filter(verification__filing=filing, verification__round__in=numbers)
    return list(rows.select_related("verification").prefetch_related("scans__uploaded_by"))


def _rows(file: CaseFile) -> list[Model]:
    return [
        *(one.snapshot for one in file.rounds),
        *(one.verification for one in file.rounds if one.verification),
        *file.remarks,
        *(remark.answer for remark in file.remarks if hasattr(remark, "answer")),
        *file.events,
        *file.clock,
        *file.opinions,
        *file.questions,
        *file.replies.values(),
        *file.asked,
        *(one.reply for one in file.asked if hasattr(one, "reply")),
        *file.offered,
        *of_record.rows(file.ordered, file.questioned),
        *(page for _name, page in file.official_pages),
        *file.looks,
        *file.exports,
        *(row for row, _mail in file.mails),
        *file.sheets,
        *(scan for sheet in file.sheets for scan in sheet.scans.all()),
        *file.seals.values(),
        *(one.change for one in file.rules),
    ]


def _keys(rows: Iterable[Model]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row._meta.db_table, []).append(row.pk)
    return found
