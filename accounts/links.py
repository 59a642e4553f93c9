"""URLs of the portal's pages: absolute ones for mails, printed papers and QR codes; where to go after signing in."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse


def link_to(page: str, *args: Any) -> str:
    """Return the absolute URL of a page by its URL name. Its host is that of SITE_URL, never of the request."""
    return f"{settings.SITE_URL}{reverse(page, args=args)}"


def page_of(request: HttpRequest) -> str:
    """Return the path to come back to after signing in: this page or, when a form was sent, the page that has it.

    The URL that a form is sent to may have no page of its own.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host():
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{came.path}?{came.query}" if came.query else came.path
