"""Approve a filing at the bureau."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sealed import keys_together
from filings import states
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import MoveRefused
from filings.kinds import Approval, Numbers
from filings.mail import other_providers
from filings.models import Event, Filing, Opinion, Verdict
from filings.moves.moving import making
from filings.moves.remarks import RemarkDraft
from filings.review import opinions
from filings.rules import conflicts, mailboxes, ownership, required_codes, reservations
from ministry.models import RegisterVersion, Subject, SubjectCertificate, Website
from ministry.passwords import passwords
from ministry.register import writer
from ministry.register.entry_types import OutsideNumbers, RegisterConflict

# Sealed rows that an approval usually creates
SEALED_ROWS = {Opinion: 1, Subject: 1, SubjectCertificate: 1, Website: 1, RegisterVersion: 3, Event: 1}
# Called with each approved filing and its subject, in the approval's transaction; a new subject has no number yet. Apps
# above add to it when they load.
AFTER_APPROVAL: list[Callable[[Filing, Subject], None]] = []
# The same, once it has its number. Meanwhile other approvals of the province wait: only for what needs the number.
AFTER_NUMBER: list[Callable[[Filing, Subject], None]] = []


def approve(
    filing_id: int,
    actor: Actor,
    *,
    version: int | None,
    opinion: str = "",
    withheld: Sequence[int] = (),
    sent: Sequence[RemarkDraft] = (),
) -> Subject:
    """Approve: register rows, number, event and mails in one transaction; then the password is sent.

    ``withheld``: websites, counted from 0, that are returned instead (``filings.services.splitting``); ``sent``: the
    remarks about them. Raises MoveRefused when the register already has the subject or the domain, RemarksUnsent while
    there are typed remarks that would be lost.
    """
    with entering(filing_id, actor, version) as filing:
        opinions.refuse_alone(filing, actor)
        opinions.refuse_typed(filing, sent)
        opinions.write(filing, actor, Verdict.APPROVE, opinion)
        subject = enter(filing, timezone.now(), withheld)
        # Nobody has verified the address of a reported filing: its owner asks for the password by a recovery's link.
        if filing.makes_subject and not filing.is_reported:
            _want_password(subject)
    return subject


@contextmanager
def entering(
    filing_id: int, actor: Actor, version: int | None, outside: OutsideNumbers | None = None
) -> Iterator[Filing]:
    """Yield the locked filing for its approval; MoveRefused when the register has the subject or the domain.

    ``outside``: the numbers that its bureau's own system has issued.
    """
    late = partial(_number, outside=outside)
    try:
        with keys_together(SEALED_ROWS), making(states.APPROVE, filing_id, actor, version, late=late) as filing:
            yield filing
    except RegisterConflict as conflict:
        raise MoveRefused(_conflict_words(conflict)) from conflict


def enter(
    filing: Filing, decided_at: datetime, withheld: Sequence[int] = (), outside: OutsideNumbers | None = None
) -> Subject:
    """Enter the locked filing into the register, and do what follows from its approval but the filing password.

    ``outside``: as of ``entering``.
    """
    _refuse_by_now(filing)
    if withheld:
        filing.withheld = sorted(withheld)
        reservations.repeat_for_lists(filing)
    filing.decided_at = decided_at
    if outside:
        filing.outside_sequences = list(outside.sequences)
    subject = filing.law.apply(filing, Approval(timezone.localdate(decided_at), outside))
    filing.subject = subject
    if filing.law.numbers == Numbers.ISSUED and not filing.outside_sequences:
        # after the dash of the first service just registered
        filing.first_sequence = subject.last_sequence - len(filing.approved) + 1
    if filing.law.notifies_providers:
        other_providers.tell_others(filing, timezone.localdate(decided_at))
    if filing.is_reported and not filing.makes_subject and mailboxes.new(filing):
        passwords.cancel(subject.pk)  # nobody has verified the address that it would go to now
    migration_offers.use_up(filing)
    for begin in AFTER_APPROVAL:
        begin(filing, subject)
    return subject


def _want_password(subject: Subject) -> None:
    if subject._state.adding:
        passwords.want_with_row(subject)
    else:
        passwords.want(subject.pk)


def _number(filing: Filing, outside: OutsideNumbers | None) -> None:
    """Take the number of a new subject, as late as its event and mails allow, and tell those who need it."""
    if (subject := filing.subject) is None:
        raise ValueError("an approved filing has a subject")
    if subject._state.adding:
        writer.number_subject(subject, outside)
    for tell in AFTER_NUMBER:
        tell(filing, subject)


def _refuse_by_now(filing: Filing) -> None:
    """Raise MoveRefused when a filing about a record can't be approved any more; locks its subject, or both hosts'.

    Since submission an order may have ended the record, or another filing may have changed it.
    """
    if filing.law.is_first:
        return
    list(Subject.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=filing.records).order_by("pk"))
    for found in filing.law.refuse(filing):
        if found.blocks:
            raise MoveRefused(f"{found.code}: {found.message}")
    if stopped := conflicts.no_consent(filing):
        raise MoveRefused(f"{stopped.code}: {stopped.message}")
    if filing.host_id and filing.about_subject_id and not ownership.is_own(filing.host_id, filing.about_subject_id):
        raise MoveRefused(_("The record is no longer in the host's account (P114). Return the filing."))
    if required_codes.lacks_proof(filing):
        raise MoveRefused(
            _(
                "This filing has not been verified in any way (1018). Return it; its host then enters the "
                "filing password on its page."
            )
        )
    if ownership.has_moved_on(filing):
        raise MoveRefused(
            _("The record has changed since this filing was started. Return the filing; its host must start it again.")
        )


CONFLICT_WORDS = {
    1003: gettext_lazy("This certificate is already on record (1003). Return the filing."),
    1005: gettext_lazy("This domain is already on record (1005). Return the filing."),
    1029: gettext_lazy("This provider already serves the website (1029). Return the filing."),
    1032: gettext_lazy("This access has been cancelled in the meantime (1032). Return the filing."),
    1049: gettext_lazy("This record has been cancelled in the meantime (1049). Return the filing."),
    1050: gettext_lazy("This website has been cancelled in the meantime (1050). Return the filing."),
}


def _conflict_words(conflict: RegisterConflict) -> str:
    return str(CONFLICT_WORDS[conflict.code])
