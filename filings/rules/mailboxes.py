"""Verify with a code that the host reads the e-mail address that goes on record.

The filing password is sent to that address, so a filing can't be submitted with an unverified one, nor passed on with
one that its provider has entered. An address is verified once per host; the verified address of the host's account and
one already on record need no code.
"""

import secrets
from datetime import timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.links import link_to
from accounts.mail import check_addresses, split_addresses
from accounts.sealed import digest
from filings import facts, kinds
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Filing, Mailbox
from filings.states import EDITABLE
from ministry.mail import texts
from ministry.mail.outbox import after_commit
from ministry.reference import english

EMAIL: Final = "responsible.email"
OPEN: Final = EDITABLE  # elsewhere the address doesn't change
# Our own limits: five wrong tries and a day, as for verification codes; few enough mails not to flood anybody.
DIGITS: Final = 6  # of a code
TRIES: Final = 5
LIFE: Final = timedelta(hours=24)
BETWEEN: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 10  # codes to one address
MOST_OF_HOST: Final = 20  # addresses of one host in a day
BATCH: Final = 500
_SALT: Final = "filings.mailboxes"


def lacking(filing: Filing) -> list[str]:
    """Return the unverified addresses that this filing would put on record.

    No query when there is none to verify; two otherwise.
    """
    asked = _asked(filing)
    if not asked or filing.pk is None:
        return []
    rows = Mailbox.objects.of(filing.host_id, filing.mandate_id).filter(proved_at__isnull=False)
    proved = set(rows.filter(digest__in=[_key(one) for one in asked]).values_list("digest", flat=True))
    left = [one for one in asked if _key(one) not in proved]
    own = EmailAddress.objects.filter(user=filing.host_id, verified=True, email__in=left) if left else []
    return [one for one in left if one not in {row.email for row in own}]


def refusal(filing: Filing) -> str:
    """Return why the provider can't pass the filing on: an address is unverified that only the host can verify."""
    if not (left := lacking(filing)):
        return ""
    words = _(
        "%(addresses)s is not verified yet. The site host must verify it on the page of this filing: the filing "
        "password goes to this address."
    )
    return words % {"addresses": english.joined(left)}


def new(filing: Filing) -> list[str]:
    """Return the addresses that the filing puts on record and that were not there when it began."""
    if kinds.closes(filing.facts, EMAIL):
        return []
    known = _parts(facts.read(facts.record(filing.facts), EMAIL))
    return [one for one in _parts(facts.read(filing.facts, EMAIL)) if one not in known]


def _asked(filing: Filing) -> list[str]:
    """Return the addresses to be verified; none of a reported filing, whose host gets no password without a link."""
    return [] if filing.is_reported or filing.status not in OPEN else new(filing)


def _parts(text: object) -> list[str]:
    """Return the addresses of a field; empty when malformed, which has its own finding."""
    try:
        return split_addresses(check_addresses(text)) if isinstance(text, str) else []
    except ValidationError:
        return []


# --- Sending --------------------------------------------------------------------------------------


def order(filing_id: int, actor: Actor, address: str) -> int:
    """Queue a code for an address of the filing; raise MoveRefused when it needs none, or after too many.

    Return the primary key of its ``Mailbox``, for ``send``.
    """
    with transaction.atomic():
        box = _box(_filing(filing_id, actor), address)
        now = timezone.now()
        if box.wanted_at or (box.sent_at and box.sent_at > now - BETWEEN):
            raise MoveRefused(_("A code has just been sent. Wait a minute before you ask for another."))
        if box.day_began < now - DAY:
            box.sent, box.day_began = 0, now
        if box.sent >= MOST_A_DAY:
            raise MoveRefused(_("Too many codes have been sent to this address. Try again tomorrow."))
        box.wanted_at = now
        box.save(update_fields=["wanted_at", "sent", "day_began"])
        after_commit("filings.send_mailbox_code", box.pk)
    return box.pk


def _filing(filing_id: int, actor: Actor) -> Filing:
    return Filing.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=filing_id)


def _box(filing: Filing, address: str) -> Mailbox:
    """Return the locked row of an unverified address of the filing, created if missing. The filing must be locked."""
    if address not in lacking(filing):
        raise MoveRefused(_("This address needs no verification code."))
    key = _key(address)
    rows = Mailbox.objects.of(filing.host_id, filing.mandate_id).select_for_update(of=("self",), no_key=True)
    if found := rows.filter(digest=key).order_by("pk").first():
        return found
    holder = {"host_id": filing.host_id} if filing.host_id else {"mandate_id": filing.mandate_id}
    if Mailbox.objects.filter(**holder, day_began__gt=timezone.now() - DAY).count() >= MOST_OF_HOST:
        raise MoveRefused(_("You have asked for codes for too many addresses today. Try again tomorrow."))
    box, _is_new = Mailbox.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        digest=key, **holder, defaults={"address": address}
    )
    return box


def owed() -> list[int]:
    """Return the primary keys of the addresses whose code is still to be sent."""
    return list(Mailbox.objects.owed().values_list("pk", flat=True)[:BATCH])


def send(box_id: int) -> None:
    """Create the code that is due, store its digest and mail it, bypassing the table of mails; do nothing if none is.

    Locks the row. Raises OSError or SMTPException when the mail server refuses: the code is retried.
    """
    with transaction.atomic():
        if code := make(box_id):
            _mail(Mailbox.objects.get(pk=box_id), code)


def make(box_id: int) -> str:
    """Create the code that is due and store its digest; return it, or empty when none is due."""
    with transaction.atomic():
        rows = Mailbox.objects.owed().select_for_update(of=("self",), no_key=True)
        if (box := rows.filter(pk=box_id).first()) is None:
            return ""
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        now = timezone.now()
        box.wanted_at, box.sent_at, box.expires_at, box.wrong = None, now, now + LIFE, 0
        box.sent += 1
        box.code_digest = _digest(box, code)
        box.save(update_fields=["wanted_at", "sent_at", "expires_at", "wrong", "sent", "code_digest"])
    return code


def _mail(box: Mailbox, code: str) -> None:
    token = signing.dumps((box.pk, box.code_digest), salt=_SALT)
    url = link_to("mailbox", token)
    context = {"code": code, "until": box.expires_at, "url": url, "site_url": settings.SITE_URL}
    subject, body = texts.of("mailbox_code", context)
    connection = get_connection(settings.SMTP_BACKEND)
    EmailMessage(subject=subject, body=body, to=[box.address], connection=connection).send()


# --- Proving --------------------------------------------------------------------------------------


def prove(filing_id: int, actor: Actor, address: str, code: str) -> None:
    """Mark an address of the filing as verified by its code; raise MoveRefused for a wrong or expired code."""
    with transaction.atomic():
        box = _box(_filing(filing_id, actor), address)
        is_right = _is_open(box) and constant_time_compare(box.code_digest, _digest(box, code.strip()))
        box.wrong += not is_right
        box.proved_at = timezone.now() if is_right else None
        box.save(update_fields=["wrong", "proved_at"])
    if is_right:
        return
    if _is_open(box):
        raise MoveRefused(_("This is not the newest code sent to this address. Check the e-mail."))
    raise MoveRefused(_("There is no valid code for this address. Request a new one."))


def of_token(token: str) -> Mailbox | None:
    """Return the address for the link in the newest code's mail; None for any other link."""
    try:
        box_id, code_digest = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Mailbox.objects.filter(pk=box_id, code_digest=code_digest).first()


def confirm(token: str) -> bool:
    """Mark an address as verified by the link that was sent there; return whether it is verified now."""
    with transaction.atomic():
        if (found := of_token(token)) is None:
            return False
        box = Mailbox.objects.select_for_update(no_key=True).get(pk=found.pk)
        if box.proved_at is None and box.code_digest == found.code_digest and _is_open(box):
            box.proved_at = timezone.now()
            box.save(update_fields=["proved_at"])
    return box.proved_at is not None


def derive_digests() -> None:
    """Recompute the digests of all addresses after a change of the digest key; codes already sent become invalid."""
    for box in Mailbox.objects.select_for_update(of=("self",), no_key=True).iterator():
        box.digest, box.code_digest = _key(box.address), ""
        box.save(update_fields=["digest", "code_digest"])


def _is_open(box: Mailbox) -> bool:
    return bool(box.code_digest and box.expires_at and box.expires_at > timezone.now() and box.wrong < TRIES)


def _key(address: str) -> str:
    return digest(f"mailbox:{address}")


def _digest(box: Mailbox, code: str) -> str:
    return digest(f"mailbox-code:{box.pk}:{box.sent}:{code}")
