"""Check and normalise single values, by field."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import check_addresses
from filings import facts, fields
from filings.facts import Facts
from ministry.reference import addresses, certificates, code_tables, divisions, domains, phones, provinces
from ministry.reference.typed_text import normal_text

# A check gets all facts, the prefix of its page ("websites.1") and the value; it returns the normalised value or raises
# ValidationError.
Check = Callable[[Facts, str, Any], Any]


def _certificate(values: Facts, prefix: str, number: str) -> str:
    cert_type = facts.read(values, f"{prefix}.cert_type")
    return certificates.check_certificate(cert_type, number) if cert_type else number


def _one_of(allowed: Callable[[Facts], Any], message: Callable[[], str]) -> Check:
    def check(values: Facts, _prefix: str, value: Any) -> Any:
        if value not in allowed(values):
            raise ValidationError(message())
        return value

    return check


def _division(values: Facts, prefix: str, code: str) -> str:
    if province := facts.read(values, f"{prefix}.province"):
        divisions.check_division(code, province)
    return code


def _plain_text(_values: Facts, _prefix: str, text: str) -> str:
    """Return the text; raise ValidationError if it can't be printed: control or direction characters, pictographs."""
    for line in filter(str.strip, text.splitlines()):
        normal_text(line, len(line))
    if picture := next((char for char in text if unicodedata.category(char) == "So"), ""):
        raise ValidationError(_("“%(picture)s” can't be printed on a certificate. Use words.") % {"picture": picture})
    return text


def _one_line(values: Facts, prefix: str, text: str) -> str:
    """Return a text on one line, as titles, lists and mail subjects need it."""
    if len(text.splitlines()) > 1:
        raise ValidationError(_("There is a line break in it. Write it on one line."))
    return _plain_text(values, prefix, text)


def _not_expired(_values: Facts, _prefix: str, until: str) -> str:
    if date.fromisoformat(until) < timezone.localdate():
        raise ValidationError(_("The certificate has expired. Give the date of the new one."))
    return until


def _im_account(values: Facts, prefix: str, account: str) -> str:
    """Return the messenger account; raise ValidationError for a QQ number that is not digits (interface code 1013)."""
    if facts.read(values, f"{prefix}.im") == code_tables.QQ and not (account.isascii() and account.isdecimal()):
        raise ValidationError(_("A QQ number has digits only."))
    return _one_line(values, prefix, account)


def checked_domain(values: Facts, prefix: str, text: str) -> str:
    if facts.read(values, f"{prefix}.ip_only"):
        return domains.normalise_ip_only(text)
    return domains.normalise_domain(text)


def _kept_domains(values: Facts, prefix: str, text: str) -> str:
    """Return the domains an old website keeps, in the order of the record; ValidationError for one not on record."""
    known = facts.kept_domains(values, fields.website_of(f"{prefix}.domain") or 0)
    typed = {line if line in known else domains.normalise_domain(line) for line in text.split()}
    if new := sorted(typed - set(known)):
        raise ValidationError(
            _("%(domain)s is not a domain of this website on record. File another domain as a website of its own.")
            % {"domain": domains.display_domain(new[0])}
        )
    return "\n".join(domain for domain in known if domain in typed)


def _home_url(values: Facts, prefix: str, text: str) -> str:
    return domains.normalise_home_url(text, ip_only=bool(facts.read(values, f"{prefix}.ip_only")))


def _hosts(_values: Facts, _prefix: str, text: str) -> str:
    return "\n".join(dict.fromkeys(domains.normalise_host(line) for line in text.split()))


_SEPARATORS = str.maketrans("", "", ": -")


def _hex(length: int) -> Check:
    """Return a check for a hex digest of this length, as key tools print it: colons or none, either case."""

    def check(_values: Facts, _prefix: str, text: str) -> str:
        plain = text.translate(_SEPARATORS).lower()
        if len(plain) != length or plain.strip("0123456789abcdef"):
            raise ValidationError(
                _("It has %(length)d characters, 0 to 9 and A to F; here are %(given)d characters.")
                % {"length": length, "given": len(plain)}
            )
        return plain

    return check


def _ip_ranges(_values: Facts, _prefix: str, text: str) -> str:
    return "\n".join(str(ip_range) for ip_range in addresses.parse_ip_ranges(text))


_PERSON: dict[str, Check] = {
    "cert_type": _one_of(
        lambda _values: [kind.id for kind in code_tables.PERSON_CERTIFICATE_TYPES],
        lambda: _("Choose a certificate of a person."),
    ),
    "cert_number": _certificate,
    "cert_until": _not_expired,
    "im_account": _im_account,
    "mobile": lambda _values, _prefix, text: phones.check_mobiles(text),
    "emergency_mobile": lambda _values, _prefix, text: phones.check_mobile(text),
    "office_phone": lambda _values, _prefix, text: phones.check_landlines(text),
    "email": lambda _values, _prefix, text: check_addresses(text),
}
PRINTABLE: dict[fields.Type, Check] = {fields.Type.TEXT: _one_line, fields.Type.LINES: _plain_text}
# part of the form → name of the field → its check; other texts must be printable
CHECKS: dict[str, dict[str, Check]] = {
    "basics": {
        "nature": _one_of(
            lambda _values: [nature.id for nature in code_tables.NATURES], lambda: _("Choose what kind of host files.")
        ),
        "province": _one_of(
            lambda _values: [province.code for province in provinces.PROVINCES], lambda: _("Choose a province.")
        ),
    },
    "subject": {
        "cert_type": _one_of(
            lambda values: [
                kind.id for kind in code_tables.certificate_types_of(facts.read(values, "subject.nature") or 0)
            ],
            lambda: _("This certificate does not belong to this kind of host. Choose another."),
        ),
        "cert_number": _certificate,
        "division": _division,
    },
    "responsible": _PERSON,
    "website": {
        "domain": checked_domain,
        "kept_domains": _kept_domains,
        "home_url": _home_url,
        "domains": _hosts,
        "android_md5": _hex(32),
        "ios_sha1": _hex(40),
    },
    "manager": _PERSON,
    "access": {"ip_ranges": _ip_ranges},
    "cancellation": {
        "reason": _one_of(
            lambda _values: [reason.id for reason in code_tables.CANCEL_REASONS], lambda: _("Choose a reason.")
        ),
    },
}
