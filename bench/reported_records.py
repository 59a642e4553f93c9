"""A full upload of a provider's system, 1,000 first filings with their pictures, from its bytes to its results.

Measured in seconds, beside the floor of parsing alone: reading and validating the same message without taking it in;
and in the memory that the check needs at its height, beside that of a tenth of the records. Needs /proc.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image

from bench import world
from bureaus.access import reviewer
from bureaus.models import ReviewerRole
from filings import facts, fields
from filings.facts import Facts
from filings.fields import attachments
from filings.models import Filing
from icp_portal.demo import invent
from interchange import checking, connections, ledger
from interchange.connections import ConnectionWritten
from interchange.mapping import writing
from interchange.mapping.record_parts import OwnIds, Pictures, WebsiteIds
from interchange.messages.reading import read_upload
from interchange.messages.writing import write_upload
from interchange.models import Connection
from providers.models import Provider

NAME = "upload of a provider's system"
DATABASE = "bench_reports"
RECORDS = 1_000  # as many as a file may have
GOAL = 60.0  # seconds for so many, on two cores
COPIES = 3  # of the file: encrypted, in the clear, and the pieces of the parser
SPARE_MEMORY = 30 * 1024**2  # bytes by which a check may need more than a tenth of it, apart from the copies
DRAWN = 20  # different pictures of a kind; each file is of its own all the same
# 50 MB of XML leave 37 KB for the pictures of each of 1,000 records.
SIZES = {"photo": (800, 600), "card": (480, 304)}
QUALITY = 10


@dataclass(frozen=True, slots=True)
class MeasuredUpload:
    """An upload of so many records: bytes, seconds, those of parsing alone, more bytes of memory than for a tenth."""

    records: int
    size: int
    seconds: float
    floor: float
    memory: int

    @property
    def is_slow(self) -> bool:
        """Return whether the goal is missed."""
        return self.seconds > GOAL * self.records / RECORDS or self.memory > COPIES * self.size + SPARE_MEMORY

    def __str__(self) -> str:
        line = (
            f"{NAME}: {self.records:,} records, {self.size / 1024**2:.1f} MB in {self.seconds:.1f} s, goal "
            f"{GOAL * self.records / RECORDS:.0f} s; parsing alone {self.floor:.2f} s, {self.seconds / self.floor:.1f} "
            f"floors; {self.memory / 1024**2:.0f} MB more memory than for a tenth"
        )
        return f"{line}  misses a goal" if self.is_slow else line


def measured(records: int) -> MeasuredUpload:
    """Check an upload of a tenth of the records, then one of all, on a throw-away database."""
    with world.database(DATABASE):
        connection = _connection()
        _seconds, before = _took(connection, _message(connection, 1, records // 10))
        xml = _message(connection, 1 + records, records)
        took, memory = _took(connection, xml)
        if Filing.objects.count() != records + records // 10:
            raise ValueError(f"{Filing.objects.count()} filings came of {records + records // 10} records")
    begin = time.perf_counter()
    for _record in read_upload(xml).records():
        pass
    return MeasuredUpload(records, len(xml), took, time.perf_counter() - begin, memory - before)


def _took(connection: Connection, xml: bytes) -> tuple[float, int]:
    """Have an upload checked; return the seconds, and the bytes of memory that it needed at its peak."""
    connection.refresh_from_db()
    ledger.accept(connection.pk, connection.last_sequence + 1, f"{len(xml)}", xml)
    row = connection.uploads.latest("sequence")
    Path("/proc/self/clear_refs").write_text("5")  # reset the peak to the current use
    before, begin = _peak(), time.perf_counter()
    checking.check(row.pk)
    return time.perf_counter() - begin, _peak() - before


def _peak() -> int:
    """Return the peak memory use of this process since the last reset, in bytes."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) * 1024


def _connection() -> Connection:
    provider = Provider.objects.create(
        name="接入",
        slug="bench-reports",
        provinces=[world.PROVINCE],
        licence="B2",
        contact_phone="1",
        contact_email="a@bench.test",
        address="1",
    )
    chief = reviewer(world.reviewer(1, ReviewerRole.CHIEF))
    written = ConnectionWritten(
        profile="strict",
        is_lenient=False,
        networks=["127.0.0.0/8"],
        reports_from=None,
        reports_until=None,
        may_report=True,
        waiting_limit=20,
    )
    return connections.open_for(chief, provider.pk, written)[0]


# --- The message ------------------------------------------------------------------------------------------


def _message(connection: Connection, first: int, records: int) -> bytes:
    drawn = [Drawn(number) for number in range(DRAWN)]
    numbers = count(1_000_000_000 + first * 1000)
    made = (_record(number, drawn[number % DRAWN], numbers) for number in range(first, first + records))
    return write_upload({"ICP": {"XZBA": {"Baxx": made}, "Qqdwid": connection.isp_id}})


class Drawn:
    """The pictures of a record, small, to be made unlike those of any other by their number."""

    def __init__(self, number: int) -> None:
        self.card = _small(invent.card("CARD", number).read(), SIZES["card"])
        self.photo = _small(invent.portrait(number).read(), SIZES["photo"])

    def pictures(self, values: Facts, number: int) -> Pictures:
        """Return every picture that these facts need."""
        every = attachments.reported(values)
        papers = {f"{one.path}.1" if one.pages > 1 else one.path: one for one in every}
        named = (_numbered(self.card, f"{number} {path}") for path in papers)
        return Pictures(
            dict(zip(papers, named, strict=True)),
            {0: [_numbered(self.card, f"{number} sheet")]},
            {0: _numbered(self.photo, f"{number} photo")},
        )


def _small(content: bytes, size: tuple[int, int]) -> bytes:
    target = BytesIO()
    with Image.open(BytesIO(content)) as image:
        image.resize(size).save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def _numbered(content: bytes, text: str) -> bytes:
    """Return a JPEG with a comment, behind its first marker."""
    comment = text.encode()
    return content[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + content[2:]


def _record(number: int, drawn: Drawn, numbers: Iterator[int]) -> dict[str, Any]:
    values = _values(number)
    website = WebsiteIds(_next(numbers), [_next(numbers)], {_next(numbers): [_next(numbers)]})
    return writing.new_filing(values, drawn.pictures(values, number), OwnIds(_next(numbers), [website]))


def _next(numbers: Iterator[int]) -> str:
    return str(next(numbers))


def _values(number: int) -> Facts:
    """Return the facts of an invented filing that the interface has elements for."""
    begun = {**facts.blank(), "websites": [facts.blank_website()]}
    elements = {path for path, _section, field in fields.each(begun) if field.in_interface or field.name == "same"}
    values = invent.values(number, province=world.PROVINCE)
    return facts.written(begun, {path: value for path, value in values.items() if path in elements})
