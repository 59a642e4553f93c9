"""Absences of reviewers and their covers, and automatic assignment by load. Every change is recorded.

The choke point of how a bureau divides its work: transaction, row lock, permission, record.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bureaus import access
from bureaus.models import Absence, Bureau, OfficeChange, OfficeWhat, Reviewer, ReviewerRole
from filings.actors import Actor
from filings.errors import MoveRefused

LONGEST = timedelta(days=366)


@contextmanager
def _changing(actor: Actor, *, about: int | None = None) -> Iterator[Bureau]:
    """Yield the actor's bureau under a row lock; raise MoveRefused if the actor may not change the absence.

    The actor must be a reviewer of it now, and either its chief or the person concerned.
    """
    with transaction.atomic():
        bureau = Bureau.objects.select_for_update(no_key=True).get(pk=actor.bureau_id)
        member = access.members(bureau.pk).filter(user_id=actor.person_id).first()
        if member is None:
            raise MoveRefused(_("You no longer work for this bureau."))
        if member.role != ReviewerRole.CHIEF and about != actor.user_id:
            raise MoveRefused(_("Only the bureau's chief may do this."))
        yield bureau


def enter(actor: Actor, user_id: int, first_day: date, last_day: date, cover_id: int) -> Absence:
    """Record that a reviewer is absent from the first to the last day, and who covers.

    Reviewers enter their own, the chief anybody's. The cover is present on all these days, so that covers form no ring.
    """
    with _changing(actor, about=user_id) as bureau:
        member, cover = _member(bureau, user_id), _member(bureau, cover_id)
        _refuse_days(first_day, last_day)
        if cover_id == user_id:
            raise MoveRefused(_("Choose a colleague, not the person on leave, as cover."))
        taken = bureau.absences.overlapping(first_day, last_day)
        if own := taken.filter(user=user_id).first():
            raise MoveRefused(
                _("Leave of %(name)s is already entered: %(days)s.") % {"name": member.user, "days": days_words(own)}
            )
        if away := taken.filter(user=cover_id).first():
            raise MoveRefused(
                _("%(name)s is on leave too: %(days)s. Choose a colleague who is at work on all these days.")
                % {"name": cover.user, "days": days_words(away)}
            )
        absence = Absence.objects.create(
            bureau=bureau, user_id=user_id, cover_id=cover_id, first_day=first_day, last_day=last_day
        )
        _record(bureau, actor, OfficeWhat.ABSENT, absence)
    return absence


def end(actor: Actor, absence_id: int) -> Absence:
    """End an absence before its last day, or cancel one that has not begun.

    Raise Absence.DoesNotExist for another bureau's.
    """
    found = Absence.objects.filter(bureau=actor.bureau_id).get(pk=absence_id)
    with _changing(actor, about=found.user_id) as bureau:
        absence = bureau.absences.select_related("user", "cover").get(pk=absence_id)
        if absence.ended_at or absence.last_day < timezone.localdate():
            raise MoveRefused(_("This leave has already ended."))
        absence.ended_at = timezone.now()
        absence.save(update_fields=["ended_at"])
        _record(bureau, actor, OfficeWhat.BACK, absence)
    return absence


def give_out_by_load(actor: Actor, *, wanted: bool) -> None:
    """Switch automatic assignment by load on or off (the chief only); idempotent."""
    with _changing(actor) as bureau:
        if bureau.assigns_by_load == wanted:
            return
        bureau.assigns_by_load = wanted
        bureau.save(update_fields=["assigns_by_load"])
        OfficeChange.objects.create(
            bureau=bureau,
            user_id=actor.person_id,
            actor_name=actor.name,
            what=OfficeWhat.BY_LOAD,
            value="1" if wanted else "0",
        )


def days_words(absence: Absence) -> str:
    """Return the days of an absence in words."""
    return " – ".join(date_format(day, "DATE_FORMAT") for day in (absence.first_day, absence.last_day))


def _member(bureau: Bureau, user_id: int) -> Reviewer:
    if member := access.members(bureau.pk).filter(user_id=user_id).first():
        return member
    raise MoveRefused(_("Choose a colleague of your own bureau."))


def _refuse_days(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise MoveRefused(_("The last day is before the first day."))
    if last_day < timezone.localdate():
        raise MoveRefused(_("These days are in the past."))
    if last_day - first_day >= LONGEST:
        raise MoveRefused(_("Enter at most one year at a time."))


def _record(bureau: Bureau, actor: Actor, what: OfficeWhat, absence: Absence) -> None:
    OfficeChange.objects.create(
        bureau=bureau,
        user_id=actor.person_id,
        actor_name=actor.name,
        what=what,
        about=str(absence.user),
        value=f"{absence.first_day} {absence.last_day}",
        cover=str(absence.cover),
    )
