"""Where messages may be sent: https addresses under a domain name whose every IP address is public.

The IP addresses are checked each time a message is sent, and the connection goes to the one that was checked, so a
name whose addresses change meanwhile leads nowhere else. ``WEBHOOKS_TO_LOCAL`` lifts all of this for tests and
demonstrations; production refuses it. On a staging machine, with a copy of the data, only hosts in ``STAGING_HOSTS``
get anything; what others would get is held back.
"""

import socket
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.models.webhook import LONGEST_URL
from ministry.reference import addresses, domains
from ministry.reference.typed_text import one_line

PORTS: Final = (443, 8443)  # our own choice: firewalls in front of the portal open these only
HELD_BACK: Final = gettext_lazy("held back: not in STAGING_HOSTS")
_AS_TYPED: Final = "/%:@!$&'()*+,;=-._~?"  # characters of a path or query that are not escaped


class NameNotFound(Exception):
    """The host name has no IP address."""


class NotPublic(Exception):
    """One of the IP addresses of the host name is not public."""


def check_url(text: str) -> str:
    """Return an address in its normal form: host as A-label in lower case, path escaped.

    Raise ValidationError for another scheme than https, a host that is no domain name, a user name, a fragment, or a
    port that is not one of ``PORTS``.
    """
    typed = one_line(text, LONGEST_URL)
    try:
        parts, port = urlsplit(typed), urlsplit(typed).port
    except ValueError:
        raise _refused(_("This is not a web address. Write it like https://www.example.com.")) from None
    if settings.WEBHOOKS_TO_LOCAL and parts.scheme in ("http", "https") and parts.hostname:
        return typed
    if parts.scheme != "https" or not parts.hostname:
        raise _refused(_("The address must begin with https:// and name a host, like https://www.example.com."))
    if "@" in parts.netloc or "#" in typed:
        raise _refused(_("Write the address without a user name and without “#”."))
    if port not in (None, *PORTS):
        raise _refused(_("Use port 443 or 8443."))
    return _normal(parts, port)


def _normal(parts: SplitResult, port: int | None) -> str:
    host = domains.normalise_host(parts.hostname or "")
    rest = parts.path or "/"
    if parts.query:
        rest = f"{rest}?{parts.query}"
    url = f"https://{host}{f':{port}' if port == PORTS[1] else ''}{quote(rest, safe=_AS_TYPED)}"
    if len(url) > LONGEST_URL:
        raise _refused(
            _("This address is too long; at most %(limit)d characters are allowed.") % {"limit": LONGEST_URL}
        )
    return url


def _refused(words: str) -> ValidationError:
    return ValidationError(words, code="invalid")


def is_allowed(url: str) -> bool:
    """Return whether a stored address is one that ``check_url`` returns, with the settings of today.

    Asked before each connection to a provider's or a bureau's system.
    """
    try:
        return check_url(url) == url and not is_withheld(url)
    except ValidationError:
        return False


def is_withheld(url: str) -> bool:
    """Return whether nothing is sent to an address because this is a copy of the data."""
    hosts = settings.STAGING_HOSTS
    return hosts is not None and urlsplit(url).hostname not in hosts


def addresses_of(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host; raise NameNotFound, or NotPublic if any of them is not public.

    The resolver's own time limits apply (resolv.conf).
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise NameNotFound(host) from error
    every = list(dict.fromkeys(str(address[0]) for _family, _type, _proto, _name, address in found))
    if not settings.WEBHOOKS_TO_LOCAL:
        _refuse_not_public(every)
    return every


def _refuse_not_public(every: list[str]) -> None:
    for text in every:
        try:
            addresses.check_address(str(ip_address(text)))
        except (ValidationError, ValueError) as error:
            raise NotPublic(text) from error
