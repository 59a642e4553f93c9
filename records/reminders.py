"""Send hosts reminders about their records: dates that are near, the yearly confirmation, shells.

Each sweep works in batches by key and may run concurrently: it skips locked rows, and the level sent is stored in the
row in the transaction of the mail. So each mail is written once, even if a worker dies.

No mail needs a sealed value, so none is read: one that no key decrypts (``manage.py verify_audit`` reports it) blocks
no reminder.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy

from accounts.links import link_to
from accounts.sealed import sealed_fields
from filings.deadlines import reminder_levels
from filings.mail import notices
from ministry.models import ProvinceRule, Subject, Website
from ministry.models.rules import EVERYWHERE
from ministry.reference import code_tables, english
from ministry.reference.topics import Audience
from records import addresses, annual_confirmation, empty_shells, police_filing
from records.models import ExpiryDate, SubjectUpkeep, Upkeep

BATCH = 200
SECONDS = 60  # how long a run works before it queues the next, so that other tasks get their turn; our own choice
NAMED_IN_SUBJECT = 3

# The sealed columns of what is read with a row, by the way to it.
UNREAD = {
    way: tuple(f"{way}__{field.name}" for field in sealed_fields(model))
    for way, model in (("subject", Subject), ("website", Website), ("website__subject", Subject))
}

# One line of a mail: the subject's id, and the context for the template.
Line = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SweepPlace:
    """Where a run has stopped: the number of the sweep, and the key after which it continues."""

    step: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class SweepRun:
    """How many records the mails of a run are about, and where the next one continues; None if nothing is left."""

    told: int
    place: SweepPlace | None = None


# Writes the mails of a day about a batch of rows: those with a key above the last argument. Returns their keys.
Sweep = Callable[[date, int, int], Sequence[int]]


def sweep(place: SweepPlace = SweepPlace(), batch: int = BATCH) -> SweepRun:
    """Write the mails that are due today, from this place on, until ``SECONDS`` are over."""
    today, end, told = timezone.localdate(), time.monotonic() + SECONDS, 0
    if place == SweepPlace():
        empty_shells.forget_the_filled()
    for step, some in list(enumerate(_sweeps(today)))[place.step :]:
        after = place.after if step == place.step else 0
        while keys := some(today, batch, after):
            told, after = told + len(keys), keys[-1]
            if time.monotonic() >= end:
                return SweepRun(told, SweepPlace(step, after))
    return SweepRun(told)


def _sweeps(today: date) -> list[Sweep]:
    rules = annual_confirmation.rules_on(today)
    return [
        _police,
        _watched,
        *(partial(_shell_websites, rows) for rows in empty_shells.websites_to_tell()),
        *(partial(_shell_subjects, rows) for rows in empty_shells.subjects_to_tell()),
        annual_confirmation.note_the_cancelled,
        *(partial(_yearly, rule, rules) for rule in rules),
    ]


def _take(rows: QuerySet[Any], batch: int) -> list[Any]:
    """Lock and return a batch of the rows; skip those locked by others."""
    return list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:batch])


def _with(rows: QuerySet[Any], *ways: str) -> QuerySet[Any]:
    """Return the rows with the rows of these relations, without their sealed columns."""
    return rows.select_related(*ways).defer(*(name for way in ways for name in UNREAD[way]))


def _of_websites(after: int) -> QuerySet[Upkeep]:
    """Return the upkeep of live websites with a key above ``after``, with website and subject."""
    rows = _with(Upkeep.objects.filter(pk__gt=after), "website", "website__subject")
    return rows.filter(website__live=True, website__subject__live=True).order_by("pk")


def _police(today: date, batch: int, after: int) -> list[int]:
    with transaction.atomic():
        rows = _take(_of_websites(after).filter(police_remind_on__lte=today, police_done_at=None), batch)
        for upkeep in rows:
            upkeep.police_told = reminder_levels.reached(reminder_levels.POLICE_FILING, upkeep.police_due_on, today)
        Upkeep.objects.bulk_update(rows, ["police_told"])
        write("police_host", [line(upkeep, "police", ends_on=upkeep.police_due_on) for upkeep in rows], today)
    return [upkeep.pk for upkeep in rows]


def _watched(today: date, batch: int, after: int) -> list[int]:
    """Remind hosts of watched dates, in one mail for all dates of a subject; return the subjects' keys (``Sweep``)."""
    # The last subject again: its other dates may be in the next batch.
    rows = ExpiryDate.objects.filter(remind_on__lte=today, subject__live=True, subject__gte=after)
    rows = rows.filter(Q(website=None) | Q(website__live=True))
    with transaction.atomic():
        watches = _take(_with(rows, "subject", "website", "website__subject").order_by("subject", "ends_on"), batch)
        for watch in watches:
            watch.told = reminder_levels.reached(reminder_levels.WATCHED, watch.ends_on, today)
        ExpiryDate.objects.bulk_update(watches, ["told"])
        write("expiry_host", [_watch_line(watch) for watch in watches], today)
    return [watch.subject_id for watch in watches]


def _shell_websites(rows: QuerySet[Upkeep], today: date, batch: int, after: int) -> list[int]:
    with transaction.atomic():
        found = _take(_with(rows.filter(pk__gt=after), "website", "website__subject").order_by("pk"), batch)
        keys = [upkeep.pk for upkeep in found]
        Upkeep.objects.filter(pk__in=keys).update(shell_told_on=today)
        write("shell_host", [line(upkeep, "website") for upkeep in found], today)
    return keys


def _shell_subjects(rows: QuerySet[SubjectUpkeep], today: date, batch: int, after: int) -> list[int]:
    with transaction.atomic():
        found = _take(_with(rows.filter(pk__gt=after), "subject").order_by("pk"), batch)
        keys = [row.pk for row in found]
        SubjectUpkeep.objects.filter(pk__in=keys).update(shell_told_on=today)
        write("shell_host", [_subject_line(row.subject) for row in found], today)
    return keys


def _yearly(rule: ProvinceRule, rules: Sequence[ProvinceRule], today: date, batch: int, after: int) -> list[int]:
    level = (
        reminder_levels.reached(reminder_levels.YEARLY, rule.valid_to, today)
        if rule.valid_to
        else reminder_levels.AT_THE_BEGINNING
    )
    told = Q(yearly_rule=rule) & (Q(yearly_told__lte=level) | ~Q(yearly_answer="") | Q(yearly_told_on=today))
    with transaction.atomic():
        rows = _take(_of_websites(after).filter(_owes(rule, rules)).exclude(told), batch)
        keys = [upkeep.pk for upkeep in rows]
        begun = {"yearly_rule": rule, "yearly_told": level, "yearly_told_on": today, "yearly_answer": ""}
        Upkeep.objects.filter(pk__in=keys).update(**begun)
        write("yearly_host", [line(upkeep, "confirm", ends_on=rule.valid_to) for upkeep in rows], today)
    return keys


def _owes(rule: ProvinceRule, rules: Iterable[ProvinceRule]) -> Q:
    """Return the condition for websites for which ``annual_confirmation.rule_for`` would return this rule."""
    if rule.province == EVERYWHERE:
        condition = ~Q(website__subject__province__in=[other.province for other in rules if other.province])
    else:
        condition = Q(website__subject__province=rule.province)
    condition &= _of_audience(rule)
    for other in rules:
        if other.province == rule.province and other.pk < rule.pk:
            condition &= ~_of_audience(other)
    return condition


def _of_audience(rule: ProvinceRule) -> Q:
    of_individuals = Q(website__subject__nature=code_tables.PERSON)
    if rule.audience == Audience.EVERYBODY:
        return Q(website__subject__isnull=False)
    return of_individuals if rule.audience == Audience.INDIVIDUALS else ~of_individuals


# --- Contents of the mails --------------------------------------------------------------------------------


def line(upkeep: Upkeep, page: str, ends_on: date | None = None) -> Line:
    """Return a website's line of a mail, with the link to one of its pages."""
    website = upkeep.website
    return website.subject_id, {
        "number": website.number,
        "name": website.shown_domain,
        "ends_on": ends_on,
        "url": _url(page, website.pk),
    }


def _watch_line(watch: ExpiryDate) -> Line:
    number = watch.website.number if watch.website else watch.subject.number
    return watch.subject_id, {
        "number": number,
        "name": watch.words,
        "ends_on": watch.ends_on,
        "url": _url("watch", watch.pk),
    }


def _subject_line(subject: Subject) -> Line:
    return subject.pk, {
        "number": subject.number,
        "name": subject.name,
        "ends_on": None,
        "is_subject": True,
        "url": _url("subject", subject.pk),
    }


def _url(page: str, pk: int) -> str:
    return link_to(f"records:{page}", pk)


def write(
    template: str, lines: Sequence[Line], today: date, *, otherwise: Mapping[int, Sequence[str]] = {}, by: str = ""
) -> None:
    """Write one mail per host for all its records.

    ``otherwise``: by subject, the addresses for a record that is in nobody's account; ``by``: who reminds, if not the
    portal.
    """
    told = addresses.of_hosts(subject_id for subject_id, _line in lines) if lines else {}
    by_host: dict[str, list[dict[str, Any]]] = {}
    for subject_id, row in lines:
        for address in told.get(subject_id) or otherwise.get(subject_id, ()):
            by_host.setdefault(address, []).append(row)
    notices.write_all((template, to, _context(row, today) | {"by": by}) for to, row in by_host.items())


def _context(lines: Sequence[dict[str, Any]], today: date) -> dict[str, Any]:
    numbers = list(dict.fromkeys(str(line["number"]) for line in lines))
    more = "…" if len(numbers) > NAMED_IN_SUBJECT else ""
    days = [line["ends_on"] for line in lines if line["ends_on"]]
    return {
        "lines": lines,
        "url": link_to("records:home"),
        "numbers": format_lazy("{}{}", english.listed(numbers[:NAMED_IN_SUBJECT]), more),
        "first_day": min(days, default=None),
        "today": today,
        "platform": police_filing.PLATFORM,
    }
