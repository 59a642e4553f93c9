"""Proving once more who sits at the keyboard, before something that can't be taken back."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttle import forget, too_often

TRIES, SECONDS = 5, 15 * 60
METHODS = ("password", "mfa")


class NotProven(Exception):
    """Who asks has not proved who they are; in words for them."""


def is_recent(request: HttpRequest, user: User, minutes: int) -> bool:
    """Whether the user has typed the password or passed the second step within the last minutes of this session."""
    records = get_authentication_records(request, user)
    latest = max((record["at"] for record in records if record.get("method") in METHODS), default=0.0)
    return time.time() - latest < minutes * 60


def prove(request: HttpRequest, user: User, secret: str) -> None:
    """Take a password or a code of the second step for a proof; raise NotProven for any other, or after too many."""
    if not secret:
        raise NotProven(_("Type your password or a code of your second step first. What you typed is still here."))
    if too_often("again", str(user.pk), tries=TRIES, seconds=SECONDS):
        raise NotProven(_("Too many wrong tries. Wait a quarter of an hour; what you typed is still here."))
    method = "password" if user.check_password(secret) else "mfa" if _is_code(user, secret) else ""
    if not method:
        raise NotProven(_("This is neither your password nor a code that counts now. What you typed is still here."))
    forget("again", str(user.pk))
    record_authentication(request, user, method=method, reauthenticated=True)


def _is_code(user: User, secret: str) -> bool:
    """Return whether it is a code of the user's authenticator; it counts once."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return any(authenticator.wrap().validate_code(secret.replace(" ", "")) for authenticator in rows)
