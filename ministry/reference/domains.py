"""Normalise domains to the form the register stores: the registrable domain as A-label (ASCII), lower case.

Registrable means directly under a public suffix, as the official guide requires (独立域名): ``example.com``,
``example.com.cn``, ``例子.中国``. Only suffixes of registries count (the ICANN part of the
Public Suffix List), so ``name.github.io`` is a sub-domain of ``github.io``.
"""

import re
import unicodedata
from functools import cache
from ipaddress import ip_address
from typing import Final

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

from ministry.reference import addresses
from ministry.reference.typed_text import normal_text, shown

LONGEST_DOMAIN: Final = 128  # the official interface's field
LONGEST_URL: Final = 255

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:/*", re.IGNORECASE)
_WWW: Final = re.compile(r"www\.", re.IGNORECASE)
# A host name in ASCII that UTS 46 only writes in lower case: without an A-label, and no two hyphens at places 3 and 4
_LABEL: Final = "(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
LONGEST_PLAIN_HOST: Final = 253
_MAYBE_ADDRESS: Final = re.compile(r"[0-9A-Fa-f:.]+(?:%.*)?", re.DOTALL)
_WEB_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_HOME_URL: Final = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s#?@\\/:]+)(?P<port>:[0-9]{1,5})?(?P<path>/[^\s#?\\<>\"']*)?"
)


def normalise_domain(text: str) -> str:
    """Return the registrable domain that ``text`` names, as A-label in lower case.

    Full-width characters, upper case and a final dot may be typed. Raise ValidationError: ``required``,
    ``too_long``, ``invisible``, ``url``, ``email``, ``ip_address``, ``www``, ``subdomain``, ``suffix``,
    ``unknown_suffix`` or ``invalid``; the message says how to correct it.
    """
    plain = normal_text(text, LONGEST_URL)
    _refuse_other_things(plain)
    host = _a_label(plain)
    registrable = _registrable(host)
    if host != registrable:
        _refuse_subdomain(host, registrable)
    if len(host) > LONGEST_DOMAIN:
        raise ValidationError(
            _("This domain is too long; at most %(limit)d characters are allowed."),
            code="too_long",
            params={"limit": LONGEST_DOMAIN},
        )
    return host


def bare(text: str) -> str:
    """Return what is typed for a domain without what is often copied with it: scheme, www., path; never raise.

    ``https://www.example.cn/news`` becomes ``example.cn``; full-width characters become plain ones.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    host = re.split(r"[/?#]", _WEB_SCHEME.sub("", plain, count=1), maxsplit=1)[0]
    without = _WWW.sub("", host, count=1)
    return without if "." in without else host


def normalise_ip_only(text: str) -> str:
    """Return the public address of a website that has no domain, in its normal form.

    Such a website must be filed too (Order 33, Art. 5); the register stores the address as its domain.
    Raise ValidationError as ``addresses.parse_ip_ranges`` does, or ``range`` for more than one address.
    """
    return addresses.check_address(normal_text(text, LONGEST_URL).strip("[]"))


def normalise_host(text: str) -> str:
    """Return a host name of any level as A-label in lower case: ``api.example.com``.

    Raise ValidationError as ``normalise_domain`` does, except for sub-domains.
    """
    plain = normal_text(text, LONGEST_URL)
    _refuse_other_things(plain)
    return _name_host(plain)


def registrable_domain(address: str) -> str:
    """Return the registrable domain of a home page, a sub-domain or a domain.

    Raise ValidationError as ``normalise_home_url`` does.
    """
    parts = _HOME_URL.fullmatch(normalise_home_url(address))
    return _registrable(parts["host"]) if parts else ""


def display_domain(a_label: str) -> str:
    """Return a domain for display, ``例子.中国`` for ``xn--fsqu00a.xn--fiqs8s``; never raise."""
    if "xn--" not in a_label.lower():
        return a_label
    try:
        return idna.decode(a_label)
    except UnicodeError:
        return a_label


def display_domains(lines: str) -> str:
    """Return domains, one a line, for display; never raise."""
    return "\n".join(map(display_domain, lines.split()))


def display_home_url(url: str) -> str:
    """Return a home page with its host for display; never raise."""
    host, slash, path = url.partition("/")
    name, colon, port = host.partition(":")
    return f"{display_domain(name)}{colon}{port}{slash}{path}"


def normalise_home_url(text: str, *, ip_only: bool = False) -> str:
    """Return a home page as ``host[:port][/path]`` without scheme; the host as A-label in lower case.

    ``http://`` or ``https://`` may be typed. The host of a website without a domain (``ip_only``) is a public
    address, an IPv6 one in brackets. Raise ValidationError: ``required``, ``too_long``, ``invisible``, ``suffix``,
    ``unknown_suffix`` or ``invalid``; for addresses also those of ``addresses.parse_ip_ranges``.
    """
    plain = _WEB_SCHEME.sub("", normal_text(text, LONGEST_URL), count=1)
    parts = _HOME_URL.fullmatch(plain)
    if parts is None or (is_ip_address(parts["host"]) and not ip_only):
        raise ValidationError(
            _("This is not the address of a home page. Write it like www.example.com or example.com/home."),
            code="invalid",
        )
    host = _address_host(parts["host"]) if ip_only else _name_host(parts["host"])
    url = f"{host}{parts['port'] or ''}{parts['path'] or ''}".rstrip("/")
    if len(url) > LONGEST_URL:
        raise ValidationError(
            _("This address is too long; at most %(limit)d characters are allowed."),
            code="too_long",
            params={"limit": LONGEST_URL},
        )
    return url


def _name_host(text: str) -> str:
    host = _a_label(text)
    _registrable(host)
    return host


def _address_host(text: str) -> str:
    address = addresses.check_address(text.strip("[]"))
    return f"[{address}]" if ":" in address else address


def url_contains_domain(url: str, domain: str) -> bool:
    """Return whether a home page is on a domain or address, both in normal form (official code 1041 if not)."""
    parts = _HOME_URL.fullmatch(url)
    host = parts["host"].strip("[]") if parts else ""
    return host == domain or host.endswith(f".{domain}")


def _refuse_other_things(text: str) -> None:
    """Raise ValidationError for what is often typed instead of a domain, each with its own message."""
    if is_ip_address(text):
        raise ValidationError(
            _("This is an IP address. Enter a domain; IP addresses go with the access data."),
            code="ip_address",
        )
    if "@" in text:
        raise ValidationError(_("This is an e-mail address. Enter only the domain after the @."), code="email")
    if _SCHEME.match(text) or any(char in text for char in "/?#:\\"):
        raise ValidationError(
            _("Enter only the domain, without http:// and without a path or port: example.com."), code="url"
        )


def is_ip_address(text: str) -> bool:
    host, _colon, port = text.rpartition(":")
    return any(_parses_as_address(part.strip("[]")) for part in (text, host if port.isdigit() else ""))


def _parses_as_address(text: str) -> bool:
    if not _MAYBE_ADDRESS.fullmatch(text):
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _a_label(text: str) -> str:
    """Return a host name in ASCII and lower case (UTS 46, STD 3 rules, not transitional)."""
    if len(text) <= LONGEST_PLAIN_HOST and _PLAIN_HOST.fullmatch(text):
        return text.lower()
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower().rstrip(".")
    except UnicodeError:
        raise ValidationError(
            _(
                "%(text)s is not a domain. Each part has 1 to 63 letters, digits, hyphens or Chinese characters "
                "and neither begins nor ends with a hyphen."
            ),
            code="invalid",
            params={"text": shown(text)},
        ) from None


def _registrable(host: str) -> str:
    """Return the registrable part of a host name; raise ValidationError for a bare or an unknown suffix."""
    if registrable := _suffixes().privatesuffix(host):
        return registrable
    suffix = _suffixes().publicsuffix(host)
    if suffix is None:
        raise ValidationError(
            _("%(host)s does not end in a known suffix such as .com, .cn or .中国. Check it for typing errors."),
            code="unknown_suffix",
            params={"host": shown(display_domain(host))},
        )
    raise ValidationError(
        _("%(host)s is only a suffix. Enter the whole domain, such as example.%(host)s."),
        code="suffix",
        params={"host": shown(display_domain(host))},
    )


def _refuse_subdomain(host: str, registrable: str) -> None:
    domain = shown(display_domain(registrable))
    if host == f"www.{registrable}":
        raise ValidationError(_("Leave out www. and enter %(domain)s."), code="www", params={"domain": domain})
    raise ValidationError(
        _("Subdomains are not filed. Enter the registered domain: %(domain)s."),
        code="subdomain",
        params={"domain": domain},
    )


@cache
def _suffixes() -> PublicSuffixList:
    """Read the list that the package ships, once per process."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)
