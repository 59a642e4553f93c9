"""Publish, correct and withdraw an announcement of a bureau. Only its chiefs may; each wording is kept."""

from datetime import date, datetime
from typing import TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bureaus.access import changing_as_chief
from bureaus.models import AnnouncementVersion, Bureau, BureauAnnouncement
from filings.actors import Actor
from filings.errors import MoveRefused


class AnnouncementContent(TypedDict):
    """The content of an announcement; ``title_en`` and ``text_en`` are both empty or both given."""

    title: str
    text: str
    title_en: str
    text_en: str
    starts_on: date
    ends_on: date | None


def publish(actor: Actor, written: AnnouncementContent) -> BureauAnnouncement:
    """Publish an announcement of the actor's bureau; it is shown from its first day on."""
    with changing_as_chief(actor, _refusal()) as bureau:
        now = timezone.now()
        slug = _next_slug(bureau)
        made = BureauAnnouncement.objects.create(bureau=bureau, slug=slug, published_at=now, worded_at=now, **written)
        _keep(made, actor, written, now)
    return made


def correct(actor: Actor, announcement_id: int, written: AnnouncementContent, *, version: int) -> bool:
    """Give an announcement a new wording; return whether it differs.

    Raise BureauAnnouncement.DoesNotExist for another bureau's, MoveRefused if it is withdrawn or was changed since
    ``version``.
    """
    with changing_as_chief(actor, _refusal()) as bureau:
        found = _open(bureau, announcement_id, version)
        if written == content_of(found):
            return False
        now = timezone.now()
        for name, value in written.items():
            setattr(found, name, value)
        found.version, found.worded_at = found.version + 1, now
        found.save()
        _keep(found, actor, written, now)
    return True


def withdraw(actor: Actor, announcement_id: int, reason: str, *, version: int) -> None:
    """Withdraw an announcement for good, for a reason that everybody reads. Raises what ``correct`` does."""
    with changing_as_chief(actor, _refusal()) as bureau:
        found = _open(bureau, announcement_id, version)
        found.withdrawn_at, found.reason = timezone.now(), reason
        found.withdrawn_by_id, found.withdrawer_name = actor.person_id, actor.name
        found.version += 1
        found.save()


def content_of(found: BureauAnnouncement) -> AnnouncementContent:
    """Return the content of an announcement."""
    return AnnouncementContent(
        title=found.title,
        text=found.text,
        title_en=found.title_en,
        text_en=found.text_en,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
    )


def _refusal() -> str:
    return _("Only a chief of the bureau publishes its announcements.")


def _next_slug(bureau: Bureau) -> str:
    """Return the slug of the year's next announcement: 2026-3. Rows are never deleted, and the bureau is locked."""
    year = timezone.localdate().year
    return f"{year}-{bureau.announcements.filter(slug__startswith=f'{year}-').count() + 1}"


def _open(bureau: Bureau, announcement_id: int, version: int) -> BureauAnnouncement:
    found: BureauAnnouncement = bureau.announcements.get(pk=announcement_id)
    if found.withdrawn_at:
        raise MoveRefused(
            _("%(name)s withdrew this announcement on %(day)s.")
            % {"name": found.withdrawer_name, "day": date_format(timezone.localtime(found.withdrawn_at))}
        )
    if found.version != version:
        raise MoveRefused(
            _(
                "%(name)s has corrected this announcement in the meantime. What you typed has been kept; compare it "
                "with the published wording and publish it again."
            )
            % {"name": found.versions.latest("number").actor_name}
        )
    return found


def _keep(found: BureauAnnouncement, actor: Actor, written: AnnouncementContent, now: datetime) -> None:
    """Store the newest wording with who wrote it and when."""
    AnnouncementVersion.objects.create(
        announcement=found, number=found.version, user_id=actor.person_id, actor_name=actor.name, at=now, **written
    )
