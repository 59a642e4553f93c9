"""The keys under which sealed data is looked up again: keyed digests of normal forms.

An empty digest says that there is nothing to compare; it matches nothing.
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
    """Return the key of a certificate number in its normal form."""
    return digest(f"certificate:{number}")


def of_unit(cert_type: int, number: str) -> str:
    """Return the key of the unit behind a credit code or an organisation code; empty for any other number."""
    code = organisation_code(cert_type, number)
    return digest(f"unit:{code}") if code else ""


def of_contact(kind: str, text: str) -> str:
    """The key of a mobile or an e-mail (``ContactKind``) however it was typed; empty when it is none."""
    try:
        return digest(f"{kind}:{_CONTACTS[kind](text or '')}")
    except ValidationError:
        return ""


def of_person(name: str) -> str:
    """Return the key of a person's name: width, case and white space do not count. Empty without a name."""
    try:
        return digest(f"person:{without_spaces(normal_text(name, LONGEST_NAME)).casefold()}")
    except ValidationError:
        return ""
