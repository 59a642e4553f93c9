"""The characters of a message: GBK, as V3.0 requires, or what real systems send in its place.

Decoding is Python's, so that what a message says of its charset never decides how the XML parser reads it.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator

from interchange.messages import faults
from interchange.messages.leniencies import Leniency
from interchange.result_codes import ILLEGAL_CHARACTERS

PIECE = 64 * 1024
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# What a lenient reader takes for GBK or UTF-8; "" is a message that declares nothing
_DECLARED = {"", "gbk", "gb2312", "gb18030", "cp936", "utf-8", "utf8"}
# Characters from here on are East Asian; GBK bytes that happen to be valid UTF-8 decode to lower ones
_EAST_ASIAN = "\u2e80"


def utf8_pieces(xml: bytes, counted: Counter[Leniency], *, lenient: bool) -> Iterator[bytes]:
    """Yield the message without its XML declaration, as UTF-8, in pieces; count what is read leniently.

    Raise MessageFault (5008, ``charset``) for another charset, strictly also for any other declaration and for a byte
    order mark. Bytes declared as GBK are read as UTF-8 if they are valid UTF-8 with East Asian characters.
    """
    marked = xml.startswith(codecs.BOM_UTF8)
    start = len(codecs.BOM_UTF8) if marked else 0
    declaration = _DECLARATION.match(xml, start)
    declared = _declared(declaration)
    is_utf8, has_chinese = _as_utf8(xml)
    if declared not in _DECLARED or (not lenient and (marked or has_chinese or declared != "gbk")):
        raise faults.MessageFault(ILLEGAL_CHARACTERS, faults.CHARSET)
    utf8 = is_utf8 and (marked or has_chinese or declared in ("utf-8", "utf8"))
    counted[Leniency.BOM] += marked
    counted[Leniency.CHARSET] += utf8 or declared != "gbk"
    charset = "utf-8" if utf8 else "gb18030" if lenient else "gbk"
    yield from _decoded(xml, declaration.end() if declaration else start, charset)


def _declared(declaration: re.Match[bytes] | None) -> str:
    """Return the declared encoding in small letters; empty for none."""
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    return encoding[1].decode().lower() if encoding else ""


def _as_utf8(xml: bytes) -> tuple[bool, bool]:
    """Return whether a message is UTF-8, and whether it then has East Asian characters."""
    decoder, has_chinese = codecs.getincrementaldecoder("utf-8")(), False
    try:
        for start in range(0, len(xml), PIECE):
            text = decoder.decode(xml[start : start + PIECE])
            has_chinese = has_chinese or (not text.isascii() and max(text) >= _EAST_ASIAN)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False, False
    return True, has_chinese


def _decoded(xml: bytes, start: int, charset: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        for place in range(start, len(xml), PIECE):
            yield decoder.decode(xml[place : place + PIECE]).encode()
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise faults.MessageFault(ILLEGAL_CHARACTERS, faults.CHARSET) from None
