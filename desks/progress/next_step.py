"""Where a filing is, whose turn it is, what happens next, and by when."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks import form_urls
from desks.components import NextStep
from desks.progress.due import due_words
from desks.progress.tones import TONES
from filings import clock, facts
from filings.actors import Actor
from filings.fields import attachments
from filings.kinds import Numbers
from filings.mail import gateways
from filings.models import Filing
from filings.states import ENDED_EMPTY_HANDED, TRANSFER, WITH_HOST, Role, Status
from ministry.calendar import workdays
from ministry.reference import code_tables, english, service_words

S = Status
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
        "Each responsible person enters the code from the %(message)s. When all have done so, the filing goes to "
        "the bureau."
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


# What follows an approval that issues no number
AFTERWARDS = {
    Numbers.KEPT: gettext_lazy("No action is needed; the number stays the same."),
    Numbers.VOID: gettext_lazy(
        "The number is void: remove it from the pages, and close the %(service)s if it is still open."
    ),
}


def next_step(actor: Actor, filing: Filing, book: workdays.Book | None = None, *, on_record: bool = True) -> NextStep:
    """Return the four answers of the next-step card, and the host's button.

    ``book``: see ``due_words``. ``on_record``: for an approved filing, whether its subject still has a website.
    """
    action_url, action_label = _action(actor, filing)
    return NextStep(
        where=_holder_name(filing) or capfirst(_where(actor, filing, on_record)),
        whose=_whose(filing),
        next=_next(filing, on_record),
        by=_by(filing, book),
        action_url=action_url,
        action_label=action_label,
    )


def _needs_new_provider(filing: Filing) -> bool:
    """Return whether only its host or its bureau can move the filing on, because its provider has closed."""
    return filing.status in (*WITH_HOST, *TRANSFER.sources) and not filing.provider.is_active


def _next(filing: Filing, on_record: bool) -> str:
    if _needs_new_provider(filing):
        return _("The access provider has closed. Choose another one below; data and pictures move with the filing.")
    if filing.status == S.FILED and filing.law.numbers in AFTERWARDS:
        return service_words.with_service(AFTERWARDS[filing.law.numbers], facts.services(filing.facts))
    # The host starts a new one from the record.
    is_over = filing.status in ENDED_EMPTY_HANDED and not filing.law.is_first
    if filing.erased_at or is_over or (filing.status == S.FILED and not on_record):
        return _("The filing has ended. You can start another filing at any time.")
    if filing.status == S.FILED and code_tables.WEBSITE not in facts.services(filing.facts):
        return _("Show the number as described above.")
    if filing.status == S.WITH_PROVIDER:
        return _next_of_provider(filing)
    return _next_by_status(filing)


def _next_by_status(filing: Filing) -> str:
    words = service_words.with_service(NEXT[Status(filing.status)], facts.services(filing.facts))
    return words.replace("%(message)s", str(gateways.chosen().channel.message))


def _next_of_provider(filing: Filing) -> str:
    if filing.awaits_access:
        return _("Your new provider enters its own addresses, checks the documents again and takes a photo.")
    if not attachments.photos(filing.facts):
        return _(
            "The provider checks it against the record, has it confirmed where required, and sends it to the bureau."
        )
    return _next_by_status(filing)


def _whose(filing: Filing) -> str:
    if _needs_new_provider(filing):
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
    values = {"date": date_format(on, "DEADLINE_FORMAT"), "days": days, "phone": filing.provider.contact_phone}
    if on < timezone.localdate():
        return _("promised by %(date)s, now overdue; ask the provider: %(phone)s") % values
    words = ngettext(
        "by %(date)s: the provider promises to verify within %(days)d working day",
        "by %(date)s: the provider promises to verify within %(days)d working days",
        days,
    )
    return words % values


def _holder_name(filing: Filing) -> str:
    """Return the name of the provider or the bureau that has the filing; empty if neither has it."""
    match filing.status:
        case S.WITH_PROVIDER | S.RETURNED_TO_PROVIDER:
            return str(filing.provider)
        case S.WITH_BUREAU:
            return str(filing.bureau)
    return ""


def _where(actor: Actor, filing: Filing, on_record: bool) -> str:
    match filing.status:
        case S.FILED:
            return _("in the register") if on_record else _("no longer on record")
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
            return form_urls.url(actor, "correct", filing.pk), _("Correct the filing")
    return "", ""


def kept_until(filing: Filing) -> str:
    """Return the last day on which a draft, or an ended filing's data, are kept; empty if no such day is set."""
    until = clock.kept_until(filing)
    return date_format(until, "DEADLINE_FORMAT") if until else ""


@dataclass(frozen=True, slots=True)
class HostTask:
    """A filing on the host's to-do list (``filings/_to_do.html``)."""

    filing: Filing
    tone: str
    age: str
    kept_until: str
    action_url: str
    action_label: str


def to_do(actor: Actor, filing: Filing) -> HostTask:
    """Return a filing that is with its host, for the to-do list. No query."""
    action_url, action_label = _action(actor, filing)
    return HostTask(
        filing=filing,
        tone=TONES[Status(filing.status)],
        age=age_words(timezone.localdate(filing.touched_at)),
        kept_until=kept_until(filing),
        action_url=action_url,
        action_label=action_label,
    )


def age_words(day: date, today: date | None = None) -> str:
    """Return how long ago a day was: today, yesterday, n days ago."""
    days = ((today or timezone.localdate()) - day).days
    match days:
        case 0:
            return _("today")
        case 1:
            return _("yesterday")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
