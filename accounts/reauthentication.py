"""Ask users to authenticate again before an action that can't be undone."""

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
    """The user failed to authenticate again; the message is for the user."""


def is_recent(request: HttpRequest, user: User, minutes: int) -> bool:
    """Return whether the user gave the password or passed the second step in this session within ``minutes``."""
    records = get_authentication_records(request, user)
    latest = max((record["at"] for record in records if record.get("method") in METHODS), default=0.0)
    return time.time() - latest < minutes * 60


def prove(request: HttpRequest, user: User, secret: str) -> None:
    """Accept a password or an authenticator code; raise NotProven for anything else or after too many wrong tries."""
    if not secret:
        raise NotProven(
            _("Enter your password or a code of your two-step verification first. What you typed has been kept.")
        )
    if too_often("again", str(user.pk), tries=TRIES, seconds=SECONDS):
        raise NotProven(
            _("Too many wrong attempts. Try again in %(minutes)d minutes. What you typed has been kept.")
            % {"minutes": SECONDS // 60}
        )
    method = "password" if user.check_password(secret) else "mfa" if _is_code(user, secret) else ""
    if not method:
        raise NotProven(_("The password or code is wrong or no longer valid. What you typed has been kept."))
    forget("again", str(user.pk))
    record_authentication(request, user, method=method, reauthenticated=True)


def _is_code(user: User, secret: str) -> bool:
    """Return whether ``secret`` is a code of the user's authenticator; a code is accepted once."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return any(authenticator.wrap().validate_code(secret.replace(" ", "")) for authenticator in rows)
