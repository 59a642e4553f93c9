"""Form fields of a certificate: the choices of types, grouped by nature of host, and the check of the number."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ministry.reference import certificates, code_tables, english

Choices = list[tuple[str, Any]]


def choices(
    natures: Iterable[code_tables.Code] = code_tables.NATURES, *, offered: bool = False
) -> Callable[[], Choices]:
    """Return the certificate types of these natures as choices grouped by nature; ``offered``: only those of today.

    Grouped because several natures have types of the same name.
    """

    def listed() -> Choices:
        wanted = code_tables.certificate_types_of if offered else _all_of
        return [
            ("", "—"),
            *((english.label(nature.name), code_tables.choices(wanted(nature.id))) for nature in natures),
        ]

    return listed


def _all_of(nature: int) -> tuple[code_tables.CertificateType, ...]:
    """Return the types of a nature, including those no longer offered, which records may still have."""
    return tuple(kind for kind in code_tables.CERTIFICATE_TYPES if kind.nature == nature)


def check(form: forms.BaseForm, cleaned: dict[str, Any], name: str = "cert_number") -> dict[str, Any]:
    """Return the cleaned values with field ``name``, the number, in normal form; add its error to the field."""
    if cleaned.get("cert_type") and cleaned.get(name):
        try:
            cleaned[name] = certificates.check_certificate(cleaned["cert_type"], cleaned[name])
        except ValidationError as error:
            form.add_error(name, error)
    return cleaned
