"""The filters of the provider's queue."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy, ngettext

from desks.staff.queue_forms import ANY, FilterForm
from ministry.reference import provinces
from providers import tabs

AGES = (1, 2, 3, 5, 10, 20)


def _ages() -> list[tuple[Any, Any]]:
    words = (
        (days, ngettext("%(days)d working day or more", "%(days)d working days or more", days) % {"days": days})
        for days in AGES
    )
    return [*ANY, *words]


class ProviderFilterForm(FilterForm[tabs.ProviderQueue]):
    """Beside kind and nature: province of a filing, and its age in working days."""

    columns: ClassVar = {"kind": "kind", "nature": "subject_nature", "province": "subject_province"}

    province = forms.ChoiceField(label=gettext_lazy("Province"), choices=[*ANY, *provinces.CHOICES], required=False)
    age = forms.TypedChoiceField(
        label=gettext_lazy("Time in queue"), choices=_ages, coerce=int, empty_value=None, required=False
    )

    @property
    def working_days(self) -> int | None:
        """Return the chosen age in working days."""
        return self.chosen().get("age")

    def condition(self, desk: tabs.ProviderQueue) -> Q:
        """Return the condition for the filings that match."""
        fitting = super().condition(desk)
        return fitting & Q(arrived_at__lt=desk.old_before) if desk.old_before else fitting
