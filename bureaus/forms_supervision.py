"""The forms of the bureau's supervision: a second reading, the rate of the draw, the publication of a bulletin."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureaus import bulletins
from desks.forms import PortalForm
from filings import reasons, states

VERDICTS = [
    (states.APPROVE.name, _("I would have approved it")),
    (states.RETURN.name, _("I would have returned it")),
]


class ReadingForm(PortalForm):
    """Form for a second reading: the reader's own decision and its reason."""

    verdict = forms.ChoiceField(
        label=_("What would you have decided?"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you would have decided.")},
    )
    codes = forms.MultipleChoiceField(
        label=_("Codes of the return"),
        choices=reasons.grouped,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "long-list"}),
        help_text=_("For a return, choose at least one."),
    )
    note = forms.CharField(
        label=_("What you found"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(PortalForm):
    """The rate of second readings, and its first day."""

    percent = forms.IntegerField(label=_("Filings checked per hundred decided"), min_value=0, max_value=100)
    valid_from = forms.DateField(
        label=_("Effective from"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"),
        help_text=_("Tomorrow at the earliest."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.fields["valid_from"].widget.attrs["min"] = tomorrow.isoformat()
        self.fields["percent"].widget.attrs["class"] = "input-medium"


class BulletinForm(PortalForm):
    """Figures that the portal does not count, typed in by the chief; all of them are optional."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in bulletins.TYPED.items():
            self.fields[name] = forms.IntegerField(label=str(label), required=False, min_value=0, max_value=10**9)
            self.fields[name].widget.attrs["class"] = "input-medium"
        self.fields["remark"] = forms.CharField(
            label=_("Remark"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
        )
