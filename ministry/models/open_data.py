"""The open data: which files of the public register were published, by month."""

from django.db import models
from django.db.models import Q


class OpenDataEdition(models.Model):
    """The files of a month: the public register as it was at one moment. A new run replaces it.

    Twelve rows a year, about 1 kB each, and as many as ``OPEN_DATA_MONTHS`` are kept. ``files`` is a list of objects
    with ``name``, ``size`` in bytes, ``sha256`` and ``rows``; they are in ``folder`` of the settings' OPEN_DATA_ROOT.
    """

    month = models.DateField(unique=True)
    folder = models.CharField(max_length=40)
    files = models.JSONField()
    # When the state was read, and the timepoint of the feed after which its changes follow
    read_at = models.DateTimeField()
    timepoint = models.CharField(max_length=32)

    class Meta:
        ordering = ["-month"]
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="open_data_are_of_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
