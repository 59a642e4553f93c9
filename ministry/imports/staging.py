"""Find values that must be unique but occur twice in the files, or are in the register already.

The keys of all subjects are in a temporary table of this connection, so that their number isn't limited by the memory.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy

from ministry.imports.checking import fault
from ministry.imports.records import RowFault, SubjectRecord
from ministry.reference import certificates
from ministry.reference.domains import display_domain

# Values that must be unique, and the message for a duplicate of each
NUMBER, CERTIFICATE, UNIT, DOMAIN = "number", "certificate", "unit", "domain"
_TWICE: Final = {
    NUMBER: gettext_lazy("Row %(row)d has this number, too."),
    CERTIFICATE: gettext_lazy("The subject in row %(row)d has this certificate and is in force, too."),
    UNIT: gettext_lazy("The subject in row %(row)d is the same organisation and is in force, too."),
    DOMAIN: gettext_lazy("The website in row %(row)d has this domain and is in force, too."),
}
_KNOWN: Final = {
    CERTIFICATE: gettext_lazy("Another subject of the register has this certificate (1003)."),
    UNIT: gettext_lazy("Another subject of the register is the same organisation (1003)."),
    DOMAIN: gettext_lazy("Another website of the register has this domain (1005)."),
}
_PLACES: Final = {
    NUMBER: ("subjects", "number"),
    CERTIFICATE: ("subjects", "cert_number"),
    UNIT: ("subjects", "cert_number"),
    DOMAIN: ("websites", "domain"),
}

_CREATE = """
CREATE TEMPORARY TABLE import_keys (
    kind text NOT NULL, key text COLLATE "C" NOT NULL, shown text NOT NULL,
    piece integer NOT NULL, place integer NOT NULL, file_row integer NOT NULL
)
"""
_REPEATED = """
SELECT kind, shown, piece, place, file_row, other FROM (
    SELECT *, first_value(file_row) OVER same AS other, row_number() OVER same AS turn FROM import_keys
    WINDOW same AS (PARTITION BY kind, key ORDER BY piece, place)
) AS keys WHERE turn > 1 ORDER BY piece, place
"""
# Subjects of the register by number, whatever their state; and what other subjects in force have
_FOUND_NUMBERS = """
SELECT k.piece, k.place, s.id FROM import_keys k JOIN ministry_subject s ON s.earlier_number = k.key
WHERE k.kind = 'number' AND s.earlier_number > '' AND NOT k.piece = ANY(%(done)s)
UNION ALL
SELECT k.piece, k.place, s.id FROM import_keys k JOIN ministry_subject s
ON s.province || ':' || s.year || ':' || s.serial = k.key
WHERE k.kind = 'number' AND s.earlier_number = '' AND NOT k.piece = ANY(%(done)s)
ORDER BY 1, 2
"""
_FOUND = """
SELECT k.kind, k.shown, k.piece, k.place, k.file_row, c.subject_id
FROM import_keys k JOIN ministry_subjectcertificate c
ON c.live AND c.digest = split_part(k.key, ':', 2) AND c.cert_type = split_part(k.key, ':', 1)::integer
WHERE k.kind = 'certificate' AND NOT k.piece = ANY(%(done)s)
UNION ALL
SELECT k.kind, k.shown, k.piece, k.place, k.file_row, c.subject_id
FROM import_keys k JOIN ministry_subjectcertificate c ON c.live AND c.unit_digest > '' AND c.unit_digest = k.key
WHERE k.kind = 'unit' AND NOT k.piece = ANY(%(done)s)
UNION ALL
SELECT k.kind, k.shown, k.piece, k.place, k.file_row, w.subject_id
FROM import_keys k JOIN ministry_livedomain d ON d.domain = k.key JOIN ministry_website w ON w.id = d.website_id
WHERE k.kind = 'domain' AND NOT k.piece = ANY(%(done)s)
ORDER BY 3, 4, 1
"""


class StagedKey(NamedTuple):
    """A key of a subject in its piece; ``shown`` is how a report names it."""

    kind: str
    key: str
    shown: str
    place: int
    row: int


@dataclass(frozen=True, slots=True)
class Clash:
    """A subject of a piece that can't be written, and why."""

    piece: int
    place: int
    fault: RowFault


def keys_of(place: int, subject: SubjectRecord) -> Iterator[StagedKey]:
    """Yield the keys of the subject at this place of its piece."""
    number = subject.number
    text = str(number)
    key = text if number.is_earlier else "{}:{}:{}".format(number.province.code, *number.year_and_serial)
    yield StagedKey(NUMBER, key, text, place, subject.row)
    if subject.is_live:
        units = {one.unit_digest: one.number for one in subject.certificates if one.unit_digest}
        for one in subject.certificates:
            yield StagedKey(
                CERTIFICATE, f"{one.cert_type}:{one.digest}", certificates.mask(one.number), place, subject.row
            )
        for digest, text in units.items():
            yield StagedKey(UNIT, digest, certificates.mask(text), place, subject.row)
    for website in subject.websites:
        if website.is_live:
            for domain in dict.fromkeys(website.domains):
                yield StagedKey(DOMAIN, domain, display_domain(domain), place, website.row)


class Staging:
    """The keys of all pieces."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS import_keys")
            cursor.execute(_CREATE)

    def add(self, piece: int, keys: Iterable[StagedKey]) -> None:
        """Store the keys of a piece."""
        with connection.cursor() as cursor, cursor.copy("COPY import_keys FROM STDIN") as copy:
            for kind, key, text, place, row in keys:
                copy.write_row((kind, key, text, piece, place, row))

    def repeated(self) -> Iterator[Clash]:
        """Yield every key that an earlier row of the files has too."""
        for kind, text, piece, place, row, other in self._rows(_REPEATED):
            yield _clash(kind, text, (piece, place, row), str(_TWICE[kind]) % {"row": other})

    def known_numbers(self, done: Collection[int]) -> dict[int, dict[int, int]]:
        """Return the subjects whose number is in the register, as piece → place → primary key; not of pieces done."""
        found: dict[int, dict[int, int]] = {}
        for piece, place, subject_id in self._rows(_FOUND_NUMBERS, done):
            found.setdefault(piece, {})[place] = subject_id
        return found

    def known(self, done: Collection[int], same: dict[int, dict[int, int]]) -> Iterator[Clash]:
        """Yield the keys that a subject of the register with another number has; ``same``: see ``known_numbers``."""
        for kind, text, piece, place, row, subject_id in self._rows(_FOUND, done):
            if same.get(piece, {}).get(place) != subject_id:
                yield _clash(kind, text, (piece, place, row), str(_KNOWN[kind]))

    def _rows(self, sql: str, done: Collection[int] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE import_keys")
            cursor.execute(sql, {"done": list(done)} if "%(done)s" in sql else None)
            return list(cursor.fetchall())


def _clash(kind: str, text: str, where: tuple[int, int, int], message: str) -> Clash:
    piece, place, row = where
    table, column = _PLACES[kind]
    return Clash(piece, place, fault(table, row, column, text, message)._replace(value=text))
