"""What we do when allauth tells of something."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, user_logged_in
from allauth.mfa.signals import authenticator_added
from django.http import HttpRequest, HttpResponse

from accounts import addresses, browsers


def connect() -> None:
    """Listen; called once, when the apps are loaded."""
    authenticator_added.connect(count_as_passed, dispatch_uid="accounts.count_as_passed")
    user_logged_in.connect(remember_browser, dispatch_uid="accounts.remember_browser")
    email_changed.connect(note_address, dispatch_uid="accounts.note_address")


def count_as_passed(request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Setting up a second step proves it: its owner is not asked for it again in this session."""
    record_authentication(request, user, "mfa")


def remember_browser(response: HttpResponse, user: Any, **_kwargs: Any) -> None:
    """Let the account know the browser once all steps of signing in are passed."""
    browsers.remember(response, user.email)


def note_address(user: Any, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_: Any) -> None:
    """Keep the change of an address and tell of it; the first address of an account changes none."""
    if from_email_address and from_email_address.email != to_email_address.email:
        addresses.note_change(user, from_email_address.email, to_email_address.email)
