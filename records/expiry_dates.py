"""Watch the expiry dates of certificates, domains and approvals."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from ministry.models import Subject, Website
from records import visibility
from records.models import ExpiryDate, ExpiryKind

MOST = 100  # of one subject


def save(
    subject_id: int, actor: Actor, *, website_id: int | None, kind: ExpiryKind, label: str, ends_on: date
) -> ExpiryDate:
    """Create or update a watched date; a new date resets the reminders.

    Raises Subject.DoesNotExist or Website.DoesNotExist if they are not the actor's.
    """
    with transaction.atomic():
        rows = visibility.subjects(actor).filter(live=True)
        subject = rows.select_for_update(of=("self",), no_key=True).get(pk=subject_id)
        website = subject.websites.get(pk=website_id, live=True) if website_id else None
        if subject.watches.count() >= MOST:
            raise MoveRefused(_("You can have at most %(most)d expiry reminders per site host.") % {"most": MOST})
        return _write(subject, website, kind, label, ends_on, entered_by=actor.user_id)


def change(watch_id: int, actor: Actor, ends_on: date) -> ExpiryDate:
    """Change a watched date after a renewal. Raises ExpiryDate.DoesNotExist if it is not the actor's."""
    with transaction.atomic():
        watch = _locked(watch_id, actor)
        return _set(watch, ends_on, actor.user_id)


def remove(watch_id: int, actor: Actor) -> None:
    """Delete a watched date. Raises ExpiryDate.DoesNotExist if it is not the actor's."""
    with transaction.atomic():
        _locked(watch_id, actor).delete()


def read_from_filing(subject: Subject, website: Website | None, kind: ExpiryKind, label: str, ends_on: date) -> None:
    """Watch a date from an approved filing; ignore it if the known date is the same or later."""
    known = ExpiryDate.objects.filter(subject=subject, website=website, kind=kind, label=label, ends_on__gte=ends_on)
    if not known.exists():
        _write(subject, website, kind, label, ends_on, entered_by=None)


def forget(subject: Subject, website: Website | None, kind: ExpiryKind, label: str) -> None:
    """Delete the watched date of something that, by an approved filing, no longer expires."""
    ExpiryDate.objects.filter(subject=subject, website=website, kind=kind, label=label).delete()


def _locked(watch_id: int, actor: Actor) -> ExpiryDate:
    rows = ExpiryDate.objects.filter(subject__in=visibility.subjects(actor))
    return rows.select_for_update(of=("self",)).get(pk=watch_id)


def _write(
    subject: Subject, website: Website | None, kind: ExpiryKind, label: str, ends_on: date, entered_by: int | None
) -> ExpiryDate:
    watch, is_new = ExpiryDate.objects.get_or_create(
        subject=subject,
        website=website,
        kind=kind,
        label=label,
        defaults={"ends_on": ends_on, "entered_by_id": entered_by},
    )
    return watch if is_new else _set(watch, ends_on, entered_by)


def _set(watch: ExpiryDate, ends_on: date, entered_by: int | None) -> ExpiryDate:
    if watch.ends_on != ends_on:
        watch.ends_on, watch.told, watch.entered_by_id = ends_on, None, entered_by
        watch.save(update_fields=["ends_on", "told", "entered_by", "entered_at"])
    return watch
