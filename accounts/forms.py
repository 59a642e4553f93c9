"""Forms of sign-in that correct those of allauth.

An unreadable answer of a security key is a validation error instead of a crash. Signing up does the same work whether
or not the address has an account, and questions an address that looks misspelt.
"""

from secrets import token_hex
from typing import Any

from allauth.account.forms import AddEmailForm, SignupForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import likely_address
from accounts.models import ApiKey

# Raised by allauth and fido2 for a malformed answer
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


class _ReadableAnswer:
    """Raise ValidationError for an unreadable answer of a security key."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE as error:
            raise _unreadable() from error


def _unreadable() -> forms.ValidationError:
    return forms.ValidationError(_("The answer of the security key could not be read. Try again."))


class AuthenticateKeyForm(_ReadableAnswer, AuthenticateWebAuthnForm):
    """Security key as the second step of signing in."""


class LoginKeyForm(_ReadableAnswer, LoginWebAuthnForm):
    """Security key instead of a password."""


class ReauthenticateKeyForm(_ReadableAnswer, ReauthenticateWebAuthnForm):
    """Security key to authenticate again before a sensitive action."""


class AddKeyForm(AddWebAuthnForm):
    """Register a new security key."""

    name = forms.CharField(label=gettext_lazy("Name of the key"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except UNREADABLE as error:
            raise _unreadable() from error


class NewAddressForm(AddEmailForm):
    """Change the address with which a user signs in."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ApiKeyForm(forms.Form):
    """Create an API key."""

    name = forms.CharField(
        label=gettext_lazy("Name of the API key"),
        help_text=gettext_lazy("What will use it, for example: nightly check of customers' domains"),
        max_length=ApiKey.LONGEST_NAME,
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not name.isprintable():
            raise forms.ValidationError(
                _("The name has a character that can't be seen. Type it instead of pasting it.")
            )
        return name


class SignUpForm(SignupForm):
    """Sign up. The response time doesn't reveal whether the address already has an account.

    An address that looks misspelt is questioned once: its owner would wait in vain for the verification code.
    """

    data: Any
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)  # the address questioned before

    def clean(self) -> dict[str, Any]:
        typed = dict(super().clean())
        address = typed.get("email", "")
        if (likely := likely_address(address)) and typed.get("confirmed") != address:
            self.data = self.data.copy()
            self.data[self.add_prefix("confirmed")] = address
            question = _("Is your address “%(likely)s”? If “%(address)s” is right, send the form again.")
            self.add_error("email", question % {"likely": likely, "address": address})
        return typed

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            self._make_nobody(request)
        return super().try_save(request)

    def _make_nobody(self, request: HttpRequest) -> None:
        """Do the work of creating an account (hash and rows) for a made-up address, then roll it back."""
        taken = self.cleaned_data["email"]
        self.account_already_exists, self.cleaned_data["email"] = False, f"{token_hex(8)}@nobody.invalid"
        with transaction.atomic():
            self.save(request)
            transaction.set_rollback(True)
        self.account_already_exists, self.cleaned_data["email"] = True, taken
