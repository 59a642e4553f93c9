"""Count a bureau's decisions by provider, code and reviewer; no data about hosts.

All queries start from the rows that stopped the clock (index ``decisions_of_bureau``): the cost grows with the
decisions of the months asked for, not with the register.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from filings import states
from filings.figures.provider_work import Span
from filings.models import DECISIONS, ClockEntry, Event, Remark, Tick, Why
from filings.states import Role


@dataclass(slots=True)
class Score:
    """Decisions by outcome and remarks by code, for one provider or reviewer."""

    key: int
    name: str
    moves: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        return self.moves.total()

    @property
    def returned(self) -> int:
        return self.moves[states.RETURN.name]

    @property
    def return_rate(self) -> float:
        """Return the share of the decisions that were returns."""
        return self.returned / self.decided if self.decided else 0


def providers(bureau: str, span: Span) -> list[Score]:
    """Return each provider with decisions in the span, most decisions first. Two queries."""
    found: dict[int, Score] = {}
    rows = stops_of([bureau], span).values_list("filing__provider", "filing__provider__name", "why")
    for key, name, why, count in rows.annotate(count=Count("pk")):
        found.setdefault(key, Score(key, name)).moves[why] += count
    for key, code, count in (
        remarks_of([bureau], span).values_list("filing__provider", "code").annotate(count=Count("pk"))
    ):
        found[key].codes[code] += count
    return _sorted(found.values())


def reviewers(bureau: str, span: Span) -> list[Score]:
    """Return each reviewer with decisions in the span, most decisions first. Two queries."""
    found: dict[int, Score] = {}
    decisions = Event.objects.filter(
        filing__clock_entries__in=stops_of([bureau], span),
        filing__clock_entries__round=F("round"),
        filing__clock_entries__why=F("name"),
        user__isnull=False,  # made here, not in a system of the bureau's own
    )
    rows = decisions.order_by().values_list("user", "user__name", "user__email", "name")
    for key, name, email, move, count in rows.annotate(count=Count("pk")):
        found.setdefault(key, Score(key, name or email)).moves[move] += count
    for key, code, count in remarks_of([bureau], span).values_list("author", "code").annotate(count=Count("pk")):
        if key in found:
            found[key].codes[code] += count
    return _sorted(found.values())


def months_of_provider(bureau: str, provider_id: int, span: Span) -> list[tuple[dt.date, Score]]:
    """Return each month of the span with the provider's score, earliest first. Two queries."""
    found = {month: Score(provider_id, "") for month in span.months}
    stops = stops_of([bureau], span).filter(filing__provider=provider_id)
    by_month = TruncMonth("on", output_field=DateField())
    rows = stops.annotate(month=by_month).values_list("month", "why").annotate(count=Count("pk"))
    for month, why, count in rows:
        found[month].moves[why] += count
    remarks = remarks_of([bureau], span).filter(filing__provider=provider_id)
    on = TruncMonth("filing__clock_entries__on", output_field=DateField())
    for month, code, count in remarks.annotate(month=on).values_list("month", "code").annotate(count=Count("pk")):
        found[month].codes[code] += count
    return list(found.items())


def decisions(bureau: str, span: Span) -> list[dict[str, Any]]:
    """Return per kind of filing how many were approved, returned and decided in time. One query."""
    return by_kind([bureau], span).get(bureau, [])


def by_kind(bureaus: Collection[str], span: Span) -> dict[str, list[dict[str, Any]]]:
    """Return what ``decisions`` returns, for each of these bureaus with decisions. One query."""
    kept = Q(due_on=None) | Q(on__lte=F("due_on"))
    rows = stops_of(bureaus, span).values("bureau", kind=F("filing__kind"))
    counted = rows.annotate(
        approved=Count("pk", filter=Q(why=Why.APPROVED)),
        returned=Count("pk", filter=Q(why=Why.RETURNED)),
        in_time=Count("pk", filter=kept),
    )
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in counted.order_by("bureau", "kind"):
        found[row["bureau"]].append({name: value for name, value in row.items() if name != "bureau"})
    return dict(found)


def by_month(bureau: str, span: Span) -> list[tuple[dt.date, Score]]:
    """Return each month of the span with its decisions, earliest first. One query."""
    found = {month: Score(0, "") for month in span.months}
    months = stops_of([bureau], span).annotate(month=TruncMonth("on", output_field=DateField()))
    for month, why, count in months.values_list("month", "why").annotate(count=Count("pk")):
        found[month].moves[why] += count
    return list(found.items())


def providers_decided_for(bureau: str, span: Span) -> int:
    """Return how many providers had filings decided in the span. One query."""
    counted = stops_of([bureau], span).aggregate(count=Count("filing__provider", distinct=True))
    return int(counted["count"])


def codes(bureau: str, span: Span) -> dict[str, int]:
    """Return the number of remarks by code of the returns in the span. One query."""
    return by_code([bureau], span).get(bureau, {})


def by_code(bureaus: Collection[str], span: Span) -> dict[str, dict[str, int]]:
    """Return what ``codes`` returns, for each of these bureaus with returns. One query."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = remarks_of(bureaus, span).values_list("filing__clock_entries__bureau", "code").annotate(count=Count("pk"))
    for bureau, code, count in rows.order_by("filing__clock_entries__bureau", "code"):
        found[bureau][code] = count
    return dict(found)


def stops_of(bureaus: Collection[str], span: Span) -> QuerySet[ClockEntry]:
    """Return the entries of these bureaus' decisions in the span."""
    rows = ClockEntry.objects.filter(bureau__in=bureaus, what=Tick.STOPPED, on__gte=span.first, on__lt=span.end)
    return rows.filter(why__in=DECISIONS).order_by()


def remarks_of(bureaus: Collection[str], span: Span) -> QuerySet[Remark]:
    """Return these bureaus' remarks of the returns in the span."""
    returns = stops_of(bureaus, span).filter(why=Why.RETURNED)
    return Remark.objects.filter(
        stage=Role.BUREAU, filing__clock_entries__in=returns, filing__clock_entries__round=F("round")
    ).order_by()


def _sorted(scores: Iterable[Score]) -> list[Score]:
    return sorted(scores, key=lambda score: (-score.decided, score.name))
