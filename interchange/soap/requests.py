"""Read a SOAP request piece by piece, so that a large file is never held as a tree or twice.

Namespace prefixes, order of parts and attributes, CDATA, white space and the namespace of the operation don't matter;
SOAP 1.1 and 1.2 are read. DTDs, and with them entities, are refused; nothing is ever fetched.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, Final, NoReturn

from django.conf import settings
from django.http import HttpRequest
from lxml import etree

from interchange.soap.services import CONTENT, ISP_ID, Service

SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
# Our own choice, far beyond any real request
LONGEST_PART, MOST_PARTS, DEEPEST, MOST_ELEMENTS = 4_096, 32, 32, 100
# Texts, references, ends of elements: a content of 72 MB has 3 million, in lines of 76 characters that end with &#13;
MOST_FOUND: Final = 4_000_000
# Of a body that is read at once. Tags and comments are shorter: the parser keeps them, and all attributes of a tag, in
# memory, some ten times as large. So a piece in which nothing ends is refused, unless it is in a CDATA section.
PIECE: Final = 64 * 1024
CDATA: Final = b"<![CDATA["
IN_MEMORY: Final = 1024 * 1024  # of the content; what is longer goes to a temporary file without a name
ENVELOPE, BLOCK, OPERATION, PART = range(1, 5)  # depths of elements


class Malformed(Exception):
    """Not a request of this service; ``str()`` says why and repeats nothing that was sent."""

    def __init__(self, why: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, code: str = "Client") -> None:
        super().__init__(why)
        self.status, self.code = status, code


@dataclass(slots=True)
class Call:
    """A call of an operation: its parts without white space around them, and the content of a file, as sent."""

    content: IO[bytes]
    operation: str = ""
    is_soap_12: bool = False
    parts: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a part; empty if it was not sent."""
        return self.parts.get(name, "")

    def number(self, name: str) -> int | None:
        """Return a part as a number; None for anything else."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def spool() -> IO[bytes]:
    """Return an empty file for the content of a request: in memory, or if it is long one without a name on disk."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR)


def read(request: HttpRequest, service: Service, content: IO[bytes], before_file: Callable[[Call], None]) -> Call:
    """Return the call that a request makes; a file that it brings is written to ``content``. Raise Malformed.

    ``before_file`` is called with the parts read so far when the file begins; what it raises ends the reading.
    """
    call = Call(content)
    _parse(request, service, _Reader(call, {operation.name for operation in service.operations}, before_file))
    call.content.seek(0)
    return call


def _parse(request: HttpRequest, service: Service, reader: "_Reader") -> None:
    parser, markup = _parser(request, reader), b""
    try:
        for piece in _pieces(request, service.longest):
            found = reader.found
            parser.feed(piece)
            markup = _last_markup(markup, piece)
            if reader.found == found and len(piece) == PIECE and markup != CDATA:
                raise Malformed("The request has a tag that is too long.")
            if reader.found > MOST_FOUND:
                raise Malformed("The content is split too often.")
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Malformed("The request is not well-formed XML.") from error
    if not reader.is_complete:
        raise Malformed("The SOAP body has no operation.")


def _last_markup(known: bytes, piece: bytes) -> bytes:
    """Return how the last tag, comment or section begins, after another piece."""
    _before, begun, after = piece.rpartition(CDATA[:1])
    return (begun + after if begun else known + piece)[: len(CDATA)]


def _parser(request: HttpRequest, reader: "_Reader") -> etree.XMLParser:
    # Without huge_tree no text may be longer than 10 MB. What it lifts besides is limited by the reader and the body.
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
    try:
        # What the header says has precedence over the XML declaration (RFC 7303).
        return etree.XMLParser(target=reader, encoding=(request.content_params or {}).get("charset"), **safe)
    except LookupError as error:
        raise Malformed("The charset is not known.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE) from error


def _pieces(request: HttpRequest, longest: int) -> Iterator[bytes]:
    """Yield the body in pieces, also a chunked one, which Django would take for an empty one."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Malformed("The body may not be compressed.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > longest:
        _refuse_size()
    is_chunked = "HTTP_TRANSFER_ENCODING" in request.META and request.META.get("wsgi.input_terminated")
    body, size = request.META["wsgi.input"] if is_chunked else request, 0
    while piece := _piece(body):
        size += len(piece)
        if size > longest:
            _refuse_size()
        yield piece


def _piece(body: IO[bytes] | HttpRequest) -> bytes:
    try:
        piece: bytes = body.read(PIECE)
    except OSError as error:
        raise Malformed("The request was cut off.") from error
    return piece


def _refuse_size() -> NoReturn:
    raise Malformed("The request is too large.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class _Reader:
    """Takes what the parser finds, and counts it in ``found``; raises Malformed, which ends the parsing."""

    def __init__(self, call: Call, operations: set[str], before_file: Callable[[Call], None]) -> None:
        self.found, self._elements, self._between = 0, 0, 0
        self._call, self._operations, self._before_file = call, operations, before_file
        self._depth, self._block, self._part = 0, "", ""
        self._text: list[str] = []
        self._length = 0

    @property
    def is_complete(self) -> bool:
        """Return whether the call has an operation."""
        return bool(self._call.operation)

    def doctype(self, *_declared: str | None) -> None:
        raise Malformed("A DTD is not allowed.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.found += 1
        self._elements += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise Malformed("The elements are nested too deeply.")
        if self._elements > MOST_ELEMENTS:
            raise Malformed("The request has too many elements.")
        namespace, _brace, name = tag.rpartition("}")
        namespace = namespace.removeprefix("{")
        if self._depth == ENVELOPE:
            self._begin_envelope(namespace, name)
        elif self._depth == BLOCK:
            self._block = name
        elif self._block == "Header":
            _refuse_demands(attributes)
        elif self._block != "Body" or self._depth > PART:
            raise Malformed("The request has elements that are not allowed.")
        elif self._depth == OPERATION:
            self._begin_operation(name)
        else:
            self._begin_part(name)

    def _begin_envelope(self, namespace: str, name: str) -> None:
        if name != "Envelope" or namespace not in (SOAP_11, SOAP_12):
            raise Malformed("The request is not a SOAP envelope.", code="VersionMismatch")
        self._call.is_soap_12 = namespace == SOAP_12

    def _begin_operation(self, name: str) -> None:
        if self._call.operation:
            raise Malformed("A request calls one operation.")
        if name not in self._operations:
            raise Malformed("This service has no such operation.")
        self._call.operation = name

    def _begin_part(self, name: str) -> None:
        self._part = ISP_ID if name == "ispID" else name
        if self._part in self._call.parts:
            raise Malformed("A parameter was sent twice.")
        if len(self._call.parts) >= MOST_PARTS:
            raise Malformed("The request has too many parameters.")
        self._call.parts[self._part] = ""
        self._text, self._length = [], 0
        if self._part == CONTENT:
            self._before_file(self._call)

    def data(self, text: str) -> None:
        self.found += 1
        if not self._part:
            self._between += len(text)
            if self._between > PIECE:
                raise Malformed("The request has too much text outside its parameters.")
            return
        if self._part == CONTENT:
            for start in range(0, len(text), PIECE):  # a CDATA section comes whole
                self._call.content.write(text[start : start + PIECE].encode())
            return
        self._length += len(text)
        if self._length > LONGEST_PART:
            raise Malformed("A parameter is too long.")
        self._text.append(text)

    def end(self, _tag: str) -> None:
        self.found += 1
        if self._part and self._depth == PART:
            self._call.parts[self._part] = "".join(self._text).strip()
            self._part = ""
        self._depth -= 1

    def close(self) -> None:
        """Do nothing at the end of the document."""


def _refuse_demands(attributes: dict[str, str]) -> None:
    """Refuse a header with mustUnderstand (SOAP 1.1, 4.2.3): no header is supported."""
    if any(attributes.get(f"{{{soap}}}mustUnderstand") in ("1", "true") for soap in (SOAP_11, SOAP_12)):
        raise Malformed("No header is understood here.", code="MustUnderstand")
