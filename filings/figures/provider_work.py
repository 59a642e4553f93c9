"""Statistics of a provider's work: filings received and passed on, waiting times, staff; no data about hosts.

All queries read the events of the provider's own moves (index ``moves_of_provider``): the cost grows with the months
asked for, not with the register. Months and days are in China time.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from filings import states
from filings.models import Event, Remark, Verification
from filings.states import Role, Status
from ministry.calendar import workdays

MONTHS = 12
MOST_REASONS = 10
NINE_TENTHS = 0.9

# The stages shown to a provider, in the order a filing passes them.
STAGES = (Status.WITH_PROVIDER, Status.RETURNED_TO_HOST, Status.WITH_BUREAU, Status.RETURNED_TO_PROVIDER)
# The provider has verified in both cases; the next status depends on the province.
COUNTED_AS = {states.ASK_PERSONS.name: states.VERIFY.name}


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months, from the first day of one to before the first day of another."""

    first: dt.date
    end: dt.date

    @classmethod
    def of(cls, month: dt.date, count: int = 1) -> "Span":
        """Return the ``count`` months that end with ``month`` (any of its days)."""
        return cls(_shifted(month, 1 - count), _shifted(month, 1))

    @property
    def months(self) -> list[dt.date]:
        """Return the first day of each month, earliest first."""
        count = (self.end.year - self.first.year) * 12 + self.end.month - self.first.month
        return [_shifted(self.first, number) for number in range(count)]


def _shifted(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


@dataclass(slots=True)
class Month:
    """Counts of one month: submitted to the provider, verified, sent back; returned and approved by the bureau."""

    first: dt.date
    moves: Counter[str] = field(default_factory=Counter)

    @property
    def return_rate(self) -> float | None:
        """Return the share of the bureau's decisions that were returns; None in a month without any."""
        decided = self.moves[states.RETURN.name] + self.moves[states.APPROVE.name]
        return self.moves[states.RETURN.name] / decided if decided else None


@dataclass(frozen=True, slots=True)
class Stage:
    """Waiting times at a status before the next move, ``count`` in all: working days at the median and at 90 %."""

    status: Status
    count: int
    half: int
    nine_tenths: int


@dataclass(frozen=True, slots=True)
class PersonWork:
    """One member of staff's filings: verified, sent back, and of the verified those the bureau has returned."""

    user_id: int
    name: str
    verified: int
    sent_back: int
    returned: int


@dataclass(frozen=True, slots=True)
class Record:
    """Approvals and returns among the bureaus' latest decisions on a provider's filings."""

    approved: int
    returned: int

    @property
    def decided(self) -> int:
        return self.approved + self.returned

    @property
    def return_rate(self) -> float | None:
        """Return the share of returns; None before the first decision."""
        return self.returned / self.decided if self.decided else None


LATEST_DECISIONS = 500


def latest_decisions() -> ArraySubquery:
    """Return an annotation for filings: the provider's latest ``LATEST_DECISIONS`` decisions, for ``record``."""
    moves = Event.objects.filter(provider=OuterRef("provider"), waited_since__isnull=False)
    decided = moves.filter(name__in=(states.APPROVE.name, states.RETURN.name)).order_by("-at")
    return ArraySubquery(decided.values("name")[:LATEST_DECISIONS])


def record(decisions: Iterable[str]) -> Record:
    """Count a provider's latest decisions."""
    counted = Counter(decisions)
    return Record(counted[states.APPROVE.name], counted[states.RETURN.name])


def months(provider_id: int, span: Span) -> list[Month]:
    """Return each month of the span with its moves, earliest first. One query."""
    found = {first: Month(first) for first in span.months}
    rows = (
        _moves(provider_id, span)
        .annotate(month=TruncMonth("at", output_field=DateField()))
        .values_list("month", "name")
        .annotate(count=Count("pk"))
    )
    for month, name, count in rows:
        found[month].moves[COUNTED_AS.get(name, name)] += count
    return list(found.values())


def stages(provider_id: int, span: Span) -> list[Stage]:
    """Return the waiting times at each stage that filings left in the span. Two queries."""
    rows = list(
        _moves(provider_id, span)
        .filter(source__in=STAGES)
        .annotate(since=TruncDate("waited_since"), until=TruncDate("at"))
        .values_list("source", "since", "until")
        .annotate(count=Count("pk"))
    )
    if not rows:
        return []
    counted = workdays.counted_from(min(row[1] for row in rows), max(row[2] for row in rows))
    waited: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for source, since, until, count in rows:
        waited[source][counted[until] - counted[since]] += count
    return [
        Stage(stage, waited[stage].total(), share_within(waited[stage], 0.5), share_within(waited[stage], NINE_TENTHS))
        for stage in STAGES
        if stage in waited
    ]


def share_within(days: Mapping[int, int], share: float) -> int:
    """Return the least number of days that covers at least ``share`` of all; ``days`` maps days to occurrences."""
    wanted, reached = share * sum(days.values()), 0
    for number in sorted(days):
        reached += days[number]
        if reached >= wanted:
            return number
    raise ValueError("nothing was counted")


def reasons(provider_id: int, span: Span) -> list[tuple[str, int]]:
    """Return the codes for which the bureau returned filings in the span, most frequent first. One query."""
    returns = _moves(provider_id, span).filter(name=states.RETURN.name)
    rows = (
        Remark.objects.filter(stage=Role.BUREAU, filing__events__in=returns, filing__events__round=F("round"))
        .order_by()
        .values_list("code")
        .annotate(count=Count("pk"))
        .order_by("-count", "code")
    )
    return list(rows[:MOST_REASONS])


def people(provider_id: int, span: Span) -> list[PersonWork]:
    """Return each staff member's work in the span, most verified filings first. Two queries."""
    own = (states.VERIFY.name, states.ASK_PERSONS.name, states.SEND_BACK.name)
    done: defaultdict[int, Counter[str]] = defaultdict(Counter)
    names: dict[int, str] = {}
    rows = _moves(provider_id, span).filter(name__in=own).values_list("user_id", "user__name", "user__email", "name")
    for user_id, name, email, move, count in rows.annotate(count=Count("pk")):
        done[user_id][COUNTED_AS.get(move, move)] += count
        names[user_id] = name or email
    returned = dict(_returned_by_verifier(provider_id, span))
    found = [
        PersonWork(pk, names[pk], moves[states.VERIFY.name], moves[states.SEND_BACK.name], returned.get(pk, 0))
        for pk, moves in done.items()
    ]
    return sorted(found, key=lambda person: (-person.verified, -person.sent_back, person.name))


def _returned_by_verifier(provider_id: int, span: Span) -> Iterable[tuple[int, int]]:
    """Return (verifier, count) of rounds received in the span that the bureau returned at any later time."""
    rounds = Verification.objects.filter(filing=OuterRef("filing"), round=OuterRef("round"))
    return (
        Event.objects.filter(provider_id=provider_id, waited_since__isnull=False, at__gte=_moment(span.first))
        .filter(name=states.RETURN.name, waited_since__gte=_moment(span.first), waited_since__lt=_moment(span.end))
        .order_by()
        .annotate(verifier=Subquery(rounds.values("verifier_id")[:1]))
        .values_list("verifier")
        .annotate(count=Count("pk"))
    )


def _moves(provider_id: int, span: Span) -> QuerySet[Event]:
    return Event.objects.filter(
        provider_id=provider_id,
        waited_since__isnull=False,
        at__gte=_moment(span.first),
        at__lt=_moment(span.end),
    ).order_by()


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
