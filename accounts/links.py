"""Addresses of the portal's pages for mails, papers and QR codes."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def link_to(page: str, *args: Any) -> str:
    """Return the whole address of a page by its URL name. Its host is SITE_URL's, whatever the request says."""
    return f"{settings.SITE_URL}{reverse(page, args=args)}"
