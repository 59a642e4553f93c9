"""Forms of the ministry's public pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.mail import LONGEST as LONGEST_ADDRESS
from accounts.mail import check_address
from ministry.passwords import elsewhere, passwords
from ministry.reference import certificate_fields, provinces
from ministry.reference.numbers import LONGEST as LONGEST_NUMBER
from ministry.reference.numbers import parse_number

LONGEST_PASSWORD = 128
PAST_DAY = "on"  # the field of ``DayForm``


def _password(which: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": f"{which}-password"})


class DayForm(forms.Form):
    """The day whose state of a record is asked for; today at the latest."""

    use_required_attribute = False

    on = forms.DateField(
        label=_("State on this day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is in the future. Enter today or a past day."), code="future")
        return day


class CertificateQuestionForm(forms.Form):
    """A certificate, and an e-mail address to which the answer goes whether it is on record."""

    use_required_attribute = False

    cert_type = forms.TypedChoiceField(label=_("Certificate type"), choices=certificate_fields.choices(), coerce=int)
    cert_number = forms.CharField(label=_("Certificate number"), max_length=255)
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("The one that you gave in the filing, or that of your account here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return check_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Check the certificate number's form, never whether it is on record."""
        return certificate_fields.check(self, super().clean() or {})


class RecoveryForm(forms.Form):
    """Data that the official guide requires to recover a filing password."""

    use_required_attribute = False

    province = forms.ChoiceField(label=_("Province"), choices=[("", "—"), *provinces.CHOICES])
    number = forms.CharField(
        label=_("Filing number"),
        max_length=LONGEST_NUMBER,
        help_text=_("With or without the website's -1 at the end. Enter an old number or a licence number as issued."),
    )
    cert_type = forms.TypedChoiceField(label=_("Certificate type"), choices=certificate_fields.choices(), coerce=int)
    cert_number = forms.CharField(label=_("Certificate number"), max_length=255)

    def clean_number(self) -> str:
        return str(parse_number(self.cleaned_data["number"]))

    def clean(self) -> dict[str, Any]:
        """Check the certificate number's form and the filing number's province, never whether they are on record."""
        cleaned = certificate_fields.check(self, super().clean() or {})
        number, province = cleaned.get("number"), cleaned.get("province")
        if number and province and parse_number(number).province.code != province:
            self.add_error("province", _("This number was issued in another province, as its first character shows."))
        if number and (refusal := elsewhere.no_new_one(parse_number(number).province.code)):
            self.add_error("number", refusal)
        return cleaned


class ChangePasswordForm(forms.Form):
    """The number, the old password, the new one twice. Checks the new one, never whether the old one is correct."""

    use_required_attribute = False

    number = forms.CharField(
        label=_("Filing number"),
        max_length=LONGEST_NUMBER,
        help_text=_("With or without the website's -1 at the end. Enter an old number or a licence number as issued."),
    )
    old = forms.CharField(
        label=_("Current filing password"), max_length=LONGEST_PASSWORD, strip=False, widget=_password("current")
    )
    new = forms.CharField(
        label=_("New filing password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=_password("new"),
        help_text=format_lazy(
            _("At least {length} characters, not only digits, and hard to guess."), length=passwords.LENGTH
        ),
    )
    again = forms.CharField(
        label=_("Repeat the new filing password"), max_length=LONGEST_PASSWORD, strip=False, widget=_password("new")
    )

    def clean_number(self) -> str:
        return str(parse_number(self.cleaned_data["number"]))

    def clean(self) -> dict[str, Any]:
        """Check that the new password is strong, differs from the old one, and is typed twice alike."""
        cleaned = super().clean() or {}
        number, old, new, again = (cleaned.get(name) for name in ("number", "old", "new", "again"))
        if number and new:
            self._judge("new", lambda: passwords.check_strength(new, number))
        if new and old == new:
            self.add_error("new", _("This is your current password. Choose another one."))
        if new and again and new != again:
            self.add_error("again", _("The passwords do not match. Enter the new password again."))
        return cleaned

    def _judge(self, name: str, check: Callable[[], None]) -> None:
        try:
            check()
        except ValidationError as error:
            self.add_error(name, error)
