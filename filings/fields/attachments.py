"""Define which pictures a filing needs, and their paths.

``papers.subject_certificate`` belongs to the host, ``websites.0.papers.manager_front`` to a website, and
``websites.0.papers.approval.5.1`` is the first page of a prior approval. Remarks, findings and rounds use these paths
like those of facts.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from filings import facts, kinds
from filings.facts import Facts
from filings.kinds import Wanted
from filings.models.evidence import EvidenceKind
from ministry.reference import code_tables, english

MOST_PAGES = 10  # of one prior approval (interface element Nrlx: one to ten scans)

_PATH = re.compile(r"(?:websites\.([0-9])\.)?papers\.([a-z_]+)(?:\.([0-9]{1,2})(?:\.([0-9]{1,2}))?)?")
_APPROVALS = {str(approval.id) for approval in code_tables.PRIOR_APPROVALS}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, or up to ``pages`` pictures at ``path.1``, ``path.2`` …"""

    path: str
    label: Promise | str
    pages: int = 1

    @property
    def is_scanned(self) -> bool:
        """Return whether it is usually a scan, so that a PDF is accepted: papers, not cards and icons."""
        match = _PATH.fullmatch(self.path)
        return match is not None and match[2] in KINDS and KINDS[match[2]].is_scanned

    def holds(self, path: str) -> bool:
        """Return whether ``path`` is this paper or one of its pages."""
        return path == self.path or (self.pages > 1 and path.startswith(f"{self.path}."))


@dataclass(frozen=True, slots=True)
class AttachmentKind:
    """A kind of attachment: ``id`` is its part of the path, ``service`` the type of service that it is a picture of."""

    id: str
    label: Promise | str
    of_website: bool = False
    is_scanned: bool = False
    is_reported: bool = False  # the interface (V3.0) has a purpose (Fjyt) for it
    service: int | None = None

    @classmethod
    def of(cls, kind: EvidenceKind, **features: Any) -> Self:
        """Return the attachment of a kind of evidence, with the label of that kind."""
        return cls(kind.value, kind.label, **features)


KINDS: Final = {
    kind.id: kind
    for kind in (
        AttachmentKind.of(EvidenceKind.SUBJECT_CERTIFICATE, is_scanned=True, is_reported=True),
        AttachmentKind.of(EvidenceKind.RESPONSIBLE_FRONT, is_reported=True),
        AttachmentKind.of(EvidenceKind.RESPONSIBLE_BACK),
        AttachmentKind.of(EvidenceKind.MANAGER_FRONT, of_website=True, is_reported=True),
        AttachmentKind.of(EvidenceKind.MANAGER_BACK, of_website=True),
        AttachmentKind.of(EvidenceKind.PHOTO, of_website=True, is_reported=True),
        AttachmentKind.of(EvidenceKind.APPROVAL, of_website=True, is_scanned=True),
        AttachmentKind.of(EvidenceKind.APP_ICON, of_website=True, service=code_tables.APP),
        *(
            AttachmentKind(one.id, english.label(one.name), of_website=one.of_website, is_scanned=True)
            for one in code_tables.DOCUMENTS
        ),
    )
}
# service type → the picture of the service itself
PICTURED: Final = {kind.service: EvidenceKind(kind.id) for kind in KINDS.values() if kind.service is not None}
RESPONSIBLE = (EvidenceKind.RESPONSIBLE_FRONT, EvidenceKind.RESPONSIBLE_BACK)
MANAGER = (EvidenceKind.MANAGER_FRONT, EvidenceKind.MANAGER_BACK)
SHEET = "verification_sheet"  # the signed sheet, of which only systems of providers report a picture


def needed(values: Facts) -> tuple[Attachment, ...]:
    """Return the pictures that every province requires before submission.

    A change needs only the host's certificate where the host's data are open, and a person's certificate where another
    person is named.
    """
    law = kinds.of(values)
    if law.papers == Wanted.NONE:
        return ()
    papers = _of_everybody(values)
    if law.papers == Wanted.ALL:
        return tuple(papers)
    old = {path for person, paths in of_people(values) if not kinds.is_new_person(values, person) for path in paths}
    old |= {paper.path for paper in of_services(values)}
    if not law.opens("subject.name"):
        old.add(f"papers.{EvidenceKind.SUBJECT_CERTIFICATE}")
    return tuple(paper for paper in papers if paper.path not in old)


def _of_everybody(values: Facts) -> list[Attachment]:
    papers = [] if facts.is_individual(values) else [_of_host(EvidenceKind.SUBJECT_CERTIFICATE)]
    papers += [_of_host(kind) for kind in _sides(values, "responsible", RESPONSIBLE)]
    for website in range(facts.count(values)):
        if not facts.same_person(values, website) and facts.is_first_of(values, website):
            person = f"websites.{website}.responsible"
            papers += [of_website(website, kind) for kind in _sides(values, person, MANAGER)]
    return [*papers, *of_services(values)]


def reported(values: Facts) -> tuple[Attachment, ...]:
    """Return those of the needed pictures that a provider's own system must report.

    The interface names one certificate of each person and doesn't say how many pictures show it; so one is enough, and
    the other side may be on it. It has nothing for the picture of a service. This reading is our own choice.
    """
    return tuple(paper for paper in needed(values) if KINDS[paper.path.rpartition(".")[2]].is_reported)


def of_services(values: Facts) -> list[Attachment]:
    """Return the pictures of the services themselves: an APP's icon."""
    return [
        of_website(website, PICTURED[service])
        for website in range(facts.count(values))
        if (service := facts.service(values, website)) in PICTURED
    ]


def _sides(values: Facts, person: str, sides: tuple[EvidenceKind, EvidenceKind]) -> tuple[EvidenceKind, ...]:
    return sides[:1] if facts.read(values, f"{person}.cert_type") in code_tables.ONE_SIDED else sides


def _of_host(kind: EvidenceKind) -> Attachment:
    path = f"papers.{kind}"
    return Attachment(path, label(path))


def of_website(website: int, kind: EvidenceKind) -> Attachment:
    """Return a picture that belongs to one website."""
    path = f"websites.{website}.papers.{kind}"
    return Attachment(path, label(path))


def photo_path(website: int) -> str:
    """Return the path of the face-to-face photo of a website's responsible person."""
    return of_website(website, EvidenceKind.PHOTO).path


def of_people(values: Facts) -> Iterator[tuple[str, list[str]]]:
    """Yield the path of each responsible person, and the paths of the pictures of that person's certificate."""
    yield "responsible", [f"papers.{kind}" for kind in RESPONSIBLE]
    for website in range(facts.count(values)):
        yield f"websites.{website}.responsible", [of_website(website, kind).path for kind in MANAGER]


def approvals(values: Facts) -> tuple[Attachment, ...]:
    """Return the papers of the prior approvals that the websites name; the province's rules decide which are needed."""
    return tuple(
        Attachment(path := f"websites.{website}.papers.approval.{approval}", label(path), MOST_PAGES)
        for website in range(facts.count(values))
        for approval in facts.read(values, f"websites.{website}.approvals") or ()
    )


def asked_of_host(values: Facts, further: Iterable[str] = ()) -> tuple[Attachment, ...]:
    """Return the needed pictures and approval papers, then the documents at the ``further`` paths."""
    known = (*needed(values), *approvals(values))
    paths = dict.fromkeys(path for path in further if is_paper(path) and not is_photo(path))
    documents = [path for path in paths if not any(paper.holds(path) for paper in known)]
    return (*known, *(Attachment(path, label(path)) for path in documents))


def documents(values: Facts) -> tuple[Attachment, ...]:
    """Return every known document, needed or not."""
    host = [document.path() for document in code_tables.DOCUMENTS if not document.of_website]
    websites = [
        document.path(website)
        for website in range(facts.count(values))
        for document in code_tables.DOCUMENTS
        if document.of_website
    ]
    return tuple(Attachment(path, label(path)) for path in (*host, *websites))


def photos(values: Facts) -> tuple[Attachment, ...]:
    """Return the face-to-face photos the provider must take: one per website's responsible person."""
    return tuple(
        of_website(website, EvidenceKind.PHOTO)
        for website in range(facts.count(values))
        if facts.is_first_of(values, website) and kinds.is_photographed(values, website)
    )


def is_paper(path: str) -> bool:
    """Return whether a picture can be stored at ``path``."""
    if (match := _PATH.fullmatch(path)) is None or label(path) == path:
        return False
    website, kind, approval, page = match.groups()
    if kind == EvidenceKind.APPROVAL:
        return website is not None and approval in _APPROVALS and 1 <= int(page or 0) <= MOST_PAGES
    return (website is not None) == KINDS[kind].of_website and approval is None


def at(path: str) -> Attachment | None:
    """Return the paper a host can upload at ``path``; None when there is none, or for a photo."""
    if is_photo(path):
        return None
    if is_paper(path):
        return Attachment(path, label(path))
    pages = Attachment(path, label(path), MOST_PAGES)
    return pages if is_paper(f"{path}.1") else None


def free_places(paper: Attachment, kept: Collection[str]) -> list[str]:
    """Return the paths for further pictures of a paper: its own path, or its free pages."""
    if paper.pages == 1:
        return [paper.path]
    return [path for page in range(1, paper.pages + 1) if (path := f"{paper.path}.{page}") not in kept]


def whole(path: str) -> str:
    """Return the path of the whole paper to which the picture belongs: all pages of a prior approval are one."""
    match = _PATH.fullmatch(path)
    return path.rpartition(".")[0] if match and match[4] else path


def is_of_new_approval(path: str, values: Facts) -> bool:
    """Return whether ``path`` is the paper of a prior approval that a change adds to what is on record."""
    match = _PATH.fullmatch(path) or _PATH.fullmatch(f"{path}.1")
    if match is None or match[2] != EvidenceKind.APPROVAL or kinds.of(values).papers != Wanted.CHANGED:
        return False
    return int(match[3]) not in (facts.read(facts.record(values), f"websites.{match[1]}.approvals") or ())


def is_photo(path: str) -> bool:
    """Return whether ``path`` names a face-to-face photo."""
    return path.endswith(f".papers.{EvidenceKind.PHOTO}")


def label(path: str) -> Promise | str:
    """Return the label of a picture, numbered from the second website on; the path itself if unknown."""
    match = _PATH.fullmatch(path)
    if match is None or match[2] not in KINDS:
        return path
    website, kind, approval, _page = match.groups()
    text = KINDS[kind].label
    if approval:
        name = code_tables.name_of(code_tables.PRIOR_APPROVALS, int(approval))
        text = english.bracketed(text, name)
    if website and int(website):
        words = _("Service {number}: {title}") if KINDS[kind].service else _("Website {number}: {title}")
        return format_lazy(words, number=int(website) + 1, title=text)
    return text
