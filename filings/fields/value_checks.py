"""Checks of a single value. A field of the data dictionary names its own."""

import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from filings import facts
from filings.facts import Facts
from filings.fields.field import Check, Field, Type
from ministry.reference import addresses, certificates, code_tables, divisions, domains
from ministry.reference.typed_text import normal_text, shown


def by_itself(check: Callable[[Any], Any]) -> Check:
    """Return the check of a value that depends on no other fact."""
    return lambda _values, _prefix, value: check(value)


def certificate(values: Facts, prefix: str, number: str) -> str:
    cert_type = facts.read(values, f"{prefix}.cert_type")
    return certificates.check_certificate(cert_type, number) if cert_type else number


def division(values: Facts, prefix: str, code: str) -> str:
    if province := facts.read(values, f"{prefix}.province"):
        divisions.check_division(code, province)
    return code


def _plain_text(_values: Facts, _prefix: str, text: str) -> str:
    """Return what certificates and registers can print: no control or direction characters, no pictures."""
    for line in filter(str.strip, text.splitlines()):
        normal_text(line, len(line))
    if picture := next((char for char in text if unicodedata.category(char) == "So"), ""):
        raise ValidationError(_("“%(picture)s” does not appear on certificates. Use words.") % {"picture": picture})
    return text


def _one_line(values: Facts, prefix: str, text: str) -> str:
    """Return a text of one line, as titles, lists and the subjects of mails need it; raise ValidationError."""
    if len(text.splitlines()) > 1:
        raise ValidationError(_("There is a line break in it. Write it on one line."))
    return _plain_text(values, prefix, text)


def im_account(values: Facts, prefix: str, account: str) -> str:
    """Return the account; raise ValidationError for a QQ number with anything but digits (interface code 1013)."""
    if facts.read(values, f"{prefix}.im") == code_tables.QQ and not (account.isascii() and account.isdecimal()):
        raise ValidationError(_("A QQ number has digits only."))
    return _one_line(values, prefix, account)


def domain(values: Facts, prefix: str, text: str) -> str:
    if facts.read(values, f"{prefix}.ip_only"):
        return domains.normalise_ip_only(text)
    return domains.normalise_domain(domains.bare(text))


def kept_domains(values: Facts, prefix: str, text: str) -> str:
    """Return those of an old website's domains that stay, in the order of the record; none is added."""
    known = facts.kept_domains(values, int(prefix.rpartition(".")[2]))
    typed = {line if line in known else domains.normalise_domain(line) for line in text.split()}
    if new := sorted(typed - set(known)):
        raise ValidationError(
            _("%(domain)s is not a domain of this website on record. File another domain as a website of its own.")
            % {"domain": domains.display_domain(new[0])}
        )
    return "\n".join(line for line in known if line in typed)


def registrar(values: Facts, prefix: str, text: str) -> str:
    """Return the name with single blanks and half-width letters, so that one registrar has one spelling."""
    return " ".join(unicodedata.normalize("NFKC", _one_line(values, prefix, text)).split())


def home_url(values: Facts, prefix: str, text: str) -> str:
    return domains.normalise_home_url(text, ip_only=bool(facts.read(values, f"{prefix}.ip_only")))


def hosts(text: str) -> str:
    return "\n".join(dict.fromkeys(domains.normalise_host(line) for line in text.split()))


_SEPARATORS = str.maketrans("", "", ": -")


def hex_digits(length: int) -> Check:
    """Return the check of a digest as keytools print it, with colons or without, in either case."""

    def check(_values: Facts, _prefix: str, text: str) -> str:
        plain = text.translate(_SEPARATORS).lower()
        if len(plain) != length or plain.strip("0123456789abcdef"):
            raise ValidationError(
                _("It must have %(length)d characters, 0 to 9 and A to F; you entered %(given)d.")
                % {"length": length, "given": len(plain)}
            )
        return plain

    return check


def ip_ranges(text: str) -> str:
    return "\n".join(str(ip_range) for ip_range in addresses.parse_ip_ranges(text))


def _is_offered(field: Field, values: Facts, _prefix: str, value: Any) -> Any:
    if value not in [key for key, _name in field.choices_for(values)]:
        raise ValidationError(str(field.wrong_choice))
    return value


def _is_in_table(field: Field, _values: Facts, _prefix: str, value: Any) -> Any:
    """Return what is chosen if all of it is in the field's table, in force or not: data on record may be older."""
    ids = [row.id for row in field.table]
    if unknown := next((str(one) for one in (value if isinstance(value, list) else [value]) if one not in ids), ""):
        raise ValidationError(_("“%(value)s” is not one of the choices. Choose again.") % {"value": shown(unknown)})
    return value


PRINTABLE: dict[Type, Check] = {Type.TEXT: _one_line, Type.LINES: _plain_text}


def check_of(field: Field) -> Check | None:
    """Return the check of a field's value: its own, that it is offered or known, or for a text that it is printable."""
    if field.wrong_choice:
        return partial(_is_offered, field)
    if field.table:
        return partial(_is_in_table, field)
    return field.check or PRINTABLE.get(field.type)
