"""Adopt an existing record into an account with its filing password (认领), give it back, end lapsed adoptions.

An adoption lasts as long as the password (``Adoption.objects.in_force``): a new one, sent or chosen by anybody but the
host itself, ends it at once. ``end_lapsed`` records the end.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Adoption, AdoptionEnd, AdoptionEnding
from filings.rules import ownership
from filings.states import Role
from ministry.mail import letters
from ministry.models import Subject
from ministry.passwords import passwords
from records import addresses, after_approval

BATCH = 200
# How far the run of every minute looks back; longer than a transaction that sets a password. Our own choice.
LOOKS_BACK = timedelta(hours=1)
# For the address on record.
REASONS = {
    AdoptionEnding.PASSWORD: gettext_lazy(
        "Reason: the filing password was replaced. Anybody who knows the new one can add the record to an account "
        "again."
    ),
    AdoptionEnding.CANCELLED: gettext_lazy("Reason: the record has been cancelled."),
    AdoptionEnding.GIVEN_BACK: gettext_lazy("Reason: the account's owner has given the record back."),
}


def adopt(actor: Actor, number: str, password: str, *, address: str) -> Subject:
    """Adopt the record with this number and notify the address on record.

    Raises MoveRefused: 1018 if the password is wrong or has just been replaced, 1049 if the record has just been
    cancelled. Don't call it inside a transaction: a rollback would lose the count of attempts.
    """
    if actor.role != Role.HOST or actor.is_on_behalf:
        raise MoveRefused(_("Only a site host can add a record to an account."))
    try:
        proven = passwords.prove_number(number, password, address=address, account=actor.user_id)
    except ValidationError as error:
        raise MoveRefused(f"1018: {' '.join(error.messages)}") from error
    with transaction.atomic():
        subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=proven.pk)
        if not subject.live:
            raise MoveRefused("1049: " + _("This record has already been cancelled; its number is void."))
        if subject.password_hash != proven.password_hash:
            raise MoveRefused("1018: " + _("The filing password has just been replaced. Enter the new one."))
        if not ownership.is_own(actor.person_id, subject.pk):
            Adoption.objects.create(host_id=actor.person_id, subject=subject)
            after_approval.take_up(subject)
            _tell("record_adopted", addresses.on_record(subject), subject, actor.name)
    return subject


def held(actor: Actor, subject_id: int) -> Adoption | None:
    """Return the adoption by which a record is in the actor's account; None if its own filing created it. One query."""
    rows = Adoption.objects.in_force().filter(host=actor.person_id, subject=subject_id)
    return rows.exclude(subject__in=ownership.made_by(actor.person_id)).order_by("pk").first()


def give_back(actor: Actor, subject_id: int) -> None:
    """Remove an adopted record from the actor's account and notify the address on record.

    Raises Adoption.DoesNotExist if the record is not adopted.
    """
    with transaction.atomic():
        subject = Subject.objects.select_for_update(of=("self",), no_key=True).filter(pk=subject_id).first()
        rows = list(Adoption.objects.in_force().filter(host=actor.person_id, subject=subject_id))
        if subject is None or not rows:
            raise Adoption.DoesNotExist
        AdoptionEnd.objects.bulk_create(AdoptionEnd(adoption=row, why=AdoptionEnding.GIVEN_BACK) for row in rows)
        _tell("adoption_ended", addresses.on_record(subject), subject, actor.name, REASONS[AdoptionEnding.GIVEN_BACK])


def end_lapsed(looks_back: timedelta | None = LOOKS_BACK) -> int:
    """Record the end of adoptions that lapsed in this time and notify both sides; return how many.

    None: of all, however long ago. Safe to run concurrently.
    """
    since = None if looks_back is None else timezone.now() - looks_back
    done = after = 0
    while keys := _end_some(since, after):
        done, after = done + len(keys), keys[-1]
    return done


def _end_some(since: datetime | None, after: int) -> list[int]:
    """End a batch of the lapsed adoptions with a key above ``after``; return the keys."""
    with transaction.atomic():
        rows = Adoption.objects.lapsed(since).filter(pk__gt=after).select_related("host", "subject").order_by("pk")
        found = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])
        ended = set(AdoptionEnd.objects.filter(adoption__in=found).values_list("adoption_id", flat=True))
        for row in found:
            if row.pk in ended:
                continue  # ended by another worker
            why = AdoptionEnding.PASSWORD if row.subject.live else AdoptionEnding.CANCELLED
            AdoptionEnd.objects.create(adoption=row, why=why)
            if Adoption.objects.in_force().filter(host=row.host_id, subject=row.subject_id).exists():
                continue  # adopted again with the new password
            _tell("adoption_ended", addresses.on_record(row.subject), row.subject, str(row.host), REASONS[why])
            if row.host.is_active:
                _tell("adoption_ended_host", [row.host.email], row.subject, str(row.host))
    return [row.pk for row in found]


def _tell(template: str, to: Sequence[str], subject: Subject, by: str, why: Promise | str = "") -> None:
    context = {"subject": subject, "by": by, "why": why, "site_url": settings.SITE_URL}
    letters.queue([letters.written(template, to, context)])
