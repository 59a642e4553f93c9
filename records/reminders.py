"""Send hosts reminders about their records: dates that are near, the yearly confirmation, shells.

Each sweep works in batches and may run concurrently: it skips locked rows, and the level sent is stored in the row in
the transaction of the mail. So each mail is written once, even if a worker dies.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy

from accounts.links import link_to
from filings.deadlines import reminder_levels
from filings.mail import notices
from ministry.models import ProvinceRule, Subject
from ministry.models.rules import EVERYWHERE
from ministry.reference import code_tables, english
from ministry.reference.topics import Audience
from records import addresses, annual_confirmation, empty_shells, police_filing
from records.models import ExpiryDate, SubjectUpkeep, Upkeep

BATCH = 200
NAMED_IN_SUBJECT = 3

# One line of a mail: the subject's id, and the context for the template.
Line = tuple[int, dict[str, Any]]


def sweep(batch: int = BATCH) -> int:
    """Write every mail that is due today; return how many records they are about."""
    today = timezone.localdate()
    empty_shells.forget_the_filled()
    rules = annual_confirmation.rules_on(today)
    yearly = [partial(_yearly, rule, rules) for rule in rules]
    sweeps: list[Callable[[date, int], int]] = [
        _police,
        _watched,
        _shell_websites,
        _shell_subjects,
        annual_confirmation.note_the_cancelled,
        *yearly,
    ]
    return sum(sum(iter(partial(some, today, batch), 0)) for some in sweeps)


def _take(rows: QuerySet[Any], batch: int) -> list[Any]:
    """Lock and return a batch of the rows; skip those locked by others."""
    return list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:batch])


def _of_websites() -> QuerySet[Upkeep]:
    """Return the upkeep of live websites, with website and subject."""
    rows = Upkeep.objects.select_related("website__subject")
    return rows.filter(website__live=True, website__subject__live=True).order_by("website")


def _police(today: date, batch: int) -> int:
    due = reminder_levels.due(reminder_levels.POLICE_FILING, today, "police_due_on", "police_told")
    with transaction.atomic():
        rows = _take(_of_websites().filter(due, police_done_at=None), batch)
        for upkeep in rows:
            upkeep.police_told = reminder_levels.reached(reminder_levels.POLICE_FILING, upkeep.police_due_on, today)
        Upkeep.objects.bulk_update(rows, ["police_told"])
        write("police_host", [line(upkeep, "police", ends_on=upkeep.police_due_on) for upkeep in rows], today)
    return len(rows)


def _watched(today: date, batch: int) -> int:
    due = reminder_levels.due(reminder_levels.WATCHED, today, "ends_on", "told")
    rows = ExpiryDate.objects.filter(due, subject__live=True).filter(Q(website=None) | Q(website__live=True))
    with transaction.atomic():
        watches = _take(rows.select_related("subject", "website__subject").order_by("subject", "ends_on"), batch)
        for watch in watches:
            watch.told = reminder_levels.reached(reminder_levels.WATCHED, watch.ends_on, today)
        ExpiryDate.objects.bulk_update(watches, ["told"])
        write("expiry_host", [_watch_line(watch) for watch in watches], today)
    return len(watches)


def _shell_websites(today: date, batch: int) -> int:
    rows = empty_shells.websites_to_tell().select_related("website__subject").order_by("website")
    with transaction.atomic():
        found = _take(rows, batch)
        Upkeep.objects.filter(pk__in=[upkeep.pk for upkeep in found]).update(shell_told_on=today)
        write("shell_host", [line(upkeep, "website") for upkeep in found], today)
    return len(found)


def _shell_subjects(today: date, batch: int) -> int:
    with transaction.atomic():
        found = _take(empty_shells.subjects_to_tell().select_related("subject").order_by("subject"), batch)
        SubjectUpkeep.objects.filter(pk__in=[row.pk for row in found]).update(shell_told_on=today)
        write("shell_host", [_subject_line(row.subject) for row in found], today)
    return len(found)


def _yearly(rule: ProvinceRule, rules: Sequence[ProvinceRule], today: date, batch: int) -> int:
    rung = (
        reminder_levels.reached(reminder_levels.YEARLY, rule.valid_to, today)
        if rule.valid_to
        else reminder_levels.AT_THE_BEGINNING
    )
    told = Q(yearly_rule=rule) & (Q(yearly_told__lte=rung) | ~Q(yearly_answer="") | Q(yearly_told_on=today))
    with transaction.atomic():
        rows = _take(_of_websites().filter(_owes(rule, rules)).exclude(told), batch)
        begun = {"yearly_rule": rule, "yearly_told": rung, "yearly_told_on": today, "yearly_answer": ""}
        Upkeep.objects.filter(pk__in=[upkeep.pk for upkeep in rows]).update(**begun)
        write("yearly_host", [line(upkeep, "confirm", ends_on=rule.valid_to) for upkeep in rows], today)
    return len(rows)


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
    template: str, lines: Sequence[Line], today: date, *, otherwise: Mapping[int, str] = {}, by: str = ""
) -> None:
    """Write one mail per host for all its records.

    ``otherwise``: by subject, the addresses for a record that is in nobody's account; ``by``: who reminds, if not the
    portal.
    """
    told = addresses.of_hosts(subject_id for subject_id, _line in lines) if lines else {}
    by_host: dict[str, list[dict[str, Any]]] = {}
    for subject_id, said in lines:
        for address in told.get(subject_id) or filter(None, otherwise.get(subject_id, "").split(";")):
            by_host.setdefault(address.strip(), []).append(said)
    notices.write_all((template, to, _context(said, today) | {"by": by}) for to, said in by_host.items())


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
