"""Receivers of allauth's signals."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, user_logged_in
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts import addresses, browsers, languages


@receiver(authenticator_added)
def count_as_passed(request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Record a second step just set up as passed, so that this session isn't asked for it again."""
    record_authentication(request, user, "mfa")


@receiver(user_logged_in)
def remember_browser(response: HttpResponse, user: Any, **_kwargs: Any) -> None:
    """Mark the browser as known once all steps of signing in are passed."""
    browsers.remember(response, user.email)


@receiver(user_logged_in)
def follow_language(request: HttpRequest, response: HttpResponse, user: Any, **_kwargs: Any) -> None:
    """Take the language from the account into the browser, or the other way round."""
    languages.sign_in(request, response, user)


@receiver(email_changed)
def note_address(user: Any, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_: Any) -> None:
    """Record a change of address; the first address of an account is no change."""
    if from_email_address and from_email_address.email != to_email_address.email:
        addresses.note_change(user, from_email_address.email, to_email_address.email)
