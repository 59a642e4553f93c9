"""Files from strangers, opened by a child process that has little time and memory and knows nothing of the portal.

A picture, a PDF or a workbook is a program of sorts: it may be built to crash its reader, to keep it busy, or to fill
its memory. So nothing of it is decoded by the web server. ``running.run`` starts a child for each file, ``turns`` sees
that an account has one at a time, and ``child`` is what runs there: one module a kind of file (``picture``, ``pdf``,
``table``), none of which imports Django, so that a child is at work after some 50 ms. What comes back is made by us:
pixels encoded anew, texts.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any

# Why a file is not taken: of any file, of pictures, of PDFs, of tables.
TOO_MUCH = "too_much"  # more time or memory than a child has
UNREADABLE = "unreadable"
TOO_MANY_PIXELS, TOO_LONG, TOO_MANY_SCANS, TOO_SMALL = "too_many_pixels", "too_long", "too_many_scans", "too_small"
LOCKED, TOO_MANY_PAGES = "locked", "too_many_pages"
OLD_EXCEL, BOMB, TOO_MUCH_TEXT, NO_TABLE, NO_TEXT = "old_excel", "bomb", "too_much_text", "no_table", "no_text"
_LENGTH = struct.Struct(">I")


class FileRefused(Exception):
    """The file is not taken: ``reason`` is a word that both sides know, ``said`` the figures for its message."""

    def __init__(self, reason: str, **said: Any) -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


def framed(said: dict[str, Any], parts: Sequence[bytes] = ()) -> bytes:
    """Return what a child hands back: figures and texts as JSON, then files, each with its length before it."""
    pieces = (json.dumps(said).encode(), *parts)
    return b"".join(_LENGTH.pack(len(piece)) + piece for piece in pieces)


def unframed(output: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return figures and files of ``framed``; raise ValueError for anything else."""
    first, *parts = _pieces(output)
    return dict(json.loads(first)), parts


def _pieces(output: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(output):
        try:
            (length,) = _LENGTH.unpack_from(output, place)
        except struct.error as error:
            raise ValueError from error
        place += _LENGTH.size + length
        if place > len(output):
            raise ValueError
        yield output[place - length : place]
