"""Pictures of the handbook in ``static/handbook/``; ``test_handbook_in_browser.py`` of ``icp_portal`` takes them."""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise

HEADER = struct.Struct(">16xII")  # of a PNG: signature, length and type of the first chunk, width, height
DENSITY = 2  # pixels of a picture per CSS pixel


@dataclass(frozen=True, slots=True)
class HandbookPicture:
    """A picture of an element of a page, with its description for people who don't see it."""

    name: str
    alt: Promise

    @property
    def file(self) -> Path:
        """Return the file as the source has it."""
        return Path(settings.BASE_DIR, "static", self.static)

    @property
    def static(self) -> str:
        """Return the name for the template tag ``static``."""
        return f"handbook/{self.name}.png"

    @property
    def width(self) -> int:
        """Return the width in CSS pixels."""
        return _size(self.file)[0] // DENSITY

    @property
    def height(self) -> int:
        """Return the height in CSS pixels."""
        return _size(self.file)[1] // DENSITY


@cache
def _size(file: Path) -> tuple[int, int]:
    """Return width and height of a PNG in pixels; raise OSError if there is none."""
    with file.open("rb") as png:
        width, height = HEADER.unpack(png.read(HEADER.size))
    return width, height
