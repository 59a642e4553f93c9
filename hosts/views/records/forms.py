"""Forms of the host's records pages."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.forms import CheckedField, PortalForm
from desks.noted_fields import noted, optional
from ministry.models import Subject
from records import footers, police_filing
from records.models import ExpiryKind, YearlyAnswer
from records.models.upkeep import LABEL_LENGTH, OF_FILINGS

FURTHEST_YEARS = 60


def _day_field(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


def _refuse_day(day: date) -> date:
    """Return the day; raise ValidationError if it is past or more than ``FURTHEST_YEARS`` ahead."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError(_("This date has passed. Enter the new expiry date."))
    if day.year > today.year + FURTHEST_YEARS:
        raise ValidationError(_("This date is too far in the future. Leave out anything that has no end date."))
    return day


class RenewForm(PortalForm):
    """The new end of a watched date."""

    ends_on = _day_field(gettext_lazy("Valid until"), gettext_lazy("The last day of validity, as printed on it."))

    def clean_ends_on(self) -> date:
        return _refuse_day(self.cleaned_data["ends_on"])


class WatchForm(RenewForm):
    """A date to watch, of the subject or of one of its websites."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What expires"), choices=[("", "—"), *ExpiryKind.choices], widget=forms.Select
    )
    website = forms.TypedChoiceField(
        label=gettext_lazy("Which website"), coerce=int, required=False, empty_value=None, choices=[]
    )
    label = optional(
        forms.CharField(
            label=gettext_lazy("Which one"),
            help_text=gettext_lazy(
                "A name by which you will recognise it, such as the domain or the name of the approval."
            ),
            max_length=LABEL_LENGTH,
        )
    )

    field_order = ("kind", "website", "label", "ends_on")

    def __init__(self, subject: Subject, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.pk, f"{row.shown_domain}") for row in subject.websites.all() if row.live]
        everything = ("", _("None; it concerns the site host"))
        self.fields["website"].choices = [everything, *rows]  # type: ignore[attr-defined]

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"]).strip()
        if label in OF_FILINGS:
            raise ValidationError(_("Choose another name."))
        return label


class PoliceForm(PortalForm):
    """The police filing of a website."""

    number = optional(
        CheckedField(
            check=police_filing.check_number,
            label=gettext_lazy("Police filing number"),
            help_text=gettext_lazy("As the police's platform shows it, with 14 digits."),
            max_length=police_filing.LONGEST,
        )
    )
    done = forms.BooleanField(
        label=gettext_lazy("I have filed, but have no number yet"),
        help_text=gettext_lazy("You will not be reminded again."),
        required=False,
    )
    opened_on = optional(
        _day_field(
            gettext_lazy("Opening date"),
            format_lazy(
                gettext_lazy(
                    "Only if it opened on a different day from the approval: the {days} days count from this date."
                ),
                days=police_filing.DAYS,
            ),
        )
    )

    def __init__(self, *args: Any, is_due: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_due:
            self.fields["opened_on"].help_text = _("The %(days)d days count from this date.") % {
                "days": police_filing.DAYS
            }
        noted(self, "number").example = "京公网安备11010802000001号"

    def clean_opened_on(self) -> date | None:
        """Return the day; raise ValidationError if one given before is left out: the 30 days count from it."""
        day: date | None = self.cleaned_data["opened_on"]
        if day is None and self.initial.get("opened_on"):
            raise ValidationError(_("Enter the correct date: an entered date can be changed but not removed."))
        if day and not date(1994, 4, 20) <= day <= timezone.localdate() + timedelta(days=366):
            raise ValidationError(_("This can't be the opening date."))
        return day


class FooterForm(PortalForm):
    """A page's HTML, pasted."""

    html = forms.CharField(
        label=gettext_lazy("HTML of your home page"),
        help_text=gettext_lazy(
            "Open the page in your browser, view its source, copy all of it and paste it here. It is not saved."
        ),
        max_length=footers.MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )


class YearlyForm(PortalForm):
    """The answer to the yearly confirmation."""

    answer = forms.ChoiceField(
        label=gettext_lazy("State of the record"), choices=YearlyAnswer.choices, widget=forms.RadioSelect
    )


class ProofForm(PortalForm):
    """The number of a proof."""

    number = forms.CharField(
        label=gettext_lazy("Number of the proof"),
        help_text=gettext_lazy("16 letters and digits in groups of four, printed beside the code."),
        max_length=64,
    )
