"""Absolute URLs of the portal's pages for mails, printed papers and QR codes."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def link_to(page: str, *args: Any) -> str:
    """Return the absolute URL of a page by its URL name. Its host is that of SITE_URL, never of the request."""
    return f"{settings.SITE_URL}{reverse(page, args=args)}"
