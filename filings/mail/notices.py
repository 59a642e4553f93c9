"""Who is told what, and when. Mails are rows of the transaction that causes them; a task sends them.

Each mail is a template ``emails/<event>_<audience>.txt`` whose first line is the subject. No mail made here
holds a secret: the filing password has a way of its own (``ministry.passwords``).
"""

import hashlib
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

from accounts.mail import mask_address
from accounts.models import Party, User
from filings import clock, facts, fields
from filings.fields import attachments
from filings.kinds import Numbers, entries
from filings.models import Event, Filing, FilingMail, Mandate, Offer, said_once
from filings.rules import checks, ownership
from filings.states import Move, Role, Status
from ministry.mail import letters
from ministry.models import Website

# What happened → who hears of it. Events that are not here are only on the timeline.
AUDIENCES = {
    "submit": ("host", "provider"),
    "verify": ("host",),
    "ask_persons": ("host",),
    "confirm": ("host",),
    "give_up": ("host", "provider"),
    "send_back": ("host",),
    "close": ("host",),
    "return": ("host", "provider"),
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
}


# A reviewer who hears when time runs out (bureaus.models.ReviewerRole).
CHIEF = "chief"
# Filings that the subject of one mail names.
NAMED_IN_SUBJECT = 5


# What an approval is called in its mails, where it issues no number.
# The mail to the host of a filing whose provider has closed.
STRANDED_HOST = "stranded_host"
APPROVED = {Numbers.KEPT: "approve_kept", Numbers.VOID: "approve_void"}


def _template(filing: Filing, name: str) -> str:
    """The template of what happened; an approval says what happens to the numbers, a lapse whether anybody had it."""
    if name == "lapse" and filing.round:
        return "lapse_handed"
    return APPROVED.get(filing.law.numbers, name) if name == "approve" else name


def tell(event: Event) -> None:
    """Write the mails of an event; one insert however many there are. Of a draft no provider hears."""
    template = _template(event.filing, event.name)
    audiences = AUDIENCES.get(template) or AUDIENCES.get(event.name, ())
    if event.filing.round == 0:  # nor its host, where it was prepared for somebody who never came
        audiences = tuple(audience for audience in audiences if audience == "host" and event.filing.host_id)
    _queue([_mail(event.filing, template, audience, note=event.note) for audience in audiences])


def tell_former_provider(filing: Filing) -> None:
    """Tell a provider that the filing, which still names it, is about to go to another one."""
    _queue([_written("transfer_former", [filing.provider.contact_email], {"filing": filing})])


def tell_providers(filing: Filing, addresses: Sequence[str]) -> None:
    """Tell other providers what an approved filing has changed of what they serve; one mail each."""
    context = {
        "filing": filing,
        "bureau": filing.bureau,
        "number": _number(filing),
        "websites": ownership.websites_of(filing),
        "told_url": f"{settings.SITE_URL}{reverse('provider_desk:told')}",
    }
    _queue([_written("approve_others", [address], context) for address in addresses])


def remind(filing: Filing, audiences: Iterable[str], days_left: int) -> None:
    """Remind of its due date whom the ladder names: the reviewer who has the filing, or else the bureau; the chief."""
    _queue([_mail(filing, "reminder", audience, days_left=days_left) for audience in audiences])


def tell_ministry(filings: Sequence[Filing]) -> None:
    """Tell the operators which filings their bureaus are late with. One mail, however many filings."""
    if filings:
        _queue([_written("escalate_ministry", list(operators()), _named(filings))])


def tell_moved(moved: Sequence[tuple[Filing, date]]) -> None:
    """Tell hosts of one provider that the due date is not the one (the second of each) they know; the provider too."""
    mails = [_mail(filing, "moved", "host", was_due_on=was_due_on) for filing, was_due_on in moved]
    provider = moved[0][0].provider
    context = {"moved": moved, "ids": _ids([filing for filing, _date in moved])}
    _queue([*mails, _written("moved_provider", [provider.contact_email], context)])


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that has not been sent: to whom, the host's address masked, and every word of it."""

    audience: str
    to: str
    subject: str
    body: str


def foreseen(filing: Filing, move: Move, remarks: Sequence[Any] = ()) -> list[Letter]:
    """Return the mails that the move would cause now, written by what writes them then.

    Only what the move itself brings is put in its place: the bureau that will receive it, its due date, and instead
    of numbers that nobody has issued yet a word that says so. At most three queries.
    """
    after = copy(filing)
    after.status = move.target
    said: dict[str, Any] = {"remarks": remarks}
    if move.target == Status.WITH_BUREAU:
        after.bureau_id = filing.subject_province
        due = clock.due(timezone.localdate())
        after.due_on, after.due_is_provisional = due.on, due.is_provisional
    if move.target == Status.FILED:
        said["websites"] = unnumbered(filing) if filing.law.numbers == Numbers.ISSUED else ownership.websites_of(filing)
    return [
        Letter(audience, _shown(mail, audience), mail.subject, mail.message)
        for audience in AUDIENCES.get(move.name, ())
        for mail in [_mail(after, _template(after, move.name), audience, note="", **said)]
    ]


def _shown(mail: Email, audience: str) -> str:
    """Return the addresses as a desk may see them: a host's is the host's own, an organisation's is public."""
    return "、".join(mask_address(address) if audience == "host" else address for address in mail.to)


def unnumbered(filing: Filing) -> list[dict[str, Any]]:
    """Return the websites and other services that an approval would bring, as its mails name them."""
    rows = [
        Website(name=said.get("name", ""), domain=said.get("domain", ""), service=facts.service(filing.facts, number))
        for number in entries.approved(filing)
        for said in [filing.facts["websites"][number]]
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
    """Remind each host of a filing that rests with it: what is open, where to go on, when it ends."""
    _queue([_mail(filing, f"rest_{filing.status}", "host", open_pages=_open_pages(filing)) for filing in filings])


def tell_stranded(filings: Iterable[Filing]) -> None:
    """Tell the hosts of these filings that their provider has closed and where to choose another one."""
    _queue([_mail(filing, "stranded", "host") for filing in filings])


def warn_of_end(filings: Sequence[Filing]) -> None:
    """Tell the hosts, and each provider in one mail, on which day these filings lapse if nobody does anything."""
    of_providers: dict[int, list[Filing]] = {}
    for filing in filings:
        of_providers.setdefault(filing.provider_id, []).append(filing)
    _queue(
        [
            *(_mail(filing, "waits", "host") for filing in filings),
            *(
                _written("waits_provider", [rows[0].provider.contact_email], _named(rows))
                for rows in of_providers.values()
            ),
        ]
    )


def tell_colleague(event: str, filings: Sequence[Filing], user_id: int, *, by: str) -> None:
    """Tell a member of a desk's staff that work has come to it or has gone from it. One mail, however many filings.

    What colleagues write to each other stays on the filing's page. Of a reviewer who is absent the cover is told;
    nobody is, where nobody is there to do anything about it.
    """
    at_bureau = filings[0].holder == Role.BUREAU
    page = BUREAUS_PAGE if at_bureau else PAGES["provider"]
    context = {
        "filings": [(filing, f"{settings.SITE_URL}{reverse(page, args=[filing.pk])}") for filing in filings],
        "ids": _ids(filings),
        "by": by,
        "at_bureau": at_bureau,
    }
    member = User.objects.get(pk=user_id)
    if to := _bureau(filings[0]).reader_of(member) if at_bureau else member.email:
        _queue([_written(f"{event}_colleague", [to], context)])


def tell_of_mandate(mandate: Mandate, what: str, audience: str) -> None:
    """Tell one side of a mandate what the other side has done."""
    page, to = {
        "host": ("filings:mandate", mandate.host_email),
        "provider": ("provider_desk:mandate", mandate.provider.contact_email),
    }[audience]
    context = {"mandate": mandate, "url": f"{settings.SITE_URL}{reverse(page, args=[mandate.pk])}"}
    _queue([_written(f"mandate_{what}_{audience}", [to], context)])


def tell_of_offer(offer: Offer, what: str, side: str) -> None:
    """Tell one side of a website that passes to another host: its taker, or its giver, the address on record too."""
    giver = [offer.by.email if offer.by.is_active else "", *offer.website.subject.responsible_email.split(";")]
    page, addresses = {
        "taker": (reverse("filings:offer", args=[offer.pk]), [offer.email]),
        "giver": (reverse("records:offer", args=[offer.website_id]), giver),
    }[side]
    left = Website.objects.filter(subject=offer.website.subject_id, live=True)
    context = {
        "offer": offer,
        "website": offer.website,
        "is_last": not left.exists(),
        "url": f"{settings.SITE_URL}{page}",
    }
    to = dict.fromkeys(filter(None, addresses))
    _queue([_written(f"offer_{what}_{side}", [address], context) for address in to])


def _named(filings: Sequence[Filing]) -> dict[str, Any]:
    return {"filings": filings, "ids": _ids(filings)}


def _ids(filings: Sequence[Filing]) -> str:
    """Return the filings as the subject of a mail names them."""
    more = "…" if len(filings) > NAMED_IN_SUBJECT else ""
    return "、".join(str(filing.pk) for filing in filings[:NAMED_IN_SUBJECT]) + more


def _open_pages(filing: Filing) -> list[tuple[str, int]]:
    """(title, things open) of each page of the form that is not finished, in its order."""
    titles = {section.id: str(section.title) for section in fields.sections_of(filing.facts)}
    titles |= {path: str(title) for path, title in fields.OWN_PAGES.items()}
    counts = Counter(finding.section for finding in checks.findings(filing) if finding.blocks)
    return [(titles.get(page, _("Pictures of the certificates")), count) for page, count in counts.items()]


def _addresses(filing: Filing, audience: str) -> list[str]:
    """Where a mail goes. A bureau without an address is looked after by the ministry's operators until it has one."""
    if audience == "chief" and (chiefs := _chiefs(filing)):
        return chiefs
    found = _address(filing, audience)
    return [found] if found else list(operators())


def _address(filing: Filing, audience: str) -> str:
    match audience:
        case "host":
            return filing.host.email if filing.host else _represented(filing)
        case "provider":
            return str(filing.provider.contact_email)
        case "bureau" if filing.claimant_id() is not None and filing.claimed_by:
            return str(_bureau(filing).reader_of(filing.claimed_by) or _bureau(filing).contact_email)
        case "chief":
            return str(_bureau(filing).chief_email or _bureau(filing).contact_email)
    return str(_bureau(filing).contact_email)


def _represented(filing: Filing) -> str:
    """Return the address of a host that has no account (yet), as its mandate names it."""
    return str(filing.mandate.host_email) if filing.mandate else ""


def _chiefs(filing: Filing) -> list[str]:
    """Return the chiefs that are appointed in the filing's bureau; of an absent one whoever covers."""
    bureau = _bureau(filing)
    readers = [bureau.reader_of(member.user) for member in bureau.reviewers.all() if member.role == CHIEF]
    return [address for address in dict.fromkeys(readers) if address]


def write(template: str, to: str, context: dict[str, Any]) -> None:
    """Write a mail that is about no single filing."""
    _queue([_written(template, [to], context)])


def write_all(mails: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Write mails, each given as template, address and context, that are about no single filing; one insert."""
    _queue([_written(template, [to], context) for template, to, context in mails])


def operators() -> Iterable[str]:
    """Return the addresses of the ministry's operators. One query."""
    return User.objects.filter(party=Party.MINISTRY, is_active=True).values_list("email", flat=True)


def _bureau(filing: Filing) -> Any:
    """Return the organisation that decides; set from the moment it has received the filing."""
    return filing.bureau


PAGES = {"host": "filings:status", "provider": "provider_desk:verify"}
BUREAUS_PAGE = "bureau_desk:review"
WITH_REMARKS = ("send_back", "return", "rest_returned_to_host")
# Mails that lead to another page than their audience's own.
PAGES_OF_EVENTS = {
    ("send_back", "host"): "filings:mend",
    ("rest_returned_to_host", "host"): "filings:mend",
}


def _mail(filing: Filing, template: str, audience: str, **said: Any) -> Email:
    name = PAGES_OF_EVENTS.get((template, audience)) or PAGES.get(audience, BUREAUS_PAGE)
    page = reverse(name, args=[filing.pk])
    context = {
        "filing": filing,
        "bureau": filing.bureau,
        "photographed": lambda: attachments.photos(filing.facts),  # most mails are written without the facts
        "remarks": said_once(filing.remarks.filter(round=filing.round)) if template in WITH_REMARKS else (),
        "websites": ownership.websites_of(filing) if filing.subject_id else [],
        "number": _number(filing),
        "kept_until": clock.kept_until(filing),
        "site_url": settings.SITE_URL,
        "url": f"{settings.SITE_URL}{page}",
        **said,
    }
    return _written(f"{template}_{audience}", _addresses(filing, audience), context)


def _written(template: str, to: list[str], context: dict[str, Any]) -> Email:
    mail = letters.written(template, to, context)
    mail.is_about = template, list(_filings_in(context))
    return mail


def _filings_in(context: dict[str, Any]) -> Iterator[int]:
    """The filings a mail is about: one, or those it lists, each perhaps beside something said of it."""
    if "filing" in context:
        yield context["filing"].pk
    for row in (*context.get("filings", ()), *context.get("moved", ())):
        yield row.pk if isinstance(row, Filing) else row[0].pk


def digest_of(mail: Email) -> str:
    """Return the SHA-256 of what a mail says and to whom."""
    return hashlib.sha256("\n".join([*mail.to, mail.subject, mail.message]).encode()).hexdigest()


def _number(filing: Filing) -> str:
    """Return the number on record that the filing is about, the website's or the host's; empty for a first filing."""
    if filing.about_website:
        return str(filing.about_website.number)
    return str(filing.about_subject.number) if filing.about_subject else ""


def _queue(mails: list[Email]) -> None:
    """Queue the mails, and put on record which filings they are about."""
    letters.queue(mails)
    about = [
        FilingMail(filing_id=filing_id, mail=mail, name=name, sha256=digest_of(mail), is_shared=len(filing_ids) > 1)
        for mail in mails
        for name, filing_ids in [mail.is_about]
        for filing_id in filing_ids
    ]
    if about:
        FilingMail.objects.bulk_create(about)
