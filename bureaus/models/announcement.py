"""Announcements (公告) of bureaus: plain text for everybody, each wording kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts import languages
from bureaus.models.bureau import Bureau
from filings.clock import moment
from ministry.models.audit import append_only, audited
from ministry.reference import provinces

# Our own choice
LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 120, 5000, 300
OFFICIAL_LANGUAGE = "zh-Hans"
NOT_PUBLIC = ("withdrawn_by", "withdrawer_name")  # of an announcement
WRITER = ("user", "actor_name")  # of a wording, not public either


class Wording(models.Model):
    """Text of an announcement, with the first and the last day it is shown; without ``ends_on`` it has no last day."""

    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.CharField(max_length=LONGEST_TEXT)
    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True)
    text_en = models.CharField(max_length=LONGEST_TEXT, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        abstract = True

    @property
    def shown_title(self) -> str:
        """Return the title as the current language shows it."""
        return self.title_en if self._in_english else self.title

    @property
    def shown_text(self) -> str:
        """Return the text as the current language shows it."""
        return self.text_en if self._in_english else self.text

    @property
    def lang(self) -> str:
        """Return the language of what is shown; empty if it is that of the page."""
        return "" if self._in_english else self.official_lang

    @property
    def official_lang(self) -> str:
        """Return the language of the Chinese text; empty if it is that of the page."""
        return OFFICIAL_LANGUAGE if languages.is_english() else ""

    @property
    def _in_english(self) -> bool:
        return languages.is_english() and bool(self.text_en)

    @property
    def shown_from(self) -> datetime:
        """Return the first moment of the first day."""
        return moment(self.starts_on)


class BureauAnnouncementQuerySet(models.QuerySet["BureauAnnouncement"]):
    def in_force(self) -> Self:
        """Return those to be shown today, the newest first."""
        return self.ever_shown().not_over().filter(withdrawn_at=None)

    def ever_shown(self) -> Self:
        """Return those that are shown or have been, also if they are over or withdrawn, the newest first."""
        begun = self.defer(*NOT_PUBLIC).filter(starts_on__lte=timezone.localdate()).order_by("-starts_on", "-pk")
        return begun.filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gte=F("starts_on")))

    def not_over(self) -> Self:
        """Return those whose last day has not passed."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))


class BureauAnnouncement(Wording):
    """A bureau's announcement in its newest wording. ``slug``, the end of its address, is its year and its place in it.

    It is published when it is made, and shown from its first day on.
    """

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="announcements", db_index=False)
    slug = models.SlugField(max_length=16, db_index=False)
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField()
    worded_at = models.DateTimeField()  # the newest wording
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    withdrawer_name = models.CharField(max_length=128, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects = BureauAnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "slug"], name="one_announcement_an_address"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on__lte=F("ends_on")), name="bureau_announcement_runs_forward"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, reason="") | (Q(withdrawn_at__isnull=False) & ~Q(reason="")),
                name="announcement_withdrawn_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "-starts_on", "-id"], name="announcements_of_bureau"),
            models.Index(fields=["-starts_on", "-id"], name="announcements_of_all"),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the path of its public page."""
        return reverse("announcements:page", args=[provinces.by_code(self.bureau_id).slug, self.slug])

    @property
    def bureau_name(self) -> str:
        """Return the bureau's name as the current language shows it. No query."""
        return provinces.by_code(self.bureau_id).shown_bureau

    @property
    def has_begun(self) -> bool:
        """Return whether its first day has come."""
        return self.starts_on <= timezone.localdate()

    @property
    def is_over(self) -> bool:
        """Return whether its last day has passed."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def corrected_at(self) -> datetime | None:
        """Return when it was last corrected; None if never since it was first shown."""
        return self.worded_at if self.worded_at > max(self.published_at, self.shown_from) else None


class AnnouncementVersion(Wording):
    """A wording of an announcement: who wrote it, and when."""

    announcement = models.ForeignKey(
        BureauAnnouncement, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "number"], name="one_wording_an_announcement_and_version")
        ]
        triggers = append_only("announcement_version_append_only")


def once_shown(versions: Sequence[AnnouncementVersion]) -> list[tuple[AnnouncementVersion, datetime]]:
    """Return the earlier wordings that were shown, with the moment each was replaced. ``versions``: all, newest first.

    A wording corrected before its first day was never shown.
    """
    pairs = zip(versions[1:], versions[:-1], strict=True)
    return [(earlier, later.at) for earlier, later in pairs if later.at > earlier.shown_from]
