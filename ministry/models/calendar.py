"""Tables of the work calendar: years with their holiday notices, and exceptions to Monday to Friday.

A day without a row is a working day from Monday to Friday, and a day off on Saturday and Sunday; in a year without a
published notice, a day that law fixes as a holiday is off too (``ministry.calendar.statutory``).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only, audited


class CalendarYear(models.Model):
    """A year of the calendar. Dates that reach into a year without a published notice are provisional."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    published = models.BooleanField(_("notice published"), default=False)
    source = models.CharField(_("title of the notice"), max_length=255, blank=True)
    number = models.CharField(_("number of the notice"), max_length=64, blank=True)
    announced_on = models.DateField(_("date of the notice"), null=True, blank=True)
    url = models.URLField(_("web address of the notice"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ("-year",)
        constraints = [
            models.CheckConstraint(
                condition=Q(published=False) | ~Q(source=""),
                name="a_published_year_names_its_source",
                violation_error_message=_("Enter the notice that was published."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1949) & Q(year__lte=9999),
                name="a_year_has_four_digits",
                violation_error_message=_("Enter a year with four digits."),
            ),
        ]
        triggers = audited(key="{0}.year::bigint")

    def __str__(self) -> str:
        return str(self.year)

    @property
    def notice(self) -> str:
        """Return the citation of the notice; empty while there is none."""
        if not self.published:
            return ""
        return f"《{self.source}》（{self.number}）" if self.number else f"《{self.source}》"


class CalendarDay(models.Model):
    """An exception to Monday to Friday: a statutory day off, or a weekend day that is worked (调休上班)."""

    day = models.DateField(_("day"), primary_key=True)
    year = models.ForeignKey(CalendarYear, on_delete=models.PROTECT, related_name="days", verbose_name=_("year"))
    is_working = models.BooleanField(_("working day"), default=False)
    name = models.CharField(_("name"), max_length=64, help_text=_("For example 国庆节 or 调休上班."))

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("day",)
        constraints = [
            models.CheckConstraint(
                condition=Q(day__year=F("year")),
                name="a_day_lies_in_its_year",
                violation_error_message=_("This day is not in this year."),
            ),
            models.CheckConstraint(
                condition=Q(is_working=False) | Q(day__iso_week_day__gte=6),
                name="a_make_up_day_is_a_weekend_day",
                violation_error_message=_("Only a Saturday or a Sunday can be a make-up working day."),
            ),
        ]
        triggers = audited(key="to_char({0}.day, 'YYYYMMDD')::bigint")


class CalendarChange(models.Model):
    """A change of a year's calendar: its whole content before and after. Append-only."""

    year = models.ForeignKey(CalendarYear, on_delete=models.PROTECT, related_name="changes", verbose_name=_("year"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change of the work calendar")
        verbose_name_plural = _("changes of the work calendar")
        triggers = append_only("calendar_change_append_only")
