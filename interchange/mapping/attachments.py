"""Attachments of a record (``Fjxx``) as pictures of a filing, and back.

Several pictures of a certificate are its sides in their order. If a website's responsible person is also
the host's, no pictures of the certificate are sent a second time.
"""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from filings.fields import attachments
from filings.models import EvidenceKind
from interchange.mapping.record_parts import (
    FORMATS,
    JPEG,
    LARGEST,
    LARGEST_OTHERS,
    Fault,
    Name,
    ObjectType,
    Pictures,
    Purpose,
    Record,
)

# What is shown → what it belongs to
BELONGS_TO = {
    Purpose.SHEET: ObjectType.WEBSITE,
    Purpose.SUBJECT_CERTIFICATE: ObjectType.SUBJECT,
    Purpose.RESPONSIBLE: ObjectType.SUBJECT,
    Purpose.MANAGER: ObjectType.WEBSITE,
    Purpose.PHOTO: ObjectType.WEBSITE,
}
# Kinds of the sides of a certificate, in their order
SIDES = {
    Purpose.SUBJECT_CERTIFICATE: (EvidenceKind.SUBJECT_CERTIFICATE,),
    Purpose.RESPONSIBLE: attachments.RESPONSIBLE,
    Purpose.MANAGER: attachments.MANAGER,
}


@dataclass(frozen=True, slots=True)
class Owners:
    """What attachments of a record may belong to: names of its subject, and of its websites with their places."""

    subject: frozenset[str] = frozenset()
    websites: Mapping[str, int] = field(default_factory=dict)


def read_attachments(elements: Iterable[Record], owners: Owners) -> tuple[Pictures, list[Fault]]:
    """Return the attachments by what they show and whom they concern, and what is wrong with them."""
    found: dict[tuple[Purpose, int], list[bytes]] = defaultdict(list)
    faults = []
    for attachment in (element["Fjxx"] for element in elements):
        read = _attachment(attachment, owners)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            purpose, website, content = read
            found[purpose, website].append(content)
    pictures = Pictures()
    for (purpose, website), contents in found.items():
        if not _sort(pictures, purpose, website, contents):
            faults.append(Fault(1057, _("There are more pictures of one certificate than it has sides.")))
    return pictures, faults


def _attachment(element: Record, owners: Owners) -> tuple[Purpose, int, bytes] | Fault:
    """Return what an attachment shows, the website it belongs to (0 for the host's), and its content."""
    try:
        purpose = Purpose(int(element["Fjyt"]))
    except ValueError:
        return Fault(1057, _("There is no such use of an attachment."))
    place = _place(element["Fjssdx"], purpose, owners)
    if isinstance(place, Fault):
        return place
    content = _content(element["Fjnr"], int(element["Fjwjgs"]), LARGEST.get(purpose, LARGEST_OTHERS))
    return content if isinstance(content, Fault) else (purpose, place, content)


def _place(owner: Record, purpose: Purpose, owners: Owners) -> int | Fault:
    """Return the website that an attachment belongs to, 0 for the host's.

    A signed sheet may belong to either; it is the host's where a filing is about the host alone.
    """
    name = owner["Ssdxbs"]  # an own id in XZBA, elsewhere an id (Jlid) or a number (Baxh)
    name = next(iter(name.values()), "") if isinstance(name, dict) else name
    of_website = int(owner["Ssdxlx"]) == ObjectType.WEBSITE
    if purpose != Purpose.SHEET and int(owner["Ssdxlx"]) != BELONGS_TO[purpose]:
        return Fault(1061, _("The use of an attachment doesn't match what it belongs to."))
    if name not in (owners.websites if of_website else owners.subject):
        return Fault(1055, _("An attachment belongs to something that is not in this record."))
    return owners.websites[name] if of_website else 0


def _content(text: str, file_format: int, largest: int) -> bytes | Fault:
    if file_format not in FORMATS:
        return Fault(1056, _("There is no such file format of an attachment."))
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return Fault(5010, _("An attachment is not base64."))
    if len(content) > largest:
        return Fault(5010, _("An attachment of this use has at most %(most)d KB.") % {"most": largest // 1024})
    if not content.startswith(FORMATS[file_format]):
        return Fault(5010, _("An attachment is not of the format that it names."))
    return content


def _sort(pictures: Pictures, purpose: Purpose, website: int, contents: Sequence[bytes]) -> bool:
    """Put the pictures where they belong; return whether there is a place for each."""
    if purpose == Purpose.SHEET:
        pictures.sheets[website] = list(contents)
        return True
    if purpose == Purpose.PHOTO:
        pictures.photos[website] = contents[0]
        return len(contents) == 1
    sides = SIDES[purpose]
    for kind, content in zip(sides, contents, strict=False):
        pictures.papers[path(purpose, website, kind)] = content
    return len(contents) <= len(sides)


def path(purpose: Purpose, website: int, kind: EvidenceKind) -> str:
    """Return the path of a picture in the filing."""
    of_website = BELONGS_TO[purpose] == ObjectType.WEBSITE
    return f"websites.{website}.papers.{kind}" if of_website else f"papers.{kind}"


def read_scans(website: int, approvals: Record | None) -> tuple[dict[str, bytes], list[Fault]]:
    """Return the scans of a website's prior approvals (``Spwj``: JPEG, at most ten each) by path, and faults."""
    found: dict[str, bytes] = {}
    faults = []
    for approval in (approvals or {}).get("Nrlx_xx") or []:
        for page, text in enumerate(approval["Spwj"], start=1):
            content = _content(text, JPEG, LARGEST_OTHERS)
            if isinstance(content, Fault):
                faults.append(content)
            else:
                found[f"websites.{website}.papers.approval.{approval['Nrlx_id']}.{page}"] = content
    return found, faults


def attachment(purpose: Purpose, owner: Name, content: bytes) -> Record:
    """Return an attachment as an element of ``Fj``; ``owner`` names the subject or website (``Ssdxbs``)."""
    return {
        "Fjxx": {
            "Fjwjgs": str(JPEG),
            "Fjyt": str(purpose.value),
            "Fjnr": encoded(content),
            "Fjssdx": {"Ssdxlx": str(BELONGS_TO[purpose].value), "Ssdxbs": owner},
        }
    }


def encoded(content: bytes) -> str:
    """Return the content of a picture as text of an element."""
    return base64.b64encode(content).decode()
