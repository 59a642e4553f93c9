"""Checks of a cell: the rule functions of the forms, with the limits of the register's columns.

A check gets the text of a cell and the values of the columns before it; it returns the value, or raises ValidationError
that says what is wrong and how to correct it. Checks of values that many rows share remember them.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.mail import check_addresses
from ministry.reference import addresses, certificates, code_tables, divisions, domains, full_names, phones
from ministry.reference.code_tables import Code
from ministry.reference.numbers import OF_SERVICE, SEQUENCE, FilingNumber, parse_number
from ministry.reference.typed_text import one_line, shown

SEPARATOR: Final = ";"
# Longest texts, as the register's columns and the interface's elements have them
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_PERSON = 255, 1024, 128
LONGEST_WEBSITE: Final = 512
MOST_CERTIFICATES: Final = 20
# Values that many rows share are checked once
REMEMBERED: Final = 20_000

_SEQUENCE: Final = re.compile(SEQUENCE)
_SERVICE: Final = re.compile(OF_SERVICE)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Values = dict[str, Any]
ColumnCheck = Callable[[str, Values], Any]


def alone(check: Callable[[str], Any]) -> ColumnCheck:
    return lambda text, _values: check(text)


def line(limit: int) -> ColumnCheck:
    return lambda text, _values: _as_written(text, limit)


def _as_written(text: str, limit: int) -> str:
    """Return a line unchanged: brackets and letters of either width are part of a certificate's text."""
    one_line(text, limit)
    return text.strip()


def mask_tail(text: str) -> str:
    """Mask all but the first character."""
    return text[:1] + "*" * (len(text) - 1)


@lru_cache(REMEMBERED)
def subject_number(text: str) -> FilingNumber:
    number = parse_number(text)
    if number.sequence is not None:
        raise ValidationError(_("Enter the subject's number, without the number of the website."))
    return number


@lru_cache(REMEMBERED)
def day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValidationError(_("This is not a date. Write it like 2026-01-31."))


def sequence(text: str) -> int:
    if not _SEQUENCE.fullmatch(text):
        raise ValidationError(_("This is not the sequence of a website. Write it like 3."))
    return int(text)


def code(table: Iterable[Code]) -> ColumnCheck:
    """Return the check of an official code: in the table, in force or not, because records may be older."""
    ids = {str(row.id): row.id for row in table}

    def check(text: str, _values: Values) -> int:
        if text not in ids:
            message = _("“%(value)s” is not in the code table. Enter the official code.")
            raise ValidationError(message, params={"value": shown(text)})
        return ids[text]

    return check


def codes(table: Iterable[Code]) -> ColumnCheck:
    one = code(table)

    @lru_cache(REMEMBERED)
    def check(text: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(one(part.strip(), {}) for part in text.split(SEPARATOR)))

    return lambda text, _values: list(check(text))


def host_name(text: str) -> str:
    name = one_line(text, LONGEST_NAME)
    if full_names.is_number(name):
        raise ValidationError(_("The name of a site host can't be a number."))
    if full_names.is_address(name):
        raise ValidationError(_("The name of a site host can't be a domain, a web address or an e-mail address."))
    return text.strip()


def division(text: str, values: Values) -> str:
    number = values.get("number")
    return divisions.check_division(text, number.province.code) if number else text


def certificate_type(text: str, values: Values) -> int:
    cert_type = _certificate_code(text, values)
    if values.get("nature", code_tables.nature_of(cert_type)) != code_tables.nature_of(cert_type):
        raise ValidationError(_("This type of certificate does not belong to the type of site host."))
    return int(cert_type)


_certificate_code = code(code_tables.CERTIFICATE_TYPES)


def certificate(text: str, values: Values) -> str:
    return certificates.check_certificate(values["cert_type"], text) if "cert_type" in values else text


def certificates_listed(text: str) -> list[tuple[int, str]]:
    """Return the further certificates of a subject, ``TYPE:NUMBER`` each."""
    parts = [part.strip().partition(":") for part in text.split(SEPARATOR)]
    if len(parts) > MOST_CERTIFICATES or not all(colon for _type, colon, _number in parts):
        raise ValidationError(
            _("Write further certificates as TYPE:NUMBER, separated by semicolons, at most %(most)d."),
            params={"most": MOST_CERTIFICATES},
        )
    return [
        (cert_type, certificates.check_certificate(cert_type, number))
        for cert_type, number in ((_certificate_code(kind.strip(), {}), number) for kind, _colon, number in parts)
    ]


@lru_cache(REMEMBERED)
def person(text: str) -> str:
    return one_line(text, LONGEST_PERSON)


def domain(text: str) -> str:
    return domains.normalise_ip_only(text) if domains.is_ip_address(text) else domains.normalise_domain(text)


def domains_listed(text: str) -> list[str]:
    return list(dict.fromkeys(domains.normalise_domain(part.strip()) for part in text.split(SEPARATOR)))


def home_page(text: str, values: Values) -> str:
    domain = values.get("domain", "")
    if domain and text in (domain, f"www.{domain}"):  # what the rule below returns, without its work
        return text
    return domains.normalise_home_url(text, ip_only=domains.is_ip_address(domain))


@lru_cache(REMEMBERED)
def ip_ranges(text: str) -> tuple[str, ...]:
    return tuple(map(str, addresses.parse_ip_ranges(text)))


@lru_cache(REMEMBERED)
def service_number(text: str) -> FilingNumber:
    """Return the number of a website or another service. Those of one subject differ after the last hyphen only."""
    of_subject, _hyphen, end = text.rpartition("-")
    if match := _SERVICE.fullmatch(end):
        return replace(subject_number(of_subject), sequence=int(match["sequence"]), suffix=match["suffix"])
    return parse_number(text)


mobiles = lru_cache(REMEMBERED)(phones.check_mobiles)
emails = lru_cache(REMEMBERED)(check_addresses)
