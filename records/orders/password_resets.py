"""Issue a new filing password at a bureau's counter to somebody with proof."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.states import Role
from ministry.models import Subject
from ministry.passwords import elsewhere, passwords, recoveries
from ministry.register import writer
from records.models import CounterLook, CounterReset
from records.orders import mails


def reset_password(
    actor: Actor, subject_id: int, *, came: str, proof: str, pages: Sequence[ScannedPage], new_email: str = ""
) -> CounterReset:
    """Send a new password to the e-mail on record, or a link to a new one given with proof; notify the old address.

    Nobody has verified a new address: whoever reads it confirms by the link, and the password is sent then.
    Raises Subject.DoesNotExist for records of other provinces.
    """
    if actor.role != Role.BUREAU:
        raise Subject.DoesNotExist
    with transaction.atomic():
        own = Subject.objects.get(pk=subject_id, province=actor.bureau_id)
        # The row is locked while a password mail is being sent.
        rows = Subject.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        if (subject := rows.filter(pk=own.pk).first()) is None:
            raise MoveRefused(_("A filing password is being sent. Try again in a minute."))
        if not pages:
            raise MoveRefused(_("Record the proof first; without it nothing can be done at the counter."))
        if refusal := elsewhere.no_new_one(subject.province):
            raise MoveRefused(refusal)
        if not subject.live:
            raise MoveRefused(_("This record is no longer in force and needs no filing password."))
        if subject.password_wanted_at is not None and not new_email:
            raise MoveRefused(_("A filing password is already being sent to the host."))
        reset = CounterReset.objects.create(
            bureau_id=actor.bureau_id,
            subject=subject,
            came=came,
            proof=proof,
            paper=documents.store(pages, actor.person_id),
            old_email=subject.responsible_email,
            new_email=new_email,
            made_by_id=actor.person_id,
            actor_name=actor.name,
        )
        if new_email:
            _replace_email(reset)
        else:
            passwords.want(subject.pk)
    return reset


def _replace_email(reset: CounterReset) -> None:
    writer.change_email(reset.subject_id, reset.new_email, timezone.localdate())
    mails.tell_of_new_email(reset)
    if not recoveries.begin(reset.subject_id):
        raise MoveRefused(_("A filing password is being sent. Try again in a minute."))


def record_look(reset: CounterReset, actor: Actor) -> None:
    """Record that a reviewer has viewed the proof."""
    CounterLook.objects.create(reset=reset, user_id=actor.person_id, actor_name=actor.name)
