"""Create, send, check, resend and expire the verification codes of responsible persons.

A filing's row is locked before its checks, so simultaneous tries are checked one after the other.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts import languages
from accounts.links import link_to
from accounts.sealed import digest
from accounts.throttle import too_often
from filings import states
from filings.actors import Actor, portal
from filings.errors import MoveRefused
from filings.mail import gateways
from filings.models import Filing, PersonCheck
from filings.moves.moving import AFTER_RETURN, locked, making, receive, record
from filings.rules import checks, required_codes
from filings.states import Role, Status
from filings.verification import photographs
from ministry.mail import built_in, texts
from ministry.mail.claims import claimed
from ministry.mail.outbox import after_commit
from ministry.reference.english import joined

# A provider's guide of 2025: five wrong tries are allowed, the sixth returns the filing.
TRIES: Final = 5
TRIES_OF_ADDRESS: Final = 30  # an hour; our own limit
# Our own limits, so that nobody is flooded.
BETWEEN_CODES: Final = timedelta(minutes=1)
MOST_CODES: Final = 10
DIGITS: Final = 6  # of a code
BATCH: Final = 500


# --- Sending --------------------------------------------------------------------------------------


def send(check_id: int) -> None:
    """Create the code that is due, send it and store its digest; do nothing if none is or another worker sends it.

    No row is locked while the gateway answers. Raise OSError or SMTPException when it refuses: the code is retried.
    """
    with claimed(f"one-time code {check_id}") as claim:
        check = PersonCheck.objects.owed().filter(pk=check_id).first()
        if claim is None or check is None or check.expires_at <= timezone.now():
            return
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        gateways.send(gateways.Recipient.of(check), _message(check, code))
        with transaction.atomic():
            if claim.end():
                _store(check_id, code)


def _store(check_id: int, code: str) -> None:
    """Store the digest of a code that was sent, unless none is owed since: the person's round has ended."""
    check = PersonCheck.objects.owed().select_for_update(of=("self",), no_key=True).filter(pk=check_id).first()
    if check is not None:
        check.wanted_at, check.sent_at, check.sent = None, timezone.now(), check.sent + 1
        check.code_digest = _digest(check, code)
        check.save(update_fields=["code_digest", "wanted_at", "sent_at", "sent"])


def _message(check: PersonCheck, code: str) -> gateways.Message:
    filing = check.filing
    context = {
        "filing": filing,
        "check": check,
        "code": code,
        "url": link_to("codes"),
        "again_url": link_to("codes_again"),
    }
    subject, body = texts.of("code", context)
    return gateways.Message(subject, *built_in.first_paragraph(body))


def owed() -> list[int]:
    """Return the primary keys of the checks whose code is still to be sent."""
    return list(PersonCheck.objects.owed().values_list("pk", flat=True)[:BATCH])


def _digest(check: PersonCheck, code: str) -> str:
    return digest(f"code:{check.pk}:{check.sent}:{code}")


# --- Checking -------------------------------------------------------------------------------------


def prove(mobile: str, last: str, code: str, *, address: str) -> None:
    """Mark filings as confirmed by a person's code; the last person's code passes a filing to the bureau.

    Raise MoveRefused with the same words whatever is wrong. A wrong code counts for each filing that waits for the
    person; the sixth returns it to its provider.
    """
    _limit(address)
    waiting = _waiting(mobile, last)
    right = [check for check in waiting if _is_right(check, code)]
    judged = [_judge(check, code) for check in (right or waiting)]
    if not any(judged):
        raise MoveRefused(
            _(
                "No matching check was found. Compare the code, the mobile number and the last %(last)d characters "
                "of the certificate number. Only the newest code is valid. After more than %(tries)d wrong attempts "
                "the filing goes back to the provider."
            )
            % {"tries": TRIES, "last": required_codes.LAST}
        )


def send_again(mobile: str, last: str, *, address: str) -> None:
    """Resend codes to a person for the filings that wait for one; don't disclose whether there are any."""
    _limit(address)
    for check in _waiting(mobile, last):
        with locked(check.filing_id, portal()) as filing:
            if _order_again(filing, [check.pk]):
                record(filing, "resend_codes", portal(), note=check.shown_name)


def resend(filing_id: int, actor: Actor) -> None:
    """Resend codes to all persons who have not confirmed yet, at the provider's request."""
    with locked(filing_id, actor) as filing:
        if actor.role != Role.PROVIDER or filing.status != Status.WITH_PERSONS:
            raise MoveRefused(_("This filing is not waiting for verification codes."))
        missing = list(filing.person_checks.waiting().values_list("pk", flat=True))
        if not _order_again(filing, missing):
            raise MoveRefused(_("A code has just been sent, or too many have been sent. Wait a while and try again."))
        record(filing, "resend_codes", actor)


def ask_again(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Ask the persons again, with the existing sheet, for an unchanged filing that was returned without their codes."""
    with making(states.ASK_PERSONS, filing_id, actor, version) as filing:
        found = unproved(filing)
        if found is None or not found.is_unchanged:
            raise MoveRefused(
                _("The filing was changed or came back for another reason. Verify it and pass it on again.")
            )
        if any(finding.blocks for finding in checks.findings(filing)):
            raise MoveRefused(_("Some items must be corrected first. Verify the filing and pass it on again."))
        photographs.for_passing(filing)
        required_codes.ask(filing)


@dataclass(frozen=True, slots=True)
class Unproved:
    """Why a filing was returned to its provider without the codes, and whether it is unchanged since."""

    why: str
    is_unchanged: bool


def unproved(filing: Filing) -> Unproved | None:
    """Return why a filing was returned to its provider for missing codes; None for any other filing.

    One query where a round has not reached the bureau.
    """
    if filing.status != Status.RETURNED_TO_PROVIDER or filing.received_round == filing.round:
        return None
    is_unchanged = True
    for event in filing.events.filter(name__in=("give_up", "amend", "return")).order_by("-pk"):
        if event.name == "return":
            return None
        if event.name == "give_up":
            return Unproved(event.shown_note, is_unchanged)
        is_unchanged = False
    return None


def _limit(address: str) -> None:
    if too_often("codes", address, tries=TRIES_OF_ADDRESS, seconds=3600):
        raise MoveRefused(_("Too many attempts from this address. Try again in an hour."))


def _waiting(mobile: str, last: str) -> list[PersonCheck]:
    try:
        key = required_codes.key_of(mobile, last)
    except ValidationError:
        return []
    return list(PersonCheck.objects.waiting().filter(key=key, expires_at__gt=timezone.now()).order_by("filing_id"))


def _is_right(check: PersonCheck, code: str) -> bool:
    return bool(check.code_digest) and constant_time_compare(check.code_digest, _digest(check, code))


def _judge(found: PersonCheck, code: str) -> bool:
    """Check a code under the lock of its filing; return whether it was right."""
    with locked(found.filing_id, portal()) as filing:
        rows = filing.person_checks.waiting().filter(expires_at__gt=timezone.now())
        check = rows.select_for_update(of=("self",), no_key=True).filter(pk=found.pk).first()
        if check is None:
            return False
        if not _is_right(check, code):
            _count_wrong(filing, check)
            return False
        check.proved_at = timezone.now()
        check.save(update_fields=["proved_at"])
        record(filing, "code", portal(), note=check.shown_name)
        if not filing.person_checks.waiting().exists():
            with making(states.CONFIRM, filing.pk, portal(), None) as passed:
                receive(passed)
    return True


def _count_wrong(filing: Filing, check: PersonCheck) -> None:
    check.wrong += 1
    check.save(update_fields=["wrong"])
    if check.wrong > TRIES:
        name = check.shown_name
        _give_up(filing, languages.stored(lambda: _("%(name)s entered too many wrong codes.") % {"name": name}))


def _order_again(filing: Filing, check_ids: list[int]) -> bool:
    """Queue new codes for the checks that may have another one now; return whether there are any."""
    before = timezone.now() - BETWEEN_CODES
    rows = filing.person_checks.waiting().filter(
        pk__in=check_ids, wanted_at=None, sent_at__lt=before, sent__lt=MOST_CODES
    )
    ids = list(rows.values_list("pk", flat=True))
    PersonCheck.objects.filter(pk__in=ids).update(wanted_at=timezone.now())
    for pk in ids:
        after_commit("filings.send_code", pk)
    return bool(ids)


# --- Expiry ---------------------------------------------------------------------------------------


def end_expired() -> int:
    """Return filings whose codes have expired to their providers; return how many. Safe to run concurrently."""
    over = Filing.objects.filter(
        status=Status.WITH_PERSONS,
        pk__in=PersonCheck.objects.waiting().filter(expires_at__lte=timezone.now()).values("filing"),
    )
    return sum(_end_expired(filing_id) for filing_id in over.values_list("pk", flat=True)[:BATCH])


def _end_expired(filing_id: int) -> bool:
    with locked(filing_id, portal()) as filing:
        late = [check.shown_name for check in filing.person_checks.waiting().filter(expires_at__lte=timezone.now())]
        if filing.status != Status.WITH_PERSONS or not late:
            return False  # proved or returned meanwhile
        _give_up(filing, languages.stored(lambda: _("Not verified in time: %(names)s.") % {"names": joined(late)}))
    return True


def _give_up(filing: Filing, why: str) -> None:
    with making(states.GIVE_UP, filing.pk, portal(), None, note=why) as returned:
        for follow in AFTER_RETURN:
            follow(returned, (), "")
