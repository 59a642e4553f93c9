"""Forms of allauth, mended: an answer of a security key that can't be read is a message, not a crash; signing up takes
the same work whether or not the address has an account.
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

# What the parsing of a made-up answer raises, from allauth and from the library below it.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


class _ReadableAnswer:
    """Turns an unreadable answer into a validation error."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE as error:
            raise _unreadable() from error


def _unreadable() -> forms.ValidationError:
    return forms.ValidationError(_("The answer of the security key could not be read. Try again."))


class AuthenticateKeyForm(_ReadableAnswer, AuthenticateWebAuthnForm):
    """The key as the second step of signing in."""


class LoginKeyForm(_ReadableAnswer, LoginWebAuthnForm):
    """The key instead of a password."""


class ReauthenticateKeyForm(_ReadableAnswer, ReauthenticateWebAuthnForm):
    """The key once more before something delicate."""


class AddKeyForm(AddWebAuthnForm):
    """A new key."""

    name = forms.CharField(label=gettext_lazy("Name of the key"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except UNREADABLE as error:
            raise _unreadable() from error


class NewAddressForm(AddEmailForm):
    """The address that takes the place of the one by which somebody signs in."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SignUpForm(SignupForm):
    """Signing up. How long the answer takes does not tell whether the address has an account already."""

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            self._make_nobody(request)
        return super().try_save(request)

    def _make_nobody(self, request: HttpRequest) -> None:
        """Do what making an account takes, hash and rows, for an address of nobody's, and undo it."""
        taken = self.cleaned_data["email"]
        self.account_already_exists, self.cleaned_data["email"] = False, f"{token_hex(8)}@nobody.invalid"
        with transaction.atomic():
            self.save(request)
            transaction.set_rollback(True)
        self.account_already_exists, self.cleaned_data["email"] = True, taken
