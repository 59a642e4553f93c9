"""Forms of allauth, mended: an answer of a security key that can't be read is a message, not a crash."""

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
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
