"""Text as people type or paste it: its normal form, and a safe way to show it again in a message."""

import unicodedata
from itertools import pairwise
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHOWN = 60  # characters of somebody's text that a message repeats
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


# Letters and signs that show nothing, which Unicode does not count among control and format characters (those of
# DerivedCoreProperties.txt that are Default_Ignorable, and the blank pattern of braille).
_BLANK: Final = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)))
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Marks of scripts that write with them stand one upon another: no word of Tibetan, which needs most, has more.
MOST_MARKS: Final = 4
# The common accents; with most letters they are one character in NFKC, so one may be left beside a letter.
_ACCENTED: Final = ("LATIN", "GREEK", "CYRILLIC")


def normal_text(text: str, limit: int) -> str:
    """Return ``text`` in NFKC with plain hyphens and without outer space.

    Raise ValidationError: ``required`` (nothing typed), ``too_long`` (over ``limit`` characters), ``invisible``
    (control, format and blank characters such as NUL; ordinary white space is left alone) or ``marks`` (accents and
    other marks that no word is written with, such as several one upon another).
    """
    if not text or not text.strip():
        raise ValidationError(_("Nothing has been entered."), code="required")
    if len(text) > limit:
        raise ValidationError(
            _("This has %(length)d characters; at most %(limit)d are possible."),
            code="too_long",
            params={"length": len(text), "limit": limit},
        )
    for position, char in enumerate(text, start=1):
        if _is_invisible(char):
            raise ValidationError(
                _("There is an invisible character at position %(position)d. Type it, do not paste."),
                code="invisible",
                params={"position": position},
            )
    plain = unicodedata.normalize("NFKC", text)
    if wrong := _misplaced_mark(plain):
        raise ValidationError(
            _("“%(mark)s” has a mark that no word is written with. Leave it out."),
            code="marks",
            params={"mark": wrong},
        )
    return plain.translate(DASHES).strip()


def one_line(text: str, limit: int) -> str:
    """Return ``normal_text`` of what stands in titles, lists and mails; ``line_break`` for more than one line."""
    plain = normal_text(text, limit)
    if len(plain.splitlines()) > 1:
        raise ValidationError(_("There is a line break in it. Write it on one line."), code="line_break")
    return plain


def _misplaced_mark(text: str) -> str:
    """Return the first letter with a mark that does not belong to it; empty when there is none. Text in NFKC."""
    in_a_row = 0
    for before, char in pairwise(f" {text}"):
        in_a_row = in_a_row + 1 if _is_mark(char) else 0
        if in_a_row and not _fits(char, before, in_a_row):
            return before if _is_mark(before) or before == " " else before + char
    return ""


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _fits(mark: str, before: str, in_a_row: int) -> bool:
    """Whether a mark may stand after a character: an accent on a letter, or a mark of the letter's own script."""
    script = _script(mark)
    if script == "COMBINING":
        return unicodedata.category(mark) == "Mn" and in_a_row == 1 and _script(before) in _ACCENTED
    return in_a_row <= MOST_MARKS and script == _script(before) and script != "VARIATION"


def _script(char: str) -> str:
    """Return the first word of a character's name in Unicode, which for letters and their marks is the script."""
    return unicodedata.name(char, "").partition(" ")[0]


def without_spaces(text: str) -> str:
    """Return ``text`` without any white space."""
    return "".join(text.split())


def shown(text: str) -> str:
    """Return ``text`` as a message may repeat it: printable, and at most ``SHOWN`` characters."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:SHOWN])
    return printable if len(text) <= SHOWN else f"{printable}…"


def _is_invisible(char: str) -> bool:
    return char in _BLANK or (unicodedata.category(char).startswith("C") and not char.isspace())
