"""Invent the work of the months before the demonstration was loaded, so that the public figures show a year.

The register of those months is counted: its invented old records. The work is changes and further accesses, which add
nothing to it, and returned first filings. From the month of loading on everything is counted.
"""

from random import Random

from django.utils import timezone

from filings.figures import monthly
from filings.figures.monthly import CODES, MonthCount
from filings.figures.provider_work import MONTHS, Span
from filings.kinds import Kind
from filings.models import COUNTRY, MonthFigures
from ministry.reference import provinces

SEED = 20261129
# Filings of a usual month in large provinces; the others have ``FEW``.
MANY = {
    **{"guangdong": 19, "beijing": 18, "zhejiang": 16, "jiangsu": 14, "shanghai": 14, "shandong": 10},
    **{"sichuan": 9, "fujian": 8, "henan": 8, "hubei": 8, "hunan": 6, "anhui": 6, "hebei": 6},
}
FEW = 3
KINDS = (Kind.CHANGE_WEBSITE, Kind.NEW_ACCESS, Kind.CHANGE_SUBJECT)
REASONS = ("P301", "P103", "P202", "P104", "P301", "P401")
MOST_DAYS, LATE = 16, 25


def invent() -> None:
    """Count this month, and invent the work of those before it."""
    random, span = Random(SEED), Span.of(timezone.localdate(), MONTHS + 1)
    for month in span.months:
        monthly.count(month)
    for month in span.months[:-1]:
        rows = {row.province: row for row in MonthFigures.objects.filter(month=month)}
        counts = {code: MonthCount(**rows[code].content) for code in CODES}
        for code, count in counts.items():
            _work(count, MANY.get(provinces.by_code(code).slug, FEW), random)
        counts[COUNTRY] = monthly.together(counts.values())
        for code, count in counts.items():
            rows[code].content = monthly.content_of(count)
        MonthFigures.objects.bulk_update(rows.values(), ["content"])


def _work(count: MonthCount, usual: int, random: Random) -> None:
    """Add the invented work of a month to a province's counts."""
    for _number in range(random.randint(usual // 2, usual + usual // 3)):
        returned = random.random() < 0.2
        kind = str(Kind.NEW_FILING if returned and random.random() < 0.5 else random.choice(KINDS))
        row = count.decided.setdefault(kind, {"approved": 0, "returned": 0, "in_time": 0})
        row["returned" if returned else "approved"] += 1
        in_time = random.random() < 0.98
        row["in_time"] += in_time
        days = str(min(random.randint(2, MOST_DAYS), random.randint(2, MOST_DAYS)) if in_time else LATE)
        count.days[days] = count.days.get(days, 0) + 1
        count.received[kind] = count.received.get(kind, 0) + 1
        if returned:
            code = random.choice(REASONS)
            count.codes[code] = count.codes.get(code, 0) + 1
    count.overdue = int(usual > FEW and random.random() < 0.2)
