"""Scheduled mails: each working day at half past eight what is due, once a month the missing calendar notice.

Each is written once: its row (``MorningMail``) and the mail are one transaction, and the row is unique.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Count, F, Q, When
from django.utils import timezone

from accounts.links import link_to
from accounts.models import Party, User
from bureaus.covers import covered_by
from bureaus.models import MorningMail
from filings.mail import notices, recipients, staff_mails
from filings.models import Filing
from filings.states import Status
from ministry.calendar import workdays
from ministry.calendar.work_calendar import missing_year
from ministry.reference import provinces
from records.models import CancellationCase

SOON = 3  # working days


@dataclass(slots=True)
class Counts:
    """Numbers of filings.

    Open, overdue, due today, due within ``SOON`` working days (today included), and with a question of the bureau not
    answered in time.
    """

    open: int = 0
    late: int = 0
    today: int = 0
    soon: int = 0
    unanswered: int = 0

    def add(self, other: "Counts") -> None:
        self.open += other.open
        self.late += other.late
        self.today += other.today
        self.soon += other.soon
        self.unanswered += other.unanswered


# bureau → claimant (None: nobody) → counts
Load = dict[str, dict[int | None, Counts]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reviewer present today, and whom they cover; ``is_chief``: gets what a chief gets."""

    id: int
    email: str
    bureau_id: str
    is_chief: bool
    covers: tuple[int, ...]
    decides_elsewhere: bool


def write() -> int:
    """Write today's morning mails, if it is a working day: to each reviewer who wants one, and to the operators.

    Return how many.
    """
    today = timezone.localdate()
    calendar = workdays.book(today)
    if not calendar.is_working_day(today):
        return 0
    unwanted = staff_mails.without(staff_mails.OVERVIEW)
    load, shells = _load(today, calendar.nth_working_day(today, SOON)), _shells()
    readers = [reader for reader in _readers(today) if reader.id not in unwanted]
    headed = {reader.bureau_id for reader in readers if reader.is_chief}
    written = 0
    for reader in readers:
        is_told = reader.is_chief or reader.bureau_id not in headed
        due = shells.get(reader.bureau_id, 0) if is_told else 0
        written += _write_bureau(today, reader, load.get(reader.bureau_id, {}), due)
    late = {bureau: total(of_bureau) for bureau, of_bureau in load.items()}
    rows = [(provinces.by_code(bureau).bureau, counts) for bureau, counts in sorted(late.items()) if counts.late]
    if rows:
        context = {"bureaus": rows, "all": _sum(counts for _name, counts in rows)}
        written += sum(once("daily", today, to, "morning_mail_ministry", context) for to in recipients.operators())
    return written


def _readers(today: date) -> Iterable[Reader]:
    """Yield the reviewers present today, with those they cover. Two queries."""
    pairs = _absent(today)
    rows = User.objects.filter(party=Party.BUREAU, is_active=True, reviewer__isnull=False).order_by("pk")
    people = list(
        rows.values_list("pk", "email", "reviewer__bureau_id", "reviewer__role", "reviewer__bureau__external")
    )
    chiefs = {pk for pk, _email, _bureau, role, _elsewhere in people if role == recipients.CHIEF}
    for pk, email, bureau, _role, decides_elsewhere in people:
        if pk not in pairs:
            covers = covered_by(pk, pairs)
            yield Reader(pk, email, bureau, not chiefs.isdisjoint({pk, *covers}), covers, decides_elsewhere)


def _absent(today: date) -> dict[int, int]:
    """Return the absent reviewers, each with the cover."""
    rows = User.objects.filter(absences__first_day__lte=today, absences__last_day__gte=today, absences__ended_at=None)
    return dict(rows.order_by("pk").values_list("pk", "absences__cover_id"))


def _load(today: date, soon: date) -> Load:
    """Return the open filings of each bureau by claimant; ``soon``: the last day that counts so. One query."""
    rows = (
        Filing.objects.filter(status=Status.WITH_BUREAU)
        .order_by()
        .annotate(taken_by=Case(When(claimed_until__gt=timezone.now(), then=F("claimed_by"))))
        .values_list("bureau_id", "taken_by")
        .annotate(
            open=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            today=Count("pk", filter=Q(due_on=today)),
            soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=soon)),
            unanswered=Count("pk", filter=Q(question_due_on__lt=today)),
        )
    )
    load: Load = defaultdict(dict)
    for bureau, taken_by, *counts in rows:
        load[bureau][taken_by] = Counts(*counts)
    return load


def _shells() -> dict[str, int]:
    """Return how many shells of each bureau are due to be cancelled: published, and nobody objected. One query."""
    rows = CancellationCase.objects.unobjected().order_by().values_list("bureau_id")
    return dict(rows.annotate(count=Count("pk")))


def total(of_bureau: dict[int | None, Counts]) -> Counts:
    """Return the counts of all filings of a bureau, whoever has claimed them."""
    return _sum(of_bureau.values())


def _sum(parts: Iterable[Counts]) -> Counts:
    counts = Counts()
    for part in parts:
        counts.add(part)
    return counts


def _write_bureau(today: date, reader: Reader, of_bureau: dict[int | None, Counts], shells: int) -> bool:
    """Write a reviewer's morning mail, with everybody's load for a chief, unless nothing is open; return whether.

    ``shells``: how many wait for an order; told to the chief, or to all if no chief is present.
    """
    everything = total(of_bureau)
    if not everything.open and not shells:
        return False
    context = {
        "bureau": provinces.by_code(reader.bureau_id).bureau,
        "decides_elsewhere": reader.decides_elsewhere,
        "all": everything,
        "days": SOON,
        "own": of_bureau.get(reader.id, Counts()),
        "covered": _by_person({pk: of_bureau[pk] for pk in reader.covers if pk in of_bureau}),
        "people": _by_person(of_bureau) if reader.is_chief else [],
        "shells": shells,
        "shells_url": link_to("bureau_desk:shells"),
        "url": link_to("bureau_desk:index"),
    }
    return once("daily", today, reader.email, "morning_mail_reviewer", context)


def _by_person(of_bureau: Mapping[int | None, Counts]) -> list[tuple[str, Counts]]:
    wanted = [pk for pk in of_bureau if pk]
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
    return sorted((names[pk], counts) for pk, counts in of_bureau.items() if pk is not None)


def warn_of_missing_calendar() -> int:
    """Tell the operators, monthly from November on, that the next year has no notice; return how many were told."""
    today = timezone.localdate()
    if (year := missing_year(today)) is None:
        return 0
    context = {
        "year": year,
        "provisional": Filing.objects.filter(status=Status.WITH_BUREAU, due_is_provisional=True).count(),
        "url": link_to("calendar:edit", year),
    }
    month = today.replace(day=1)
    return sum(once("calendar", month, to, "calendar_ministry", context) for to in recipients.operators())


def once(kind: str, day: date, to: str, template: str, context: dict[str, Any]) -> bool:
    """Write a mail unless it was; a concurrent worker waits for the first one's transaction and does nothing."""
    try:
        with transaction.atomic():
            MorningMail.objects.create(kind=kind, day=day, to=to)
            notices.write(template, to, {**context, "today": timezone.localdate()})
    except IntegrityError:
        return False
    return True
