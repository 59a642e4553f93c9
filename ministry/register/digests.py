"""Compute keyed digests of normal forms, by which sealed data is looked up.

An empty digest matches nothing.
"""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError

from accounts.mail import check_address
from accounts.sealed import digest
from ministry.reference.certificates import organisation_code
from ministry.reference.phones import check_mobile
from ministry.reference.typed_text import normal_text, without_spaces

LONGEST_NAME: Final = 255

_CONTACTS: Final[dict[str, Callable[[str], str]]] = {
    "mobile": check_mobile,
    "email": lambda text: check_address(text.strip()),
}


def of_certificate(number: str) -> str:
    """Return the digest of a certificate number in its normal form."""
    return digest(f"certificate:{number}")


def of_unit(cert_type: int, number: str) -> str:
    """Return the digest of the unit behind a credit code or an organisation code; empty for any other number."""
    code = organisation_code(cert_type, number)
    return digest(f"unit:{code}") if code else ""


def of_contact(kind: str, text: str) -> str:
    """Return the digest of a typed mobile or e-mail address (``ContactKind``); empty when it is invalid."""
    try:
        return digest(f"{kind}:{_CONTACTS[kind](text or '')}")
    except ValidationError:
        return ""


def of_person(name: str) -> str:
    """Return the digest of a person's name, ignoring width, case and white space; empty without a name."""
    try:
        return digest(f"person:{without_spaces(normal_text(name, LONGEST_NAME)).casefold()}")
    except ValidationError:
        return ""
