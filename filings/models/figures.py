"""The public figures of a month, counted by a sweep, so that no page counts."""

from django.db import models
from django.db.models import Q

COUNTRY = ""  # the province of a row about the whole country


class MonthFigures(models.Model):
    """The figures of a month and a province, or of the whole country; counted again, it is replaced.

    One row because a month is counted, replaced and shown as a whole: 32 rows a month, 384 a year, about 2 kB each.
    ``content`` has numbers only, no person, host or provider; ``filings.figures.monthly`` states its shape.
    """

    month = models.DateField()
    # GB/T 2260 code, or COUNTRY
    province = models.CharField(max_length=6, blank=True)
    content = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "month"], name="one_row_of_figures_per_province_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="figures_are_of_a_whole_month"),
        ]

    def __str__(self) -> str:
        return f"{self.province or 'country'} {self.month:%Y-%m}"
