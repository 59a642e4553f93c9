"""Write notification mails: rows created in the transaction of the event, sent by a task.

Each mail is a template ``emails/<event>_<audience>.txt`` whose first line is the subject. No mail created here
contains a secret: ``ministry.passwords`` sends the filing password.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.links import link_to
from accounts.mail import mask_address, split_addresses
from accounts.models import User
from filings import clock, facts, fields
from filings.fields import attachments
from filings.kinds import Numbers, entries
from filings.mail import queueing, recipients, staff_mails
from filings.models import Event, Filing, HostQuestion, Mandate, Offer, StaffNote, without_reworded
from filings.rules import checks, ownership
from filings.states import Move, Role, Status
from ministry.mail import letters
from ministry.models import Website
from ministry.reference import english
from ministry.register import shells

# Event → recipients. Other events are only on the timeline.
AUDIENCES = {
    "submit": ("host", "provider"),
    "verify": ("host",),
    "ask_persons": ("host",),
    "confirm": ("host",),
    "give_up": ("host", "provider"),
    "send_back": ("host",),
    "close": ("host",),
    "withdraw": ("provider",),
    "return": ("host", "provider"),
    "reason": ("host", "provider"),
    "unsent": ("host", "provider"),
    "approve": ("host", "provider"),
    "overdue": ("host", "provider", "chief"),
    "escalate": ("chief",),
    "displace": ("host", "provider"),
    "lapse": ("host",),
    "lapse_handed": ("host", "provider"),
    "transfer": ("host", "provider"),
    "end_by_order": ("host", "provider"),
    "password": ("host",),
    "ask": ("provider",),
    "reply": ("bureau",),
    "pass_on": ("host",),
    "report": ("host",),
}


# The most filings named in the subject of one mail.
NAMED_IN_SUBJECT = 5


# The template of the mail to the host of a filing whose provider has closed
STRANDED = "stranded"
# Template names of approvals that issue no number.
APPROVED = {Numbers.KEPT: "approve_kept", Numbers.VOID: "approve_void"}


def _template(filing: Filing, name: str) -> str:
    """Return the template of an event; it depends on the numbers for an approval, on submission for a lapse.

    A reported filing that its persons have confirmed is handed to the bureau: the mail is that of a report.
    """
    if name == "lapse" and filing.round:
        return "lapse_handed"
    if name == "confirm" and filing.is_reported:
        return "report"
    return APPROVED.get(filing.law.numbers, name) if name == "approve" else name


def tell(*events: Event) -> None:
    """Write the mails of events, all in one insert. Providers get none about drafts."""
    _queue([mail for event in events for mail in _of_event(event)])


def _of_event(event: Event) -> list[Email]:
    template = _template(event.filing, event.name)
    audiences = recipients.hearing(event.filing, event.name, AUDIENCES.get(template) or AUDIENCES.get(event.name, ()))
    if event.filing.round == 0:  # a draft; its host is None if prepared under a mandate not granted
        audiences = tuple(audience for audience in audiences if audience == "host" and event.filing.host_id)
    websites = _websites(event.filing) if audiences else []
    return [
        _mail(event.filing, template, audience, websites=websites, note=lambda: event.shown_note)
        for audience in audiences
    ]


def tell_host(filing: Filing, template: str, **context: Any) -> None:
    """Notify the host of the filing with the template ``<template>_host``."""
    _queue([_mail(filing, template, "host", **context)])


def tell_asker(event: Event, asked: HostQuestion) -> None:
    """Notify whoever passed a question on of the host's answer; the provider if that person has left."""
    working = {"provider_staff__provider": event.filing.provider_id, "provider_staff__suspended_at": None}
    asker = User.objects.filter(pk=asked.author_id, is_active=True, **working).first()
    _queue([_mail(event.filing, event.name, "provider", reader=asker)])


def tell_former_provider(filing: Filing) -> None:
    """Notify the filing's current provider that it is about to be transferred to another one."""
    _queue([_written("transfer_former", [filing.provider.contact_email], {"filing": filing})])


def tell_providers(filing: Filing, addresses: Sequence[str]) -> None:
    """Notify other providers of changes by an approved filing to records they serve; one mail each."""
    context = {
        "filing": filing,
        "bureau": filing.bureau,
        "number": _number(filing),
        "is_void": filing.law.numbers == Numbers.VOID,
        "websites": ownership.websites_of(filing),
        "told_url": link_to("provider_desk:notices"),
    }
    _queue([_written("approve_others", [address], context) for address in addresses])


def remind(due: Iterable[tuple[Filing, Iterable[str], int]]) -> None:
    """Remind the audiences of each filing of its due date, all in one insert; the number is that of the days left.

    For the bureau: the reviewer who has the filing, or else the bureau; the chief.
    """
    _queue(
        [
            _mail(filing, "reminder", audience, days_left=days_left)
            for filing, audiences, days_left in due
            for audience in audiences
        ]
    )


def tell_ministry(filings: Sequence[Filing]) -> None:
    """Notify the operators of overdue filings, in one mail."""
    if filings:
        _queue([_written("escalate_ministry", list(recipients.operators()), _named(filings))])


def tell_moved(moved: Sequence[tuple[Filing, date]]) -> None:
    """Notify hosts of one provider, and the provider, of changed due dates; each pair has the former due date."""
    mails = [
        _mail(filing, "moved", "host", was_due_on=was_due_on) for filing, was_due_on in moved if not filing.is_reported
    ]
    provider = moved[0][0].provider
    context = {"moved": moved, "ids": _ids([filing for filing, _date in moved])}
    _queue([*mails, _written("moved_provider", [provider.contact_email], context)])


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that has not been sent, with recipient (the host's address masked), subject and body."""

    audience: str
    to: str
    subject: str
    body: str


def foreseen(filing: Filing, move: Move, remarks: Sequence[Any] = ()) -> list[Letter]:
    """Return the mails that the move would cause now, rendered by the same code.

    The results of the move are filled in: the bureau that will receive it, its due date, and a placeholder for numbers
    that are still to be issued. At most three queries.
    """
    after = copy(filing)
    after.status = move.target
    context: dict[str, Any] = {"remarks": remarks}
    if move.target == Status.WITH_BUREAU:
        after.bureau_id = filing.subject_province
        due = clock.due(timezone.localdate())
        after.due_on, after.due_is_provisional = due.on, due.is_provisional
    if move.target == Status.FILED:
        context["websites"] = (
            unnumbered(filing) if filing.law.numbers == Numbers.ISSUED else ownership.websites_of(filing)
        )
    return [
        Letter(audience, _shown(mail, audience), mail.subject, mail.message)
        for audience in recipients.hearing(filing, move.name, AUDIENCES.get(move.name, ()))
        for mail in [_mail(after, _template(after, move.name), audience, note="", **context)]
    ]


def _shown(mail: Email, audience: str) -> str:
    """Return the addresses as a desk may see them: a host's masked, an organisation's in full."""
    return english.joined(mask_address(address) if audience == "host" else address for address in mail.to)


def unnumbered(filing: Filing) -> list[dict[str, Any]]:
    """Return the websites and other services that an approval would register, for its mails."""
    rows = [
        Website(name=entry.get("name", ""), domain=entry.get("domain", ""), service=facts.service(filing.facts, number))
        for number in entries.approved(filing)
        for entry in [filing.facts["websites"][number]]
    ]
    return [
        {
            "number": _("(number to be issued)"),
            "described": row.described,
            "shown_domain": row.shown_domain,
            "service": row.service,
            "is_website": row.is_website,
        }
        for row in rows
    ]


def remind_hosts(filings: Iterable[Filing]) -> None:
    """Remind the host of each filing that waits for it: what is open, where to continue, when it lapses."""
    _queue([_mail(filing, f"rest_{filing.status}", "host", open_pages=_open_pages(filing)) for filing in filings])


def tell_provider_closed(filings: Iterable[Filing]) -> None:
    """Notify the hosts of these filings that their provider has closed and where to choose another one."""
    _queue([_mail(filing, STRANDED, "host") for filing in filings])


def warn_of_end(filings: Sequence[Filing]) -> None:
    """Notify the hosts, and each provider in one mail, on which day these filings lapse if nobody acts."""
    of_providers: dict[int, list[Filing]] = {}
    for filing in filings:
        of_providers.setdefault(filing.provider_id, []).append(filing)
    told = [
        _written("waits_provider", [rows[0].provider.contact_email], _named(rows)) for rows in of_providers.values()
    ]
    _queue([*(_mail(filing, "waits", "host") for filing in filings if not filing.is_reported), *told])


def tell_colleague(event: str, filings: Sequence[Filing], user_id: int, *, by: str) -> None:
    """Notify a member of a desk's staff of work assigned to or taken from them, in one mail.

    Colleagues' notes are only on the filing's page. For an absent reviewer the cover is notified, or nobody if there is
    none.
    """
    at_bureau = filings[0].holder == Role.BUREAU
    page = BUREAUS_PAGE if at_bureau else PAGES["provider"]
    context = {
        "filings": [(filing, link_to(page, filing.pk)) for filing in filings],
        "ids": _ids(filings),
        "by": by,
        "at_bureau": at_bureau,
    }
    member = User.objects.get(pk=user_id)
    if reader := recipients.bureau_of(filings[0]).reader_of(member) if at_bureau else member:
        _queue([_written(f"{event}_colleague", [reader.email], context, reader)])


def tell_mentioned(note: StaffNote, readers: Iterable[User]) -> None:
    """Notify colleagues whom a note mentions, one mail each. The note itself is only on the filing's page."""
    page = BUREAUS_PAGE if note.bureau_id else PAGES["provider"]
    context = {"filing": note.filing, "by": note.author_name, "url": link_to(page, note.filing_id)}
    _queue([_written("mention_colleague", [reader.email], context, reader) for reader in readers])


def tell_of_mandate(mandate: Mandate, what: str, audience: str) -> None:
    """Notify one side of a mandate of the other side's action."""
    page, to = {
        "host": ("filings:mandate", mandate.host_email),
        "provider": ("provider_desk:mandate", mandate.provider.contact_email),
    }[audience]
    context = {"mandate": mandate, "url": link_to(page, mandate.pk)}
    _queue([_written(f"mandate_{what}_{audience}", [to], context)])


def tell_of_offer(offer: Offer, what: str, side: str) -> None:
    """Notify one side of a migration offer: the new host, or the present one and the address on record."""
    giver = [offer.by.email if offer.by.is_active else "", *split_addresses(offer.website.subject.responsible_email)]
    page, addresses = {
        "taker": (reverse("filings:offer", args=[offer.pk]), [offer.email]),
        "giver": (reverse("records:offer", args=[offer.website_id]), giver),
    }[side]
    context = {
        "offer": offer,
        "website": offer.website,
        "is_last": shells.is_shell(offer.website.subject_id, None),
        "url": f"{settings.SITE_URL}{page}",
    }
    to = dict.fromkeys(filter(None, addresses))
    _queue([_written(f"offer_{what}_{side}", [address], context) for address in to])


def _named(filings: Sequence[Filing]) -> dict[str, Any]:
    return {"filings": filings, "ids": _ids(filings)}


def _ids(filings: Sequence[Filing]) -> str:
    """Return the filing ids for the subject of a mail."""
    more = "…" if len(filings) > NAMED_IN_SUBJECT else ""
    return english.joined(filing.pk for filing in filings[:NAMED_IN_SUBJECT]) + more


def _open_pages(filing: Filing) -> list[tuple[str, int]]:
    """Return (title, number of blocking findings) of each unfinished page of the form, in order."""
    titles = {section.id: str(section.title) for section in fields.sections_of(filing.facts)}
    titles |= {path: str(title) for path, title in fields.OWN_PAGES.items()}
    counts = Counter(finding.section for finding in checks.findings(filing) if finding.blocks)
    return [(titles.get(page, _("Pictures of the certificates")), count) for page, count in counts.items()]


def write(template: str, to: str, context: dict[str, Any]) -> None:
    """Write a mail that is not about a single filing."""
    _queue([_written(template, [to], context)])


def write_all(mails: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Write mails that are not about a single filing, given as (template, address, context), in one insert."""
    _queue([_written(template, [to], context) for template, to, context in mails])


PAGES = {"host": "filings:status", "provider": "provider_desk:verify"}
BUREAUS_PAGE = "bureau_desk:review"
WITH_REMARKS = ("send_back", "return", "rest_returned_to_host")
# Mails that link to another page than the audience's usual one.
PAGES_OF_EVENTS = {
    ("submit", "host"): "filings:submitted",
    ("send_back", "host"): "filings:correct",
    ("pass_on", "host"): "filings:question",
    ("host_reply", "provider"): "provider_desk:answer",
    ("rest_returned_to_host", "host"): "filings:correct",
}


def _websites(filing: Filing) -> list[Website]:
    """Return the websites that an approval has added or changed; none before."""
    return ownership.websites_of(filing) if filing.subject_id else []


def _mail(
    filing: Filing,
    template: str,
    audience: str,
    *,
    reader: User | None = None,
    websites: Sequence[Website] | None = None,
    **more: Any,
) -> Email:
    """Return a mail; ``websites``: those of ``_websites``, if the caller has read them."""
    name = PAGES_OF_EVENTS.get((template, audience)) or PAGES.get(audience, BUREAUS_PAGE)
    has_page = not (audience == "host" and filing.is_reported)
    context = {
        "filing": filing,
        "bureau": filing.bureau,
        "photographed": lambda: attachments.photos(filing.facts),  # most mails are written without the facts
        "remarks": without_reworded(filing.remarks.filter(round=filing.round)) if template in WITH_REMARKS else (),
        "websites": _websites(filing) if websites is None else websites,
        "number": _number(filing),
        "kept_until": clock.kept_until(filing),
        "site_url": settings.SITE_URL,
        "url": link_to(name, filing.pk) if has_page else "",
        **more,
    }
    reader = reader or recipients.reader(filing, audience)
    to = [reader.email] if reader else recipients.addresses(filing, audience)
    addressee = filing.host if audience == "host" else reader
    return _written(f"{template}_{audience}", to, context, reader, addressee)


def _written(
    template: str, to: list[str], context: dict[str, Any], reader: User | None = None, addressee: User | None = None
) -> Email:
    """Return a mail; ``reader``: the member of staff for whom it is meant in person; ``addressee``: its language's."""
    mail = letters.written(template, to, context, addressee or reader)
    mail.written_from, mail.reader = template, reader and reader.pk
    mail.is_about = [(template, filing_id) for filing_id in _filings_in(context)]
    return mail


def _filings_in(context: dict[str, Any]) -> Iterator[int]:
    """Yield the ids of the filings a mail is about: one, or those it lists."""
    if "filing" in context:
        yield context["filing"].pk
    for row in (*context.get("filings", ()), *context.get("moved", ())):
        yield row.pk if isinstance(row, Filing) else row[0].pk


def _number(filing: Filing) -> str:
    """Return the number of the website or host that the filing is about; empty for a first filing."""
    if filing.about_website:
        return str(filing.about_website.number)
    return str(filing.about_subject.number) if filing.about_subject else ""


def _queue(mails: list[Email]) -> None:
    """Queue the mails, each in the way its reader has chosen."""
    queueing.queue(staff_mails.to_send(mails))
