"""Asking for a certificate: one list of types, by the nature of host each belongs to, and one check of the number."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ministry.reference import certificates, code_tables

Choices = list[tuple[str, Any]]


def choices(
    natures: Iterable[code_tables.Code] = code_tables.NATURES, *, offered: bool = False
) -> Callable[[], Choices]:
    """Return the certificate types of these natures, grouped by nature; ``offered``: only those of today.

    Several natures have types of the same name, so that a list without the natures could not be chosen from.
    """

    def listed() -> Choices:
        wanted = code_tables.certificate_types_of if offered else _all_of
        return [("", "—"), *((nature.name, code_tables.choices(wanted(nature.id))) for nature in natures)]

    return listed


def _all_of(nature: int) -> tuple[code_tables.CertificateType, ...]:
    """Return the types of a nature, also those that are no longer offered: what is on record may have them."""
    return tuple(kind for kind in code_tables.CERTIFICATE_TYPES if kind.nature == nature)


def check(form: forms.BaseForm, cleaned: dict[str, Any], name: str = "cert_number") -> dict[str, Any]:
    """Return the form's values with the number, the field ``name``, in its normal form; its fault goes to the field."""
    if cleaned.get("cert_type") and cleaned.get(name):
        try:
            cleaned[name] = certificates.check_certificate(cleaned["cert_type"], cleaned[name])
        except ValidationError as error:
            form.add_error(name, error)
    return cleaned
