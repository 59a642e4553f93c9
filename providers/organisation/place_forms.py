"""Forms for a provider's places, weekly times and closed days, and for cancelling appointments."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from desks.forms import CheckedField, PortalForm
from desks.noted_fields import optional
from filings.appointments import booking
from filings.models import Weekday
from filings.models.appointment import LONGEST, MOST_AT_ONCE, SHORTEST
from ministry.reference.typed_text import normal_text, one_line
from ministry.versions import VersionField
from providers.organisation.places import HoursWritten, PlaceWritten


class PlaceForm(PortalForm):
    """A place where hosts come with their documents."""

    name = CheckedField(
        check=lambda text: one_line(text, 64),
        label=gettext_lazy("Name of the place"),
        max_length=64,
        help_text=gettext_lazy("Short, as hosts read it beside the time, for example: Haidian office."),
    )
    address = CheckedField(
        check=lambda text: one_line(text, 255),
        label=gettext_lazy("Address"),
        max_length=255,
        help_text=gettext_lazy("Street, number and room."),
    )
    phone = CheckedField(
        check=lambda text: one_line(text, 64),
        label=gettext_lazy("Telephone"),
        max_length=64,
        help_text=gettext_lazy("With area code, for example 010-66001234 or 400-000-0001."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    directions = optional(
        CheckedField(
            check=lambda text: normal_text(text, 500),
            label=gettext_lazy("How to get there"),
            max_length=500,
            help_text=gettext_lazy("For example underground station and exit, where to register."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    )
    version = VersionField(initial=0)

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if sum(char.isdigit() for char in phone) < 5:
            raise ValidationError(_("This is not a telephone number. Write it like 010-66001234."), code="invalid")
        return phone

    def written(self) -> PlaceWritten:
        """Return what was typed; only after a successful ``is_valid``."""
        data = self.cleaned_data
        return PlaceWritten(
            name=data["name"], address=data["address"], phone=data["phone"], directions=data["directions"] or ""
        )


def _clock() -> forms.TimeInput:
    """Return a browser's time picker."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class HoursForm(PortalForm):
    """Weekly times to add."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Public holidays are closed automatically. Make-up working days follow their weekday."),
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    starts = forms.TimeField(label=pgettext_lazy("time of day", "From"), widget=_clock(), initial=time(9))
    ends = forms.TimeField(label=pgettext_lazy("time of day", "To"), widget=_clock(), initial=time(17))
    minutes = forms.IntegerField(
        label=gettext_lazy("Length of an appointment (minutes)"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    at_once = forms.IntegerField(
        label=gettext_lazy("Appointments at the same time"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        help_text=gettext_lazy("How many verifiers work there at the same time."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check that at least one appointment fits between the two times."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends, minutes = (cleaned.get(name) for name in ("starts", "ends", "minutes"))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be later than the start. Enter a later time."))
        elif starts and ends and minutes and _minutes(ends) - _minutes(starts) < minutes:
            self.add_error(
                "ends", _("This is too short for an appointment of %(minutes)d minutes.") % {"minutes": minutes}
            )
        return cleaned

    def written(self) -> HoursWritten:
        """Return the times that were typed; only after a successful ``is_valid``."""
        data = self.cleaned_data
        starts, ends = data["starts"].replace(second=0), data["ends"].replace(second=0)
        return HoursWritten(starts=starts, ends=ends, minutes=data["minutes"], at_once=data["at_once"])


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


class ClosedDayForm(PortalForm):
    """A day without appointments."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Public holidays need not be entered."),
    )
    reason = CheckedField(
        check=lambda text: one_line(text, 100),
        label=gettext_lazy("Reason"),
        max_length=100,
        help_text=gettext_lazy("For your colleagues, for example: stocktaking."),
    )

    def clean_day(self) -> Any:
        """Return the day; it must not be over."""
        if self.cleaned_data["day"] < timezone.localdate():
            raise ValidationError(_("This day has passed. Enter today or a later date."), code="past")
        return self.cleaned_data["day"]


class CallOffForm(PortalForm):
    """Why an appointment is cancelled."""

    reason = CheckedField(
        check=lambda text: one_line(text, booking.LONGEST_REASON),
        label=gettext_lazy("Why it is cancelled"),
        max_length=booking.LONGEST_REASON,
        help_text=gettext_lazy("The host sees it in the e-mail and in the history of the filing."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why the appointment is cancelled; the host can read it.")},
    )
