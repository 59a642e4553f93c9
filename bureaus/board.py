"""The chief's board: load by reviewer and by provider, ages, and due dates in the days to come.

Counts only, of filings with the bureau now; seven queries, however many there are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, Count, F, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from bureaus import access
from bureaus.morning_mail import SOON
from filings import clock
from filings.models import Filing
from filings.states import Status
from ministry.calendar import workdays
from records.models import CancellationCase

AHEAD = 20  # working days
# The last working day since receipt of each group of ages; the last group has no end.
AGES = (5, 10, 15, clock.WORKING_DAYS, 25, None)


@dataclass(slots=True)
class BoardLine:
    """The filings that one reviewer has, or that came from one provider; ``days`` counts them by due date."""

    id: int | None
    name: str
    days: Counter[date] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return self.days.total()

    def until(self, day: date) -> int:
        """Return how many fall due on the day or before it, overdue ones included."""
        return sum(count for due_on, count in self.days.items() if due_on <= day)


@dataclass(frozen=True, slots=True)
class Board:
    """The board of a bureau.

    ``days`` are today, if it is a working day, and the next ``AHEAD`` working days; ``shells``: published, without an
    objection, and due to be cancelled.
    """

    today: date
    days: list[date]
    people: list[BoardLine]
    providers: list[BoardLine]
    ages: list[int]
    absent: set[int]
    shells: int

    @property
    def all(self) -> BoardLine:
        """Return everything that is with the bureau."""
        return BoardLine(None, _("The whole bureau"), sum((line.days for line in self.providers), Counter()))

    @property
    def soon(self) -> date:
        """Return the last day that counts as due soon."""
        ahead = [day for day in self.days if day > self.today]
        return ahead[SOON - 1]

    def late(self, line: BoardLine) -> int:
        """Return how many filings of a line are overdue."""
        return line.until(self.today - timedelta(days=1))


def of_bureau(bureau_id: str) -> Board:
    """Return the board of a bureau at this moment. Seven queries, one less where nothing is open."""
    today = timezone.localdate()
    rows = Filing.objects.filter(bureau=bureau_id, status=Status.WITH_BUREAU).order_by()
    names, absent = _members(bureau_id)
    book = workdays.book(today - timedelta(days=1))
    last = book.nth_working_day(today, AHEAD)
    days = [day.date for day in book.days_of(today - timedelta(days=1), last) if day.number]
    shells = CancellationCase.objects.filter(bureau=bureau_id).unobjected().count()
    return Board(today, days, _people(rows, names), _providers(rows), _ages(rows, today), absent, shells)


def _members(bureau_id: str) -> tuple[dict[int, str], set[int]]:
    """Return the names of everybody who decides for the bureau, and who of them is absent today. One query."""
    members = list(access.with_absences(access.members(bureau_id)))
    absent = {row["user"] for member in members for row in member.absent}
    return {member.user_id: str(member.user) for member in members}, absent


def _people(rows: QuerySet[Filing], names: dict[int, str]) -> list[BoardLine]:
    """Return what each reviewer has claimed, all reviewers by load, then what is unassigned. One query."""
    taken_by = Case(When(claimed_until__gt=timezone.now(), then=F("claimed_by")))
    found = (
        rows.annotate(taken_by=taken_by)
        .values_list("taken_by", "claimed_by__name", "claimed_by__email", "due_on")
        .annotate(count=Count("pk"))
    )
    lines = {user_id: BoardLine(user_id, name) for user_id, name in names.items()}
    nobody = BoardLine(None, _("Unassigned"))
    for user_id, name, email, due_on, count in found:
        line = nobody if user_id is None else lines.setdefault(user_id, BoardLine(user_id, name or email))
        line.days[due_on] += count
    return [*_by_load(lines.values()), nobody]


def _providers(rows: QuerySet[Filing]) -> list[BoardLine]:
    """Return what has come from each provider, those with most first. One query."""
    lines: dict[int, BoardLine] = {}
    found = rows.values_list("provider_id", "provider__name", "due_on").annotate(count=Count("pk"))
    for provider_id, name, due_on, count in found:
        lines.setdefault(provider_id, BoardLine(provider_id, name)).days[due_on] += count
    return _by_load(lines.values())


def _by_load(lines: Iterable[BoardLine]) -> list[BoardLine]:
    return sorted(lines, key=lambda line: (-line.open, line.name, line.id or 0))


def _ages(rows: QuerySet[Filing], today: date) -> list[int]:
    """Return how many filings there are of each of the ``AGES``. Two queries, one when there are none."""
    found = list(rows.annotate(received=TruncDate("received_at")).values_list("received").annotate(count=Count("pk")))
    groups = [0] * len(AGES)
    if found:
        counted = workdays.counted_from(min(received for received, _count in found), today)
        for received, count in found:
            groups[_group(counted[today] - counted[received])] += count
    return groups


def _group(days: int) -> int:
    return next(number for number, last in enumerate(AGES) if last is None or days <= last)


def age_labels() -> list[str]:
    """Return the groups of ages as a chart writes them: 0–5, 6–10, …, 26+."""
    labels, first = [], 0
    for last in AGES:
        labels.append(f"{first}+" if last is None else f"{first}–{last}")
        first = (last or 0) + 1
    return labels
