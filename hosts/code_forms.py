"""Forms in which a responsible person requests a verification code and enters it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm


class SendCodeForm(PortalForm):
    """The mobile and the end of the certificate number, which identify a responsible person."""

    mobile = forms.CharField(
        label=_("Your mobile number"),
        max_length=32,
        help_text=_("As entered in the filing."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    last = forms.CharField(
        label=_("Last six characters of your certificate number"),
        max_length=32,
        min_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(SendCodeForm):
    """The verification code, with what identifies the responsible person."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label=_("Verification code"),
        error_messages={"invalid": _("A verification code has six digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    field_order = ("code", "mobile", "last")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip()
