"""When the certificate of SITE_URL ends, as a browser sees it."""

import socket
import ssl
import time
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE: Final = 3.0  # seconds; our own choice
DAY: Final = 86_400


def days_left() -> int | None:
    """Return the days until the certificate ends; None for a portal without TLS. Raise OSError when it isn't valid."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or not site.hostname:
        return None
    with (
        socket.create_connection((site.hostname, site.port or 443), timeout=PATIENCE) as connection,
        ssl.create_default_context().wrap_socket(connection, server_hostname=site.hostname) as secured,
    ):
        ends = (secured.getpeercert() or {}).get("notAfter")
    if not isinstance(ends, str):
        raise OSError("The certificate has no end.")
    return int((ssl.cert_time_to_seconds(ends) - time.time()) // DAY)
