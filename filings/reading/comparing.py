"""Say which facts of a filing stand on which picture, and compare them with what was read there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from filings import facts, fields
from filings.facts import Facts
from filings.fields import display
from filings.fields.display import PictureReading
from filings.models import CertificateReading, Evidence, EvidenceKind
from filings.reading import values
from filings.reading.documents import (
    ADDRESS,
    CARD,
    LICENCE,
    NAME,
    NUMBER,
    REPRESENTATIVE,
    SINCE,
    UNTIL,
    CertificateLayout,
    ReadFact,
)
from filings.reading.layout import Box
from ministry.reference import code_tables

Verdict = Literal["equal", "differs", "unreadable"]
DOCUMENTS: Mapping[str, CertificateLayout] = {
    EvidenceKind.SUBJECT_CERTIFICATE: LICENCE,
    EvidenceKind.RESPONSIBLE_FRONT: CARD,
    EvidenceKind.RESPONSIBLE_BACK: CARD,
    EvidenceKind.MANAGER_FRONT: CARD,
    EvidenceKind.MANAGER_BACK: CARD,
}
# The person's facts on the front and on the back of an identity card; the host's facts on an individual's card
FRONT, BACK, OF_HOST = (NAME, NUMBER), (SINCE, UNTIL), (NAME, NUMBER, ADDRESS)
# Facts in the machine-readable zone of a passport. Its name is in Latin letters; the portal asks for the Chinese one.
PASSPORT_PAGE, PASSPORT_OF_HOST = (NUMBER, UNTIL), (NUMBER,)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A fact on a picture: the value as facts store it, empty if it can't be read; the picture; the place on it."""

    value: str
    picture: Evidence
    box: Box | None

    def verdict(self, typed: Any) -> Verdict:
        """Return how this compares with the fact as it was filled in."""
        if not self.value:
            return "unreadable"
        return "equal" if values.folded(self.value) == values.folded(str(typed or "")) else "differs"


def shown(path: str, typed: Any, seen: Sighting, *, full: bool) -> PictureReading:
    """Return the comparison as pages show it; what was read is masked like the fact unless ``full``."""
    verdict = seen.verdict(typed)
    text = display.words(path, seen.value, full=full) if verdict == "differs" else ""
    shown_as = "new" if text and typed in ("", None) else verdict
    return PictureReading(shown_as, text, seen.picture.pk, str(seen.box or ""))


def document_at(path: str) -> CertificateLayout | None:
    """Return what the picture at a path such as ``papers.responsible_front`` shows, if that can be read."""
    return DOCUMENTS.get(path.rpartition(".")[2]) if ".approval." not in path else None


def stored(fact: ReadFact) -> dict[str, Any]:
    """Return a fact as ``CertificateReading.facts`` has it."""
    return asdict(fact)


def sightings(pictures: Iterable[Evidence], filing_facts: Facts) -> dict[str, Sighting]:
    """Return what was read from the pictures about the filing's facts, by path.

    ``pictures`` have ``reading`` joined. A person's own card counts before the certificate that only names the person.
    """
    found: dict[str, Sighting] = {}
    read = [picture for picture in pictures if (row := reading_of(picture)) and row.read_at]
    for picture in sorted(read, key=lambda one: one.path.endswith(EvidenceKind.SUBJECT_CERTIFICATE)):
        for path, name in beside(picture.path, filing_facts):
            if path not in found or not found[path].value:
                found[path] = _sighting(picture, name)
    return found


def reading_of(picture: Evidence) -> CertificateReading | None:
    """Return the picture's reading; None when none was ordered. No query if it is joined."""
    return getattr(picture, "reading", None)


def _sighting(picture: Evidence, name: str) -> Sighting:
    fact = picture.reading.facts.get(name)
    return Sighting(fact["value"], picture, Box(**fact["box"])) if fact else Sighting("", picture, None)


def beside(picture: str, filing_facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each fact that stands on the picture at this path: its path in the filing, its name in the document."""
    kind, website = picture.rpartition(".")[2], fields.website_of(picture)
    if kind == EvidenceKind.SUBJECT_CERTIFICATE:
        yield from _of("subject", OF_HOST)
        if facts.read(filing_facts, "responsible.legal_representative") == "yes":
            yield "responsible.name", REPRESENTATIVE
    elif kind in DOCUMENTS:
        person = "responsible" if website is None else f"websites.{website}.responsible"
        is_front = kind in (EvidenceKind.RESPONSIBLE_FRONT, EvidenceKind.MANAGER_FRONT)
        of_person, of_host = _printed(facts.read(filing_facts, f"{person}.cert_type"), is_front=is_front)
        yield from _of(person, of_person)
        if website is None and facts.is_individual(filing_facts):
            yield from _of("subject", of_host)


def _printed(cert_type: Any, *, is_front: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the facts of the person, and of an individual host, that stand on one side of a person's certificate."""
    if cert_type == code_tables.PASSPORT:
        return (PASSPORT_PAGE, PASSPORT_OF_HOST) if is_front else ((), ())
    if cert_type not in ("", *code_tables.WITH_BIRTH_DATE):
        return (), ()
    return (FRONT, OF_HOST) if is_front else (BACK, ())


def _of(prefix: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((f"{prefix}.{name}", name) for name in names)
