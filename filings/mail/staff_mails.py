"""Mails to a member of staff in person: at once, collected in one mail a day, or not at all, as that person chooses.

Mails to an organisation's address are not personal. Some personal mails are always sent at once: those about due dates
and about the security of an account.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from accounts.links import link_to
from accounts.models import Party, User
from filings.mail import queueing
from filings.models import HeldMail, MailChoice, MailWay
from ministry.mail import letters

ALL_WAYS = (MailWay.AT_ONCE, MailWay.DAILY, MailWay.OFF)
BOTH_DESKS = (Party.PROVIDER, Party.BUREAU)
# When the mails of the last day are collected; our own choice, before office hours.
COLLECTED_AT = time(8, 30)
OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind of personal mail; ``ways[0]`` is the usual one."""

    id: str
    label: Promise | str
    hint: Promise | str
    parties: tuple[Party, ...]
    ways: tuple[MailWay, ...] = ALL_WAYS
    templates: tuple[str, ...] = ()
    daily: Promise | str = MailWay.DAILY.label  # what "daily" is called for this kind

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return its ways with their labels."""
        return [(way.value, str(self.daily if way == MailWay.DAILY else way.label)) for way in self.ways]


KINDS = (
    MailKind(
        "work",
        _("Filings assigned to you or taken over from you"),
        _("Your queue shows them in any case."),
        BOTH_DESKS,
        templates=("assign_colleague", "hand_over_colleague", "take_over_colleague"),
    ),
    MailKind(
        "answer",
        _("Answers to your questions"),
        _("A provider has answered a question about a filing that you have claimed."),
        (Party.BUREAU,),
        templates=("reply_bureau",),
    ),
    MailKind(
        "host",
        _("Answers of hosts to your questions"),
        _("A host has answered a question of the bureau that you have passed on. The bureau is waiting."),
        (Party.PROVIDER,),
        ways=(MailWay.AT_ONCE, MailWay.DAILY),
        templates=("host_reply_provider",),
    ),
    MailKind(
        "mention",
        _("Notes that mention you"),
        _("A colleague has mentioned you in a note on a filing. The note itself is only on the filing's page."),
        BOTH_DESKS,
        templates=("mention_colleague",),
    ),
    MailKind(
        OVERVIEW,
        _("Overview on the morning of a working day"),
        _("How many filings are open, due and overdue."),
        (Party.BUREAU,),
        ways=(MailWay.DAILY, MailWay.OFF),
        daily=_("Each working day"),
    ),
)
# What nobody can switch off: a missed deadline or a stolen account harms others.
FIXED: tuple[tuple[Promise | str, tuple[Party, ...]], ...] = (
    (_("Reminders of due dates, overdue filings"), (Party.BUREAU,)),
    (_("Security of your account: address, password, two-step verification"), BOTH_DESKS),
)
_OF_TEMPLATE = {template: kind for kind in KINDS for template in kind.templates}


def kinds_for(party: str) -> list[MailKind]:
    """Return the kinds of mails that staff of this party get."""
    return [kind for kind in KINDS if party in kind.parties]


def fixed_for(party: str) -> list[Promise | str]:
    """Return the names of the mails that staff of this party always get at once."""
    return [name for name, parties in FIXED if party in parties]


def choices_of(user: User) -> dict[str, MailWay]:
    """Return the person's choice for each kind of mail. One query."""
    chosen = dict(MailChoice.objects.filter(user=user).values_list("kind", "way"))
    return {kind.id: _valid(kind, chosen.get(kind.id)) for kind in kinds_for(user.party)}


def choose(user: User, ways: Mapping[str, str]) -> None:
    """Store the person's choices. What is held already still comes with the next collected mail."""
    kinds = {kind.id: kind for kind in kinds_for(user.party)}
    with transaction.atomic():
        for kind_id, way in ways.items():
            MailChoice.objects.update_or_create(user=user, kind=kind_id, defaults={"way": _valid(kinds[kind_id], way)})


def _valid(kind: MailKind, way: str | None) -> MailWay:
    return next((one for one in kind.ways if one == way), kind.ways[0])


def without(kind_id: str) -> set[int]:
    """Return the users who have switched this kind off. One query."""
    return set(MailChoice.objects.filter(kind=kind_id, way=MailWay.OFF).values_list("user_id", flat=True))


# --- Sending, holding, collecting -------------------------------------------------------------------------


def to_send(mails: Iterable[Email]) -> list[Email]:
    """Return the mails to be sent at once; hold the others for their readers' collected mail, or drop them.

    ``reader`` of a mail is the user for whom it is meant in person, or None, ``written_from``
    its template. No query without such a mail, else one.
    """
    rows = list(mails)
    personal = {id(mail): (mail.reader, kind) for mail in rows if (kind := _kind_of(mail))}
    if not personal:
        return rows
    found = MailChoice.objects.filter(user__in=[user_id for user_id, _kind in personal.values()])
    chosen = {(user_id, kind): way for user_id, kind, way in found.values_list("user_id", "kind", "way")}
    ways = {key: _valid(kind, chosen.get((user_id, kind.id))) for key, (user_id, kind) in personal.items()}
    HeldMail.objects.bulk_create(
        HeldMail(
            user_id=mail.reader,
            template=mail.written_from,
            filing_ids=[filing_id for _name, filing_id in mail.is_about],
            subject=mail.subject,
            body=mail.message,
        )
        for mail in rows
        if ways.get(id(mail)) == MailWay.DAILY
    )
    return [mail for mail in rows if ways.get(id(mail), MailWay.AT_ONCE) == MailWay.AT_ONCE]


def _kind_of(mail: Email) -> MailKind | None:
    return _OF_TEMPLATE.get(mail.written_from) if mail.reader else None


def collect() -> int:
    """Write each reader's mail of what was held until the last ``COLLECTED_AT``; return how many were written.

    Repeated on the same day it finds nothing more; a missed run is made up for by the next one.
    """
    until = _last_collection()
    waiting = HeldMail.objects.filter(at__lt=until).order_by("user").values_list("user", flat=True).distinct()
    return sum(_collect_for(user_id, until) for user_id in waiting)


def _last_collection() -> datetime:
    now = timezone.localtime()
    today = now.replace(hour=COLLECTED_AT.hour, minute=COLLECTED_AT.minute, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def _collect_for(user_id: int, until: datetime) -> bool:
    """Write one reader's mail and delete what it contains; only delete it if the account has been closed."""
    with transaction.atomic():
        reader = User.objects.select_for_update(no_key=True).get(pk=user_id)
        held = list(HeldMail.objects.filter(user=reader, at__lt=until))
        if held and reader.is_active:
            queueing.queue([_collected(reader, held)])
        HeldMail.objects.filter(pk__in=[one.pk for one in held]).delete()
    return bool(held) and reader.is_active


def _collected(reader: User, held: list[HeldMail]) -> Email:
    desk = {Party.PROVIDER: "provider_desk", Party.BUREAU: "bureau_desk"}[Party(reader.party)]
    context = {"held": held, "day": timezone.localdate(), "choices_url": link_to(f"{desk}:my_mails")}
    mail = letters.written("collected_staff", [reader.email], context, reader)
    mail.is_about = [(one.template, filing_id) for one in held for filing_id in one.filing_ids]
    return mail
