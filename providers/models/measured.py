"""How a provider's filings have gone lately, counted by a sweep, so that no page counts."""

from typing import Final

from django.db import models

from providers.models.provider import Provider

# With fewer decisions no rate of returns is stated: one more or less would change it by over 5 points; our own choice.
FEWEST_DECISIONS: Final = 20


class MeasuredWork(models.Model):
    """A provider's work in the last whole months (``MONTHS``); counted again, it is replaced.

    ``half`` and ``nine_tenths``: working days within which so many filings were verified or sent back; None for too few
    of them. ``decided`` and ``returned``: decisions of bureaus on its filings. One row for each provider.
    """

    MONTHS: Final = 3  # our own choice

    provider = models.OneToOneField(Provider, on_delete=models.CASCADE, primary_key=True, related_name="measured_work")
    half = models.PositiveSmallIntegerField(null=True)
    nine_tenths = models.PositiveSmallIntegerField(null=True)
    decided = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["counted_on"], name="measured_work_by_day")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.counted_on}"

    @property
    def return_rate(self) -> int | None:
        """Return how many of a hundred decisions were returns; None for fewer decisions than ``FEWEST_DECISIONS``."""
        return round(100 * self.returned / self.decided) if self.decided >= FEWEST_DECISIONS else None
