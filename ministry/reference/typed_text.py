"""Normalise typed or pasted text, and make it safe to repeat in a message."""

import re
import unicodedata
from itertools import pairwise
from typing import Final

import opencc
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHOWN = 60  # characters of typed text that a message repeats
# Text that ``normal_text`` only strips: printable ASCII and the Chinese characters of every supported Python.
_PLAIN: Final = re.compile("[ -~\u4e00-\u9ffc]*")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
# Planes 2 and 3 have only ideographs (Unicode 3.1, chapter on Han): characters of names and places that are newer than
# the Unicode version of the running Python too.
_RARE_IDEOGRAPHS: Final = range(0x20000, 0x3FFFE)
_SIMPLIFIED: Final = opencc.OpenCC("t2s")

# Invisible characters that are not control or format characters in Unicode (the Default_Ignorable ones of
# DerivedCoreProperties.txt, and the blank braille pattern)
_BLANK: Final = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)))
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Stacked marks in scripts that use them: no word of Tibetan, which needs most, has more.
MOST_MARKS: Final = 4
# Scripts with common accents; NFKC joins most to their letter, so at most one may remain beside a letter.
_ACCENTED: Final = ("LATIN", "GREEK", "CYRILLIC")


def normal_text(text: str, limit: int) -> str:
    """Return ``text`` in NFKC with plain hyphens and without leading and trailing white space.

    Raise ValidationError: ``required`` (nothing typed), ``too_long`` (over ``limit`` characters), ``invisible``
    (control, format and blank characters such as NUL; ordinary white space is allowed) or ``marks`` (accents and
    other marks that no word has, such as several stacked ones).
    """
    if not text or not text.strip():
        raise ValidationError(_("Not filled in yet."), code="required")
    _refuse_long(text, limit)
    if _PLAIN.fullmatch(text):
        return text.strip()
    for position, char in enumerate(text, start=1):
        if _is_invisible(char):
            raise ValidationError(
                _("There is an invisible character at position %(position)d. Type the text instead of pasting it."),
                code="invisible",
                params={"position": position},
            )
    plain = unicodedata.normalize("NFKC", text)
    if wrong := _misplaced_mark(plain):
        raise ValidationError(
            _("“%(mark)s” contains a mark that is not used in normal writing. Remove it."),
            code="marks",
            params={"mark": wrong},
        )
    _refuse_long(plain, limit)  # NFKC makes two or more characters of some, such as № and …
    return plain.translate(DASHES).strip()


def _refuse_long(text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValidationError(
            _("You entered %(length)d characters; at most %(limit)d are allowed."),
            code="too_long",
            params={"length": len(text), "limit": limit},
        )


def one_line(text: str, limit: int) -> str:
    """Return ``normal_text`` for titles, lists and mails; raise ValidationError also for ``line_break``."""
    plain = normal_text(text, limit)
    if len(plain.splitlines()) > 1:
        raise ValidationError(_("There is a line break in it. Write it on one line."), code="line_break")
    return plain


def _misplaced_mark(text: str) -> str:
    """Return the first letter with a mark that doesn't belong to it; empty when there is none. ``text`` is in NFKC."""
    in_a_row = 0
    for before, char in pairwise(f" {text}"):
        in_a_row = in_a_row + 1 if _is_mark(char) else 0
        if in_a_row and not _fits(char, before, in_a_row):
            return before if _is_mark(before) or before == " " else before + char
    return ""


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _fits(mark: str, before: str, in_a_row: int) -> bool:
    """Return whether a mark may follow a character: an accent on a letter, or a mark of the letter's own script."""
    script = _script(mark)
    if script == "COMBINING":
        return unicodedata.category(mark) == "Mn" and in_a_row == 1 and _script(before) in _ACCENTED
    return in_a_row <= MOST_MARKS and script == _script(before) and script != "VARIATION"


def _script(char: str) -> str:
    """Return the first word of a character's Unicode name, which for letters and their marks is the script."""
    return unicodedata.name(char, "").partition(" ")[0]


def is_chinese(char: str) -> bool:
    """Return whether a character is a Chinese one: a unified or compatibility ideograph, also a rare one, or 〇."""
    code = ord(char)
    return 0x3400 <= code <= 0x4DBF or 0x4E00 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or _is_rare(code)


def _is_rare(code: int) -> bool:
    return code in _RARE_IDEOGRAPHS or code == 0x3007


def bare(text: str) -> str:
    """Return only the letters and digits of a text, in simplified Chinese and one width and case, to find words in it.

    Spaces, marks, invisible characters, full-width letters and traditional characters hide no word then.
    """
    plain = unicodedata.normalize("NFKD", text)
    return simplified("".join(filter(is_letter, plain))).casefold()


def simplified(text: str) -> str:
    """Return the text in simplified Chinese."""
    return str(_SIMPLIFIED.convert(text))


def is_letter(char: str) -> bool:
    """Return whether a character is a letter or a digit of any script."""
    return char.isalnum() or _is_rare(ord(char))


def visible(text: str) -> str:
    """Return ``text`` without the invisible characters that ``normal_text`` rejects."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(char for char in text if not _is_invisible(char))


def without_spaces(text: str) -> str:
    """Return ``text`` without any white space."""
    return "".join(text.split())


def shown(text: str) -> str:
    """Return ``text`` for use in a message: printable, and at most ``SHOWN`` characters."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:SHOWN])
    return printable if len(text) <= SHOWN else f"{printable}…"


def _is_invisible(char: str) -> bool:
    if _is_rare(ord(char)):
        return False
    return char in _BLANK or (unicodedata.category(char).startswith("C") and not char.isspace())
