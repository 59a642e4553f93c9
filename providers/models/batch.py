"""Imports of many filings at once by a provider, on behalf of many hosts."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings.actors import Actor
from filings.models.documents import OfficialPaper
from filings.models.filing import Filing
from filings.models.mandate import MandateWay
from filings.states import Role


class ImportState(models.TextChoices):
    """The state of an import."""

    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, nothing written yet")
    WRITING = "writing", _("being written")
    DONE = "done", _("completed")


class ImportMode(models.TextChoices):
    """Whether rows without faults are written if others have faults."""

    ALL = "all", _("all rows or none")
    ROWS = "rows", _("only the correct rows")


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the imports of the actor's provider; none for other parties."""
        if actor.role != Role.PROVIDER:
            return self.none()
        return self.filter(provider_id=actor.provider_id or 0)


class Import(models.Model):
    """A file that was read, checked row by row, and then written or not. See ``providers.imports``."""

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("read"), auto_now_add=True)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    # The columns of the file in its own order, by the keys of ``imports.columns``.
    columns = ArrayField(models.CharField(max_length=64))
    state = models.CharField(_("state"), max_length=8, choices=ImportState, default=ImportState.CHECKING)
    # When it was last worked on; stalled imports are resumed.
    touched_at = models.DateTimeField(auto_now_add=True)

    # What is to be written, once that is decided.
    mode = models.CharField(max_length=4, choices=ImportMode, blank=True)
    way = models.CharField(max_length=8, choices=MandateWay, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    until = models.DateField(null=True)
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Why writing all rows at once was refused.
    refusal = models.CharField(max_length=500, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ImportState.WRITING) | (~Q(mode="") & ~Q(way="") & Q(decided_by__isnull=False)),
                name="import_is_written_as_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="imports_of_provider"),
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=[ImportState.CHECKING, ImportState.WRITING]),
                name="import_under_way",
            ),
        ]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are in all, checked, faulty, written, and refused while written. One query."""
        return self.rows.aggregate(
            all=Count("pk"),
            checked=Count("checked_at"),
            faulty=Count("pk", filter=Q(is_faulty=True)),
            written=Count("filing"),
            refused=Count("pk", filter=~Q(refusal="")),
        )

    @property
    def is_under_way(self) -> bool:
        """Return whether it is being checked or written."""
        return self.state in (ImportState.CHECKING, ImportState.WRITING)


class ImportRow(models.Model):
    """A row of the file, unique by its number, so it becomes one filing at most, however often it is tried."""

    batch = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    # Texts of the cells, in the file's order; emptied when the filing is written, or after a while.
    cells = SealedJSONField()
    checked_at = models.DateTimeField(null=True)
    is_faulty = models.BooleanField(default=False)
    # [{column, heading, code, message}]
    problems = SealedJSONField(default=list)
    # Keyed digests of what must be unique in the file.
    keys = ArrayField(models.CharField(max_length=72), default=list)
    filing = models.OneToOneField(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row_of_a_number")]
