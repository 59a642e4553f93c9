"""Progress of a filing: where it is, whose turn it is, what happens next, by when; and its history."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks import form_urls
from desks.components import CalendarCell, TimelineEntry
from filings import clock, facts
from filings.actors import Actor
from filings.fields import attachments
from filings.kinds import Numbers
from filings.models import Event, Filing, Tick
from filings.states import DESK_EVENTS, ENDED_EMPTY_HANDED, NOT_FOR_BUREAU, TRANSFER, WITH_HOST, Role, Status
from ministry.calendar import workdays
from ministry.reference import code_tables, english, service_words

ONE_DAY = timedelta(days=1)
# The most days after the due date that the calendar of an overdue filing shows; our own limit, for the page's length.
MOST_LATE = timedelta(days=31)

S = Status
TONES = {
    S.DRAFT: "neutral",
    S.WITH_PROVIDER: "info",
    S.RETURNED_TO_HOST: "attention",
    S.WITH_PERSONS: "attention",
    S.WITH_BUREAU: "info",
    S.RETURNED_TO_PROVIDER: "attention",
    S.FILED: "done",
    S.WITHDRAWN: "neutral",
    S.LAPSED: "neutral",
    S.CLOSED: "wrong",
}
EVENT_TONES = {
    "send_back": "attention",
    "return": "attention",
    "close": "wrong",
    "displace": "wrong",
    "give_up": "attention",
    "overdue": "wrong",
    "escalate": "wrong",
    "approve": "done",
    "order": "wrong",
    "transfer": "attention",
    "end_by_order": "wrong",
}

WHOSE = {
    Role.HOST: gettext_lazy("you"),
    Role.PROVIDER: gettext_lazy("access provider"),
    Role.BUREAU: gettext_lazy("bureau"),
}
NEXT = {
    S.DRAFT: gettext_lazy("Complete the open pages, check them and submit the filing to the provider."),
    S.WITH_PROVIDER: gettext_lazy(
        "The provider checks the documents against the data, meets the responsible person of the "
        "%(service)s and takes a photo."
    ),
    S.RETURNED_TO_HOST: gettext_lazy("Correct the items in the remarks, then submit the filing again."),
    S.WITH_PERSONS: gettext_lazy(
        "Each responsible person enters the code from the e-mail. When all have done so, the filing goes to the bureau."
    ),
    S.WITH_BUREAU: gettext_lazy("The bureau checks the filing and approves it or returns it with reasons."),
    S.RETURNED_TO_PROVIDER: gettext_lazy("The provider corrects it and submits it again, or returns it to you."),
    S.FILED: gettext_lazy("Show the number at the bottom of the home page, with a link to the ministry's system."),
    S.WITHDRAWN: gettext_lazy(
        "The filing has been withdrawn. You can start a new filing with these data while they are kept."
    ),
    S.LAPSED: gettext_lazy("The filing has lapsed. You can start a new filing with these data while they are kept."),
    S.CLOSED: gettext_lazy(
        "The filing has ended; the history gives the reason. You can start a new filing with these data while they "
        "are kept."
    ),
}


# What follows an approval that issues no number, and what it is called in the history.
AFTERWARDS = {
    Numbers.KEPT: gettext_lazy("No action is needed; the number stays the same."),
    Numbers.VOID: gettext_lazy(
        "The number is void: remove it from the pages, and close the %(service)s if it is still open."
    ),
}
APPROVED = {
    Numbers.KEPT: gettext_lazy("Approved; the number stays the same"),
    Numbers.VOID: gettext_lazy("Approved; the number is void"),
}


def next_step(
    actor: Actor, filing: Filing, book: workdays.Book | None = None, *, on_record: bool = True
) -> dict[str, str]:
    """Return the four answers of the next-step card, and the host's button.

    ``book``: see ``due_words``. ``on_record``: for an approved filing, whether its subject still has a website.
    """
    action_url, action_label = _action(actor, filing)
    return {
        "where": _where(actor, filing) if filing.status != S.FILED or on_record else _("no longer on record"),
        "whose": _whose(filing),
        "next": _next(filing, on_record),
        "by": _by(filing, book),
        "action_url": action_url,
        "action_label": action_label,
    }


def _is_stranded(filing: Filing) -> bool:
    """Return whether only its host or its bureau can move the filing on, because its provider has closed."""
    return filing.status in (*WITH_HOST, *TRANSFER.sources) and not filing.provider.is_active


def _next(filing: Filing, on_record: bool) -> str:
    if _is_stranded(filing):
        return _("The access provider has closed. Choose another one below; data and pictures move with the filing.")
    if filing.status == S.FILED and filing.law.numbers in AFTERWARDS:
        return service_words.said(AFTERWARDS[filing.law.numbers], facts.services(filing.facts))
    is_over = filing.status in ENDED_EMPTY_HANDED and not filing.law.is_first  # begun anew from the record
    if filing.erased_at or is_over or (filing.status == S.FILED and not on_record):
        return _("The filing has ended. You can start another filing at any time.")
    if filing.status == S.FILED and code_tables.WEBSITE not in facts.services(filing.facts):
        return _("Show the number as described above.")
    if filing.status == S.WITH_PROVIDER:
        return _next_of_provider(filing)
    return service_words.said(NEXT[Status(filing.status)], facts.services(filing.facts))


def _next_of_provider(filing: Filing) -> str:
    if filing.awaits_access:
        return _("Your new provider enters its own addresses, checks the documents again and takes a photo.")
    if not attachments.photos(filing.facts):
        return _(
            "The provider checks it against the record, has it confirmed where required, and sends it to the bureau."
        )
    return service_words.said(NEXT[Status(filing.status)], facts.services(filing.facts))


def _whose(filing: Filing) -> str:
    if _is_stranded(filing):
        return str(WHOSE[Role.HOST])
    if filing.status == S.WITH_PERSONS:
        return _("responsible persons")
    return str(WHOSE[filing.holder]) if filing.holder in WHOSE else _("Completed, no action needed")


def _by(filing: Filing, book: workdays.Book | None) -> str:
    match filing.status:
        case S.WITH_BUREAU:
            return due_words(filing, book)
        case S.DRAFT:
            return _("kept until %(date)s; a draft that is not changed by then lapses") % {"date": kept_until(filing)}
        case S.WITHDRAWN | S.LAPSED | S.CLOSED if until := kept_until(filing):
            return _("data and pictures are kept until %(date)s and then erased") % {"date": until}
        case S.WITH_PROVIDER | S.RETURNED_TO_PROVIDER:
            return _by_provider(filing)
    return _lapse(filing)


def _by_provider(filing: Filing) -> str:
    if promised := filing.provider.promised_days:
        return english.clauses(filter(None, (_promised(filing, promised), _lapse(filing))))
    return _lapse(filing) or _("no legal time limit; you can ask the provider")


def _lapse(filing: Filing) -> str:
    if not filing.waits_until:
        return ""
    return _("lapses on %(date)s without further action") % {"date": kept_until(filing)}


def _promised(filing: Filing, days: int) -> str:
    """Return by when the provider has promised to verify, or that this day has passed. One query."""
    arrived = timezone.localdate(filing.arrived_at)
    on = workdays.book(arrived).nth_working_day(arrived, days)
    said = {"date": date_format(on, "DEADLINE_FORMAT"), "days": days, "phone": filing.provider.contact_phone}
    if on < timezone.localdate():
        return _("promised by %(date)s, now overdue; ask the provider: %(phone)s") % said
    words = ngettext(
        "by %(date)s: the provider promises to verify within %(days)d working day",
        "by %(date)s: the provider promises to verify within %(days)d working days",
        days,
    )
    return words % said


def _where(actor: Actor, filing: Filing) -> str:
    match filing.status:
        case S.WITH_PROVIDER | S.RETURNED_TO_PROVIDER:
            return str(filing.provider)
        case S.WITH_BUREAU:
            return str(filing.bureau)
        case S.FILED:
            return _("in the register")
        case S.WITHDRAWN | S.LAPSED | S.CLOSED:
            return str(Status(filing.status).label)
        case S.WITH_PERSONS:
            return _("waiting for verification codes")
    return _("you") if actor.role == Role.HOST else _("site host")


def _action(actor: Actor, filing: Filing) -> tuple[str, str]:
    match filing.status:
        case S.DRAFT:
            return form_urls.url(actor, "resume", filing.pk), _("Continue where you stopped")
        case S.RETURNED_TO_HOST:
            return form_urls.url(actor, "mend", filing.pk), _("Correct the filing")
    return "", ""


def kept_until(filing: Filing) -> str:
    """Return the last day on which a draft, or an ended filing's data, are kept; empty if no such day is set."""
    until = clock.kept_until(filing)
    return date_format(until, "DEADLINE_FORMAT") if until else ""


def to_do(actor: Actor, filing: Filing) -> dict[str, Any]:
    """Return a filing that is with its host, for the to-do list. No query."""
    action_url, action_label = _action(actor, filing)
    return {
        "filing": filing,
        "tone": TONES[Status(filing.status)],
        "age": age_words(timezone.localdate(filing.touched_at)),
        "kept_until": kept_until(filing),
        "action_url": action_url,
        "action_label": action_label,
    }


def age_words(day: date, today: date | None = None) -> str:
    """Return how long ago a day was: today, yesterday, n days ago."""
    days = ((today or timezone.localdate()) - day).days
    match days:
        case 0:
            return _("today")
        case 1:
            return _("yesterday")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


def book_of(filing: Filing) -> workdays.Book | None:
    """Return the work calendar from the bureau's receipt on; None before it. One query."""
    return workdays.book(filing.received_on) if filing.received_on else None


def due_words(filing: Filing, book: workdays.Book | None = None) -> str:
    """Return the due date in working days left, with the date, and as day n of 20; or how long it is overdue.

    ``book``: its ``book_of``, if the caller has it.
    """
    if filing.due_on is None or filing.received_on is None:
        return ""
    book = book or workdays.book(filing.received_on)
    return english.clauses(_due_parts(filing.due_on, filing.received_on, filing.due_is_provisional, book))


def _due_parts(due_on: date, received_on: date, provisional: bool, book: workdays.Book) -> list[str]:
    today = timezone.localdate()
    if due_on < today:
        parts = list(_overdue_parts(due_on, today, book))
    else:
        parts = [_left_words(due_on, today, book), _day_words(book.working_days_between(received_on, today))]
    if provisional:
        parts.append(_("provisional, because the holidays of that year have not been announced"))
    return parts


def _left_words(due_on: date, today: date, book: workdays.Book) -> str:
    day = date_format(due_on, "MONTH_DAY_FORMAT" if due_on.year == today.year else "DATE_FORMAT")
    if due_on == today:
        return _("due today, %(date)s") % {"date": day}
    left = clock.days_left(due_on, today, book)
    words = ngettext("%(left)d working day left (until %(date)s)", "%(left)d working days left (until %(date)s)", left)
    return words % {"left": left, "date": day}


def _overdue_parts(due_on: date, today: date, book: workdays.Book) -> Iterator[str]:
    """Yield by how many working days it is overdue, none yet on a weekend after the due date; then the due date."""
    late = book.working_days_between(due_on, today)
    if late:
        yield ngettext("%(late)d working day overdue", "%(late)d working days overdue", late) % {"late": late}
    else:
        yield _("the time limit has passed")
    yield _("due date was %(date)s") % {"date": date_format(due_on, "DEADLINE_FORMAT")}


def _day_words(day: int) -> str:
    if day == 0:
        return _("counted from the next working day")
    return _("day %(day)d of %(all)d") % {"day": day, "all": clock.WORKING_DAYS}


def timeline(filing: Filing, actor: Actor) -> list[TimelineEntry]:
    """Return the history, newest first; one query."""
    return [_entry(filing, event, actor) for event in events_for(filing, actor).order_by("-pk")]


def events_for(filing: Filing, actor: Actor) -> QuerySet[Event]:
    """Return the events, without those internal to another desk or to a former provider, or between other parties."""
    events = filing.events.exclude(~Q(role=actor.role), name__in=DESK_EVENTS)
    if actor.role == Role.PROVIDER:
        events = events.exclude(~Q(provider=actor.provider_id), name__in=DESK_EVENTS)
    return events.exclude(name__in=NOT_FOR_BUREAU) if actor.role == Role.BUREAU else events


def title_of(filing: Filing, event: Event) -> str:
    """Return the event's label; an approval that issues no number has its own."""
    if event.name == "approve" and (approved := APPROVED.get(filing.law.numbers)):
        return str(approved)
    return event.get_name_display()


def _entry(filing: Filing, event: Event, actor: Actor) -> TimelineEntry:
    tone = EVENT_TONES.get(event.name, "neutral")
    return TimelineEntry(title_of(filing, event), _who(event, actor), event.at, event.shown_note, tone)


def _who(event: Event, actor: Actor) -> str:
    """Return the name of who acted; for hosts, and for the successor of a former provider, only the party.

    Whoever acted on a host's behalf is named to everybody.
    """
    if event.on_behalf_of:
        return _("%(actor)s for %(host)s") % {"actor": event.actor_name, "host": event.on_behalf_of}
    if actor.role == Role.HOST and event.role in (Role.PROVIDER, Role.BUREAU):
        return str(Role(event.role).label)
    if actor.role == event.role == Role.PROVIDER and event.provider_id != actor.provider_id:
        return str(Role(event.role).label)
    return event.shown_actor


def clock_of(filing: Filing, book: workdays.Book | None) -> dict[str, Any] | None:
    """Return the twenty working days for ``components/clock.html``; None before the first start.

    Day by day, with the notices they come from, and what the clock did and why. ``book``: its ``book_of``. One query,
    none if the filing carries its ``clock_entries``.
    """
    if filing.due_on is None or filing.received_on is None or book is None:
        return None
    entries = list(filing.clock_entries.all())
    stopped_on = entries[-1].on if entries and entries[-1].what == Tick.STOPPED else None
    return {
        "days": list(_cells(book, filing.received_on, filing.due_on, stopped_on)),
        "notices": _notices(book, filing.received_on, filing.due_on),
        "entries": entries,
        "provisional": filing.due_is_provisional,
        "received_on": filing.received_on,
    }


def _cells(book: workdays.Book, received_on: date, due_on: date, stopped_on: date | None) -> Iterator[CalendarCell]:
    """Yield the day of the receipt, each day up to the due date, and while it is overdue those up to today."""
    today = timezone.localdate()
    yield CalendarCell.received(received_on, today)
    for day in book.days_of(received_on, due_on):
        yield CalendarCell.of(day, today, stopped_on)
    if stopped_on is None and today - due_on <= MOST_LATE:
        for day in book.days_of(due_on, today):
            yield CalendarCell.late(day, today)


def _notices(book: workdays.Book, start: date, end: date) -> list[dict[str, Any]]:
    """Return each year of the span with its notice, None without one, and the days of the span that come from it."""
    special = [day for day in book.days_of(start, end) if day.name]
    return [
        {
            "year": year,
            "notice": book.notices.get(year),
            "spans": spans(day for day in special if day.date.year == year),
        }
        for year in range(start.year, end.year + 1)
    ]


def spans(days: Iterable[workdays.Day]) -> list[dict[str, Any]]:
    """Return consecutive days of the same name and kind as one span each."""
    found: list[dict[str, Any]] = []
    for day in days:
        last = found[-1] if found else None
        if last and (last["name"], last["kind"]) == (day.name, day.kind) and last["last"] + ONE_DAY == day.date:
            last["last"] = day.date
        else:
            found.append({"first": day.date, "last": day.date, "name": day.name, "kind": day.kind})
    return found
