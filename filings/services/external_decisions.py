"""Enter the decisions of a bureau that decides in a system of its own (``Bureau.external``, ADR 0029).

Moves, events, mails and register rows are those of a decision made at the bureau's desk here, with two exceptions: the
numbers come from outside, and no filing password is made, because the bureau's system sends it.

Each function is one transaction under the filing's row lock. Entering the same decision again does nothing; what
contradicts the filing, the register or an earlier decision raises MoveRefused. ``source`` names the message that
brought the decision, one name for each decision; ``bureau_id`` is that of the system, if the caller knows it: a filing
with another bureau is refused.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filings import facts, receipts, states
from filings.actors import portal, system_of
from filings.errors import MoveRefused
from filings.kinds import Numbers
from filings.mail import notices
from filings.models import Filing, Opinion, Verdict
from filings.moves.moving import AFTER_RETURN, locked, making, record
from filings.review import opinions
from filings.services import deciding, splitting
from filings.states import Status
from ministry.reference import code_tables, english
from ministry.reference.numbers import FilingNumber, parse_number
from ministry.register.entry_types import NumberTaken, OutsideNumbers

LONGEST_SOURCE: Final = 128


@dataclass(frozen=True, slots=True)
class IssuedNumbers:
    """The numbers named by a decision: the subject's (主体备案号), and each service's (网站备案号).

    ``services`` are by place in the filing, counted from 0: every one whose number the approval issues. Where numbers
    stay or end, they need not be named; those named must be the ones on record.
    """

    subject: str
    services: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutsideDecision:
    """A decision as it came: what brought it, when it was made, by the system of which bureau (empty if not known)."""

    source: str
    decided_at: datetime
    opinion: str
    bureau_id: str


def enter_approval(
    filing_id: int, *, issued: IssuedNumbers, decided_at: datetime, source: str, opinion: str = "", bureau_id: str = ""
) -> None:
    """Enter the approval of the whole filing."""
    _enter(filing_id, OutsideDecision(source, decided_at, opinion, bureau_id), issued, in_part=False)


def enter_split(
    filing_id: int, *, issued: IssuedNumbers, decided_at: datetime, source: str, bureau_id: str = ""
) -> None:
    """Enter the approval of the websites that have a number, and the return of the others.

    Why they are returned comes later, see ``enter_reason``. See ``filings.services.splitting``.
    """
    _enter(filing_id, OutsideDecision(source, decided_at, "", bureau_id), issued, in_part=True)


def enter_reason(whole_id: int, *, opinion: str, decided_at: datetime, source: str, bureau_id: str) -> None:
    """Enter why the bureau has returned the websites that ``enter_split`` has returned; host and provider are told.

    Once for each source; nothing if these websites are with the bureau again, or have ended.
    """
    with transaction.atomic():
        whole = _locked(whole_id, OutsideDecision(source, decided_at, opinion, bureau_id))
        rest = splitting.continuation_of(whole)
        if rest is None or not opinion.strip() or rest.opinions.filter(source=source).exists():
            return
        actor = system_of(bureau_id)
        with suppress(Filing.DoesNotExist), locked(rest.pk, actor) as returned:
            if returned.status in states.BUREAU_RETURNED:
                opinions.write(returned, actor, Verdict.RETURN, opinion, source=source, decided_at=decided_at)
                notices.tell(record(returned, "reason", actor, note=opinion))


def take_back(filing_id: int, *, reported_round: int, why: str) -> None:
    """Return to its provider a filing that the bureau's system could not receive; ``why`` is told to provider and host.

    Raise MoveRefused if it is no longer with the bureau, or is there in a later round.
    """
    with making(states.UNSENT, filing_id, portal(), None, note=why) as filing:
        if filing.round != reported_round:
            raise MoveRefused(_("This filing has been verified again since."))
        for follow in AFTER_RETURN:
            follow(filing, [], why)


def enter_acceptance(filing_id: int, *, reported_round: int, bureau_id: str) -> None:
    """Record that the bureau's system has accepted the report of the filing: a receipt for host and provider.

    Once for each round; nothing if the filing has meanwhile left the bureau, or is there in a later round.
    """
    actor = system_of(bureau_id)
    with suppress(Filing.DoesNotExist), locked(filing_id, actor) as filing:
        is_there = (filing.status, filing.round) == (Status.WITH_BUREAU, reported_round)
        if is_there and not filing.events.filter(name=receipts.ACCEPT, round=reported_round).exists():
            record(filing, receipts.ACCEPT, actor)


def enter_return(filing_id: int, *, opinion: str, decided_at: datetime, source: str, bureau_id: str = "") -> None:
    """Enter the return of the filing to its provider; the opinion is its reason, for provider and host to read."""
    decision = OutsideDecision(source, decided_at, opinion, bureau_id)
    with transaction.atomic():
        filing = _locked(filing_id, decision)
        if not _has_returned(filing, decision):
            _refuse(filing, decision)
            _return(filing, decision)


def _enter(filing_id: int, decision: OutsideDecision, issued: IssuedNumbers, *, in_part: bool) -> None:
    with transaction.atomic():
        filing = _locked(filing_id, decision)
        numbers = _numbers(filing, issued, in_part=in_part)
        if _has_approved(filing, decision, numbers, issued.services):
            return
        _refuse(filing, decision)
        withheld = _withheld(filing, issued.services) if in_part else []
        approved = _approve(filing, decision, numbers, withheld)
        if withheld and approved.subject:
            rest = splitting.split_off(approved, approved.subject, system_of(str(filing.bureau_id)))
            _return(rest, decision, follows=True)
            splitting.record_split(approved, rest, system_of(str(filing.bureau_id)))


def _locked(filing_id: int, decision: OutsideDecision) -> Filing:
    """Lock and return the filing; MoveRefused for none, and for one that is with another bureau than the system's."""
    rows = Filing.objects.kept().select_related("bureau", "subject", "about_subject", "about_website__subject")
    filing = rows.select_for_update(of=("self",), no_key=True).filter(pk=filing_id).first()
    if filing is None or filing.bureau is None or decision.bureau_id not in ("", filing.bureau_id):
        raise MoveRefused(_("There is no such filing with this bureau."))
    if not 0 < len(decision.source) <= LONGEST_SOURCE:
        raise ValueError("a decision names what brought it")
    return filing


def _refuse(filing: Filing, decision: OutsideDecision) -> None:
    """Raise MoveRefused unless the filing waits for a decision of its bureau's own system, received before it."""
    if not (filing.bureau and filing.bureau.external):
        raise MoveRefused(
            _("%(bureau)s decides in this portal, not in a system of its own.") % {"bureau": filing.bureau}
        )
    if filing.status != Status.WITH_BUREAU:
        raise MoveRefused(
            _("This filing is “%(status)s”, so this can't be done.") % {"status": filing.get_status_display()}
        )
    decided_on = timezone.localdate(decision.decided_at)
    if filing.received_on is None or not filing.received_on <= decided_on <= timezone.localdate():
        raise MoveRefused(
            _("A decision of %(decided)s doesn't fit a filing that the bureau received on %(received)s.")
            % {
                "decided": date_format(decided_on, "DATE_FORMAT"),
                "received": date_format(filing.received_on, "DATE_FORMAT") if filing.received_on else "—",
            }
        )


def _moment(filing: Filing, decision: OutsideDecision) -> datetime:
    """Return when the decision was made, after the receipt: the interface may name no more than its day."""
    return min(max(decision.decided_at, filing.received_at or decision.decided_at), timezone.now())


# --- The same decision again ------------------------------------------------------------------------------


def _entered(filing: Filing, decision: OutsideDecision, verdict: Verdict) -> bool:
    """Return whether this message has brought this verdict already; MoveRefused if it has brought another one."""
    known = Opinion.objects.filter(filing=filing, source=decision.source).first()
    if known is not None and known.verdict != verdict:
        raise MoveRefused(_("The same message has already contained another decision."))
    return known is not None


def _has_returned(filing: Filing, decision: OutsideDecision) -> bool:
    if _entered(filing, decision, Verdict.RETURN):
        return True
    same = Opinion.objects.filter(filing=filing, verdict=Verdict.RETURN, decided_at=decision.decided_at)
    return filing.status != Status.WITH_BUREAU and same.exists()


def _has_approved(
    filing: Filing, decision: OutsideDecision, numbers: OutsideNumbers, services: Mapping[int, str]
) -> bool:
    """Return whether the filing is approved with these numbers; MoveRefused if it is approved with others."""
    entered = _entered(filing, decision, Verdict.APPROVE)
    if filing.status != Status.FILED or filing.subject is None:
        return entered
    is_issued = filing.law.numbers == Numbers.ISSUED
    is_same = filing.subject.number == numbers.subject and (
        not is_issued
        or (tuple(filing.sequences) == tuple(numbers.sequences) and filing.withheld == _withheld(filing, services))
    )
    if not is_same:
        raise MoveRefused(_("This filing has already been approved with other numbers."))
    return True


# --- Numbers ----------------------------------------------------------------------------------------------


def _numbers(filing: Filing, issued: IssuedNumbers, *, in_part: bool) -> OutsideNumbers:
    """Return the numbers in the order of the services; MoveRefused for what can't be theirs.

    Whether they are free is known when they are entered.
    """
    subject = _parsed(issued.subject)
    services = {place: _parsed(text) for place, text in sorted(issued.services.items())}
    _refuse_subject(filing, subject)
    if filing.law.numbers != Numbers.ISSUED:
        _refuse_unlike_record(filing, services)
        return OutsideNumbers(subject)
    _refuse_places(filing, services, in_part=in_part)
    for place, number in services.items():
        if number.of_subject != subject or number.sequence is None:
            raise MoveRefused(
                _("%(number)s is not the number of a service under %(subject)s.")
                % {"number": number, "subject": subject}
            )
        if number.suffix != code_tables.suffix_of(facts.service(filing.facts, place)):
            raise MoveRefused(_("%(number)s has the letter of another type of service.") % {"number": number})
    sequences = [number.sequence for number in services.values() if number.sequence is not None]
    if len(set(sequences)) < len(sequences):
        raise MoveRefused(_("Two services have the same number."))
    return OutsideNumbers(subject, tuple(sequences))


def _parsed(text: str) -> FilingNumber:
    try:
        return parse_number(text)
    except ValidationError as error:
        raise MoveRefused(f"{text}: {error.messages[0]}") from error


def _refuse_subject(filing: Filing, number: FilingNumber) -> None:
    """Refuse a number of another record, or for a new record one that its bureau can't have issued now."""
    if filing.about_subject is not None:
        if number != filing.about_subject.number:
            raise MoveRefused(
                _("%(number)s is not the number of the record that this filing is about.") % {"number": number}
            )
        return
    if number.sequence is not None or number.is_earlier:
        raise MoveRefused(_("%(number)s is not the number of a new record.") % {"number": number})
    if number.province.code != filing.bureau_id:
        raise MoveRefused(
            _("%(number)s is a number of a province other than that of %(bureau)s.")
            % {"number": number, "bureau": filing.bureau}
        )


def _refuse_unlike_record(filing: Filing, services: Mapping[int, FilingNumber]) -> None:
    known = {0: filing.about_website.number} if filing.about_website else {}
    for place, number in services.items():
        if known.get(place) != number:
            raise MoveRefused(
                _("%(number)s is not the number of the record that this filing is about.") % {"number": number}
            )


def _refuse_places(filing: Filing, services: Collection[int], *, in_part: bool) -> None:
    """Refuse numbers that are not of each service, or for a split of some but not all."""
    count = facts.count(filing.facts)
    if unknown := [place for place in services if not 0 <= place < count]:
        raise MoveRefused(_("The filing has no service %(places)s.") % {"places": _counted(unknown)})
    missing = _withheld(filing, services)
    if in_part and not (missing and services):
        raise MoveRefused(_("A decision by websites needs a number for some of them, but not for all."))
    if missing and not in_part:
        raise MoveRefused(_("The decision names no number for service %(places)s.") % {"places": _counted(missing)})


def _withheld(filing: Filing, services: Collection[int]) -> list[int]:
    """Return the places of the services that got no number."""
    return [place for place in range(facts.count(filing.facts)) if place not in services]


def _counted(places: Collection[int]) -> str:
    return english.joined(str(place + 1) for place in places)


# --- The moves --------------------------------------------------------------------------------------------


def _approve(filing: Filing, decision: OutsideDecision, numbers: OutsideNumbers, withheld: list[int]) -> Filing:
    actor = system_of(str(filing.bureau_id))
    issued = numbers if filing.law.numbers == Numbers.ISSUED else None
    try:
        with deciding.entering(filing.pk, actor, None, issued) as approved:
            _write_opinion(approved, decision, Verdict.APPROVE, "" if withheld else decision.opinion)
            deciding.enter(approved, _moment(filing, decision), withheld, issued)
    except NumberTaken as taken:
        raise MoveRefused(
            _("%(number)s has already been issued to another record.") % {"number": taken.number}
        ) from taken
    return approved


def _return(filing: Filing, decision: OutsideDecision, *, follows: bool = False) -> None:
    """Return the filing; its reason is the opinion, because the interface has no remarks field by field."""
    reason = decision.opinion.strip() or opinions.usual_from_outside(follows=follows)
    with making(states.RETURN, filing.pk, system_of(str(filing.bureau_id)), None, note=reason) as returned:
        _write_opinion(returned, decision, Verdict.RETURN, reason)
        for follow in AFTER_RETURN:
            follow(returned, [], reason)


def _write_opinion(filing: Filing, decision: OutsideDecision, verdict: Verdict, text: str) -> None:
    actor = system_of(str(filing.bureau_id))
    opinions.write(filing, actor, verdict, text, source=decision.source, decided_at=decision.decided_at)
