"""Forms in which a responsible person requests a verification code and enters it."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm
from filings.rules.required_codes import LAST
from filings.verification.one_time_codes import DIGITS


class SendCodeForm(PortalForm):
    """The mobile and the end of the certificate number, which identify a responsible person."""

    mobile = forms.CharField(
        label=_("Your mobile number"),
        max_length=32,
        help_text=_("As entered in the filing."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    last = forms.CharField(
        label=format_lazy(_("Last {count} characters of your certificate number"), count=LAST),
        max_length=32,
        min_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(SendCodeForm):
    """The verification code, with what identifies the responsible person."""

    code = forms.RegexField(
        rf"^\s*[0-9]{{{DIGITS}}}\s*$",
        label=_("Verification code"),
        error_messages={"invalid": format_lazy(_("A verification code has {count} digits."), count=DIGITS)},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    field_order = ("code", "mobile", "last")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip()
