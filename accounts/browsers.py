"""Remember browsers in which an account has signed in, so that strangers' wrong tries don't lock its holder out."""

from datetime import timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.sealed import digest

COOKIE = SALT = "known_browser"
REMEMBERED = timedelta(days=180)  # our own choice


def remember(response: HttpResponse, login: str) -> None:
    """Mark the browser as known to the account of ``login``; the cookie contains a keyed digest, not the address."""
    response.set_signed_cookie(
        COOKIE,
        f"{digest(login)} {token_urlsafe(16)}",
        salt=SALT,
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known(request: HttpRequest, login: str) -> str:
    """Return the browser's random name if it is known to the account of ``login``, otherwise an empty string."""
    value = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=REMEMBERED)
    owner, _space, name = str(value).partition(" ")
    return name if owner == digest(login) else ""
