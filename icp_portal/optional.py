"""Read settings that may be left empty; a wrong one raises ImproperlyConfigured with its name."""

import re

from django.core.exceptions import ImproperlyConfigured

from icp_portal.env import PRODUCTION, STAGING, env

SCANNER = re.compile(r"tcp://([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}|unix:///[^\s?#]+")


def mail_allowed() -> list[str]:
    """Return the addresses and domains of MAIL_ALLOWED.

    Raise ImproperlyConfigured when it is set in production, or empty in staging.
    """
    listed = [one.strip().lower() for one in env.list("MAIL_ALLOWED", default=[]) if one.strip()]
    if STAGING and not listed:
        raise ImproperlyConfigured(
            "Set MAIL_ALLOWED before starting in staging: the addresses that get mails, or their domains."
        )
    if listed and PRODUCTION and not STAGING:
        raise ImproperlyConfigured(
            "MAIL_ALLOWED can't be set in production, where everybody gets their mails. "
            "For a copy of the data, set PORTAL_ENV=staging."
        )
    return listed


def staging_hosts() -> list[str] | None:
    """Return the hosts of STAGING_HOSTS on staging; None elsewhere, where the portal sends to every system.

    Raise ImproperlyConfigured when it is set elsewhere.
    """
    listed = [one.strip().lower() for one in env.list("STAGING_HOSTS", default=[]) if one.strip()]
    if listed and not STAGING:
        raise ImproperlyConfigured(
            "STAGING_HOSTS is for PORTAL_ENV=staging only: elsewhere the portal sends to every system."
        )
    return listed if STAGING else None


def scanner() -> str:
    """Return MALWARE_SCANNER; raise ImproperlyConfigured unless it is empty or an address of clamd."""
    url = env.str("MALWARE_SCANNER", default="")
    if url and not SCANNER.fullmatch(url):
        raise ImproperlyConfigured(
            "MALWARE_SCANNER: clamd's tcp://host:3310, or its socket, unix:///run/clamav/clamd.ctl"
        )
    return str(url)
