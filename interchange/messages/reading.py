"""Read messages record by record: check them against the schemas first, then yield their records, in flat memory.

No DTD, no entities of a message's own, no network; depth, sizes and numbers are limited. Whatever is wrong is a
MessageFault, and nothing else is ever raised for the content of a message.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from interchange import schemas
from interchange.messages import faults
from interchange.messages.charsets import PIECE, utf8_pieces
from interchange.messages.faults import MessageFault
from interchange.messages.leniencies import Leniency, repair
from interchange.messages.shapes import Shape, shape_of
from interchange.result_codes import NO_ATTRIBUTE, NOT_VALID, OTHER_FAULT, WRONG_VERSION

# An element's content by name: text, the content of an element in it, or a list of either for elements that repeat
Fields = dict[str, Any]

VERSION = "V.3.0"
REPORTER = "Qqdwid"
MAX_RECORDS = 1000
# Elements of one record, and of all around the records; our own choice. A website with 5,000 domains has 15,000.
MAX_ELEMENTS = 50_000
# Bytes of one text, or of a tag with its attributes; our own choice. The document's largest text is a picture of 150 K.
MAX_TEXT = 1024 * 1024
_DTD = b"<!DOCTYPE"
# A beginning without one: blanks, comments and instructions, then the first element
_NO_DTD = re.compile(rb"(?>\s+|<!--.*?-->|<\?.*?\?>)*+<[^!?]", re.DOTALL)
_SAFE = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A record of a message: ``path`` such as ``ICP/XZBA/Baxx``; ``position`` among those of its path, from 1."""

    path: str
    position: int
    fields: Fields = field(repr=False)

    @property
    def kind(self) -> str:
        """Return the element below the family, such as ``XZBA``; for code tables, the one that contains the rows."""
        return self.path.split("/")[1]


@dataclass(frozen=True, slots=True)
class CheckedMessage:
    """A message that conforms to its schema.

    ``family``: ICP, IP, YM, JCDM or SJTB. ``reporter``: the Qqdwid of an upload, else None. ``counts``: the number of
    records by path. ``leniencies``: how often each was needed.
    """

    message: str
    family: str
    reporter: int | None
    counts: Counter[str]
    leniencies: Counter[Leniency]
    _xml: bytes = field(repr=False)
    _lenient: bool

    def records(self) -> Iterator[MessageRecord]:
        """Yield the records in the order of the message; a second parse, so it may be called again."""
        for one in _Pass(self._xml, self.message, lenient=self._lenient).records():
            yield MessageRecord(one.path, one.position, plain(one.element, one.shape))


@dataclass(frozen=True, slots=True)
class InspectedRecord:
    """Path and position of a record, and its faults."""

    place: str
    faults: tuple[MessageFault, ...]


def read_upload(xml: bytes, *, lenient: bool = False) -> CheckedMessage:
    """Check what a provider sends.

    Raise MessageFault: 5001 not well-formed, against the schema, or not records of exactly one kind; 5002 no version,
    5004 another than V.3.0; 5008 not GBK; 5999 more than 1,000 records, or beyond MAX_ELEMENTS or MAX_TEXT. Which code
    a case has is our own choice, except 5001 and 5004.
    """
    return _checked(xml, schemas.UPLOAD, lenient=lenient)


def read_download(xml: bytes, *, lenient: bool = False) -> CheckedMessage:
    """Check what a bureau hands out; raise MessageFault as ``read_upload`` does, but for the number of records."""
    return _checked(xml, schemas.DOWNLOAD, lenient=lenient)


def inspect(xml: bytes, message: str, *, lenient: bool) -> Iterator[InspectedRecord]:
    """Yield each record of a message with all that its schema finds wrong, not only the first.

    Raise MessageFault for what ends the reading; at the end, if each record conforms, for what is wrong around them.
    """
    first, counts, is_whole = _Pass(xml, message, lenient=lenient), Counter[str](), True
    for one in _counted(first, message, counts):
        found: dict[tuple[int, str], MessageFault] = {}  # lxml tells some twice
        for wrong in _errors(one, message, lenient=lenient):
            fault = faults.not_conforming(message, wrong, one.place)
            found.setdefault((fault.line, fault.element), fault)
        is_whole = is_whole and not found
        yield InspectedRecord(one.place, tuple(found.values()))
    if is_whole:
        _check_frame(first.root, message, counts, lenient=lenient)


def read_return(text: str, operation: str, *, lenient: bool = True) -> Fields:
    """Return what an operation returned as text, checked against a schema; raise MessageFault.

    Its XML declaration says GBK though it travels as characters of the SOAP reply, and so is ignored. Contents of files
    are larger than any other text, which is why sizes are not limited here.
    """
    parser = etree.XMLParser(huge_tree=True, **_SAFE)
    body = text.lstrip("\ufeff \t\r\n")
    data = (body.partition("?>")[2] if body.startswith("<?xml") else body).encode(errors="replace")
    _refuse_dtd(data, is_start=True)
    try:
        for start in range(0, len(data), PIECE):
            parser.feed(data[start : start + PIECE])
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise faults.not_well_formed(error) from None
    if wrong := schemas.first_error(schemas.schema_of(operation, lenient=lenient), root):
        raise faults.not_conforming(operation, wrong)
    return plain(root, shape_of(operation))


def plain(element: Any, shape: Shape) -> Fields:
    """Return an element's content as plain values, by the shape: text, dict or list."""
    found: Fields = {}
    for child in element:
        inside = shape.children[child.tag]
        value = plain(child, inside) if inside.children else _text(child, inside)
        if inside.repeats:
            found.setdefault(child.tag, []).append(value)
        else:
            found[child.tag] = value
    return found


def _text(element: Any, shape: Shape) -> str:
    text: str = element.text or ""
    return text.strip() if shape.is_number else text  # as the schema does before it compares


def _checked(xml: bytes, message: str, *, lenient: bool) -> CheckedMessage:
    """Validate each record on its own, then what is around them with one record of each path left in."""
    first, counts = _Pass(xml, message, lenient=lenient), Counter[str]()
    for one in _counted(first, message, counts):
        for wrong in _errors(one, message, lenient=lenient):
            raise faults.not_conforming(message, wrong, one.place)
    _check_frame(first.root, message, counts, lenient=lenient)
    family = first.root[0]
    reporter = family.find(REPORTER)
    number = None if reporter is None else int(reporter.text)
    return CheckedMessage(message, family.tag, number, counts, +first.leniencies, xml, lenient)


def _counted(first: "_Pass", message: str, counts: Counter[str]) -> Iterator["_Complete"]:
    """Yield the records of a message and count them by path; raise MessageFault for too many in an upload."""
    for one in first.records():
        counts[one.path] += 1
        if message == schemas.UPLOAD and counts.total() > MAX_RECORDS:
            raise MessageFault(OTHER_FAULT, faults.RECORDS)
        yield one


def _errors(one: "_Complete", message: str, *, lenient: bool) -> list[Any]:
    schema = schemas.schema_of_record(message, one.shape.name, one.shape.type, lenient=lenient)
    return schemas.errors(schema, one.element)


def _check_frame(root: Any, message: str, counts: Counter[str], *, lenient: bool) -> None:
    """Raise MessageFault for a fault around the records, of which only the first at each path is kept."""
    if wrong := schemas.first_error(schemas.schema_of(message, lenient=lenient), root):
        raise faults.not_conforming(message, wrong)
    if message == schemas.UPLOAD and (len(root[0]) != 2 or not counts):  # a kind with records, and the reporter
        raise MessageFault(NOT_VALID, faults.ONE_KIND, root[0].tag)


def _refuse_dtd(text: bytes, *, is_start: bool) -> None:
    """Refuse a DTD before the parser sees it. In what is not the start of a message, the mere word is refused."""
    if _DTD in text and not (is_start and _NO_DTD.match(text)):
        raise MessageFault(NOT_VALID, faults.DTD)


def _without_long_texts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a message; raise MessageFault where more than MAX_TEXT bytes have no ``<`` among them.

    The parser keeps a tag until its end, and a million attributes would fill the memory before they are refused.
    """
    length = 0
    for piece in pieces:
        before, sign, _rest = piece.partition(b"<")
        if length + len(before) > MAX_TEXT:
            raise MessageFault(OTHER_FAULT, faults.SIZE)
        length = len(piece) - piece.rfind(b"<") if sign else length + len(piece)
        yield piece


@dataclass(frozen=True, slots=True)
class _Complete:
    """A record whose end has been read, with its element in the tree."""

    path: str
    position: int
    shape: Shape
    element: Any

    @property
    def place(self) -> str:
        return f"{self.path}[{self.position}]"


class _Pass:
    """One pass over a message; afterwards ``root`` is its tree with only the first record at each path."""

    def __init__(self, xml: bytes, message: str, *, lenient: bool) -> None:
        self.root: Any = None
        self.leniencies: Counter[Leniency] = Counter()
        self._xml, self._shape, self._lenient = xml, shape_of(message), lenient
        self._open: list[Shape] = []  # the shapes of the elements that are open, from the root on
        self._record = 0  # how many of them were open when the record in work began, itself included; 0 for none
        self._elements = 0  # in the record in work
        self._around = 0  # elements outside of records
        self._first: dict[str, Any] = {}  # the first record of each path
        self._counts: Counter[str] = Counter()

    def records(self) -> Iterator[_Complete]:
        """Yield each record at its end; the caller must not keep its element."""
        parser = etree.XMLPullParser(events=("start", "end"), **_SAFE)
        try:
            before, is_start = b"", True
            for piece in _without_long_texts(utf8_pieces(self._xml, self.leniencies, lenient=self._lenient)):
                if self.root is None:
                    _refuse_dtd(before + piece, is_start=is_start)
                    before, is_start = (before + piece)[-len(_DTD) :], False
                parser.feed(piece)
                yield from self._taken(parser.read_events())
            self.root = parser.close()
        except etree.XMLSyntaxError as error:
            raise faults.not_well_formed(error) from None
        if self._lenient:
            repair(self.root, self._shape, self.leniencies)

    def _taken(self, events: Any) -> Iterator[_Complete]:
        for event, element in events:
            if event == "start":
                self._start(element)
                continue
            if len(self._open) == self._record:
                yield from self._end_of_record(element)
            self._open.pop()

    def _start(self, element: Any) -> None:
        shape = self._shape_of(element)
        self._open.append(shape)
        if shape.repeats and not self._record:
            self._record, self._elements = len(self._open), 0
        self._elements += bool(self._record)
        self._around += not self._record
        if max(self._elements, self._around) > MAX_ELEMENTS:
            raise MessageFault(OTHER_FAULT, faults.SIZE, record=self._place())

    def _shape_of(self, element: Any) -> Shape:
        """Return the shape of an element that starts; raise MessageFault where the schema has none of its name."""
        if self._open:
            if shape := self._open[-1].child(element.tag, lenient=self._lenient):
                return shape
            place, line = self._place(), element.sourceline
            raise MessageFault(NOT_VALID, faults.CONTENT, self._open[-1].name, record=place, line=line)
        name = str(element.tag)
        if name != self._shape.name and not (self._lenient and name.lower() == self._shape.name.lower()):
            raise MessageFault(NOT_VALID, faults.CONTENT, line=element.sourceline)
        self.root = element
        if (version := element.get("version")) is None:
            raise MessageFault(NO_ATTRIBUTE, faults.VERSION, self._shape.name, line=element.sourceline)
        if version != VERSION:
            raise MessageFault(WRONG_VERSION, faults.VERSION, self._shape.name, line=element.sourceline)
        return self._shape

    def _path(self) -> str:
        return "/".join(shape.name for shape in self._open[1 : self._record])

    def _place(self) -> str:
        """Return path and position of the record in work; empty outside of records."""
        return f"{self._path()}[{self._counts[self._path()] + 1}]" if self._record else ""

    def _end_of_record(self, element: Any) -> Iterator[_Complete]:
        shape, path = self._open[-1], self._path()
        if self._lenient:
            repair(element, shape, self.leniencies)
        self._counts[path] += 1
        yield _Complete(path, self._counts[path], shape, element)
        self._record = 0
        if path in self._first:
            self._drop(element, path)
        else:
            self._first[path] = element

    def _drop(self, element: Any, path: str) -> None:
        """Remove a record after the first of its path; raise MessageFault unless they follow each other directly.

        Those between are removed already.
        """
        if element.getprevious() is not self._first[path] or (element.tail or "").strip():
            raise MessageFault(NOT_VALID, faults.CONTENT, self._open[-2].name)
        element.getparent().remove(element)
