"""Decode untrusted files in a child process with limits on time and memory and without access to the portal.

A picture, a PDF or a workbook may be built to crash its reader, to keep it busy, or to fill its memory, so the web
server decodes none of them. ``running.run`` has a child for each file, or one of ``children`` that are kept for the
files of one sender, and ``concurrency`` limits an account to one at a time. ``child`` runs there, with one module per
kind of file (``picture``, ``pdf``, ``table``); none imports Django, so that a child starts in some 50 ms. It returns
only re-encoded pixels and texts.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any

# Reasons of a refusal: of any file, of pictures, of PDFs, of tables.
TOO_MUCH = "too_much"  # exceeds the limit of time or memory
UNREADABLE = "unreadable"
TOO_MANY_PIXELS, TOO_LONG, TOO_MANY_SCANS, TOO_SMALL = "too_many_pixels", "too_long", "too_many_scans", "too_small"
LOCKED, TOO_MANY_PAGES = "locked", "too_many_pages"
OLD_EXCEL, BOMB, TOO_MUCH_TEXT, NO_TABLE, NO_TEXT = "old_excel", "bomb", "too_much_text", "no_table", "no_text"
_LENGTH = struct.Struct(">I")


class FileRefused(Exception):
    """The file is refused: ``reason`` a code as above or ``concurrency.BUSY``, ``values`` those of its message."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def framed(values: dict[str, Any], parts: Sequence[bytes] = ()) -> bytes:
    """Return a child's output: values as JSON, then files, each prefixed with its length."""
    pieces = (json.dumps(values).encode(), *parts)
    return b"".join(_LENGTH.pack(len(piece)) + piece for piece in pieces)


def unframed(output: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return values and files of ``framed``; raise ValueError for anything else."""
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
