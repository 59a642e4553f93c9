"""The forms of the bureau's desk."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bureaus import rules
from bureaus.models import Bureau
from desks.forms import PortalForm
from filings import clock
from filings.review import opinions, questions

People = Sequence[tuple[int, str]]

LONGEST_PROOF = 480


class DecisionForm(PortalForm):
    """What goes with a decision: the opinion, a question instead of one, and the proof of who decides."""

    opinion = forms.CharField(
        label=_("Opinion"),
        help_text=_("Kept on record with your name and the time. If left empty, the standard wording is used."),
        required=False,
        max_length=opinions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    secret = forms.CharField(
        label=_("Password"),
        help_text=_("Or a code of your two-step verification. Your bureau asks for it before an approval."),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    question = forms.CharField(
        label=_("Question to the provider"),
        help_text=format_lazy(
            _("The filing stays with you and the {days} working days continue. The provider is notified by e-mail."),
            days=clock.WORKING_DAYS,
        ),
        required=False,
        max_length=questions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    days = forms.TypedChoiceField(
        label=_("Answer due"), required=False, coerce=int, empty_value=None, initial=questions.USUAL_DAYS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("within %(days)d working day", "within %(days)d working days", days) % {"days": days})
            for days in questions.DAYS
        ]

    def focus_proof(self) -> None:
        """Put the focus on the proof, on the page with that field."""
        self.fields["secret"].widget.attrs["autofocus"] = True

    def reset_question(self) -> None:
        """Clear the question after it was sent; keep what else was typed."""
        self.data = {**self.data, "opinion": self["opinion"].value(), "question": "", "days": self["days"].value()}


class RulesForm(forms.ModelForm[Bureau]):
    """The rules of a bureau's desk."""

    class Meta:
        model = Bureau
        fields = rules.RULES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof_minutes"] = forms.IntegerField(
            label=self.fields["proof_minutes"].label,
            help_text=self.fields["proof_minutes"].help_text,
            min_value=0,
            max_value=LONGEST_PROOF,
        )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )


class AbsenceForm(PortalForm):
    """Who is away from when to when, and who covers."""

    who = forms.TypedChoiceField(label=_("Person on leave"), coerce=int)
    first_day = _day(_("First day of leave"))
    last_day = _day(_("Last day of leave"))
    cover = forms.TypedChoiceField(
        label=_("Cover"),
        coerce=int,
        help_text=_("Sees and can claim the filings of the colleague on leave, and receives the e-mails about them."),
        error_messages={"required": _("Choose a cover.")},
    )

    def __init__(self, *args: Any, who: People, covers: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = who  # type: ignore[attr-defined]
        self.fields["cover"].choices = [("", "—"), *covers]  # type: ignore[attr-defined]
