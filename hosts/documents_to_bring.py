"""What a host brings to the face-to-face check, from the facts and papers of its filing.

The provider photographs the person responsible for each website face to face, compares the certificates with the data
and fills in the verification sheet (official guide, 3), which that person signs and a unit seals.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from filings import facts
from filings.fields import attachments
from filings.models import Filing
from filings.models.evidence import EvidenceKind
from filings.rules import checks
from ministry.reference import code_tables

# Papers of persons and of the host, which are named by the certificate; and pictures that are no paper
CERTIFICATES = (EvidenceKind.SUBJECT_CERTIFICATE, *attachments.RESPONSIBLE, *attachments.MANAGER)
NO_PAPERS = (EvidenceKind.PHOTO, *attachments.PICTURED.values())


@dataclass(frozen=True, slots=True)
class WhatToBring:
    """Who has to come in person, which originals to bring, and whether the unit's seal is needed."""

    people: tuple[str, ...]
    originals: tuple[str, ...]
    seal: bool


def of(filing: Filing) -> WhatToBring | None:
    """Return what to bring; None for a filing that needs no meeting. One query."""
    values = filing.facts
    photos = {photo.path for photo in attachments.photos(values)}
    met = [n for n in range(facts.count(values)) if attachments.of_website(n, EvidenceKind.PHOTO).path in photos]
    if not met:
        return None
    people = [facts.manager(values, number) for number in met]
    holders = people if facts.is_individual(values) else [facts.read(values, "subject"), *people]
    return WhatToBring(
        tuple(str(person.get("name") or "") for person in people),
        tuple(dict.fromkeys((*map(_certificate, holders), *_further(filing)))),
        seal=not facts.is_individual(values),
    )


def _certificate(holder: dict[str, Any]) -> str:
    certificate = code_tables.name_of(code_tables.CERTIFICATE_TYPES, holder.get("cert_type") or 0)
    return _("%(certificate)s of %(name)s") % {"certificate": certificate, "name": holder.get("name") or ""}


def _further(filing: Filing) -> Iterator[str]:
    """Yield the other documents of which the filing has pictures: prior approvals, what its province asks for."""
    for path in sorted({attachments.whole(path) for path in checks.present_papers(filing)}):
        if not any(path.endswith(f".{kind}") for kind in (*CERTIFICATES, *NO_PAPERS)):
            yield str(attachments.label(path))
