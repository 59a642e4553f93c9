"""Results of the nightly check of the stored files."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class FileCheck(models.Model):
    """A comparison of the storage with the rows that name its files; an interrupted run resumes at ``place``."""

    day = models.DateField(_("day"), unique=True)
    step = models.PositiveSmallIntegerField(default=0)  # of file_checks.STEPS
    place = models.CharField(max_length=255, blank=True)  # the last row or file checked
    rows = models.PositiveIntegerField(_("files on record"), default=0)
    missing = models.PositiveIntegerField(_("missing from the storage"), default=0)
    examples = ArrayField(models.CharField(max_length=200), verbose_name=_("the first of them"), default=list)
    files = models.PositiveIntegerField(_("files in the storage"), default=0)
    unnamed = models.PositiveIntegerField(_("files without a record"), default=0)
    removed = models.PositiveIntegerField(_("of these, removed"), default=0)
    fault = models.TextField(_("why nothing was removed"), blank=True)
    ended_at = models.DateTimeField(_("completed at"), null=True)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("check of the stored files")
        verbose_name_plural = _("checks of the stored files")

    def __str__(self) -> str:
        return f"{self.day}"
