"""Create PDFs of A4 pages; all PDFs of the portal are made here.

Imported where a paper is written, not at the start of a process: fpdf2 and its libraries take 0.3 s and 60 MB.

The font is Noto Sans CJK. Usual characters are taken from ``usual_characters.otf``, which has a ninth of its glyphs,
because the time a file takes is the time to read the font; rare ones, as in names, from the whole font. Each file
embeds only the characters it uses, and its text can be selected and searched. A Chinese character missing from the
whole font is printed as its code point, so that nobody signs a paper with a gap in a name.
"""

import copy
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, product
from pathlib import Path
from typing import cast

import segno
from django.utils import timezone
from django.utils.translation import get_language
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, WrapMode, XPos, YPos
from fpdf.fonts import SubsetMap, TTFFont
from noto_cjk_sans_otc import FONT_PATH

FONT, SIMPLIFIED_CHINESE = "NotoSansCJK", 2  # the face of the collection
UNPRINTED = ("BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")  # tables of vertical writing and of shaping
BODY, SMALL, HEADING, TITLE = 10, 8, 12, 18  # points
LINE, LABEL_WIDTH, GAP = 6.0, 49.0, 2.0  # millimetres
MARGIN, FOOT = 18.0, 20.0
INK, QUIET, RULE = 20, 90, 190  # grey, 0 is black
PAGES = "\0" * 3  # placeholder for the number of pages, three digits at most; can't occur in typed text
# Unified ideographs in use and rare ones: Extension A, the basic block, the compatibility block, planes 2 and 3.
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Face:
    """A font file: its name and place among the fonts of a document, its path, and its face in a collection."""

    name: str
    place: int
    path: str
    number: int


USUAL = Face(FONT, 1, str(Path(__file__).with_name("usual_characters.otf")), -1)
WHOLE = Face(f"{FONT}Whole", 2, FONT_PATH, SIMPLIFIED_CHINESE)


def usual_characters() -> frozenset[int]:
    """Return the code points of ASCII, Latin-1, punctuation, GB/T 2312 (6,763 Chinese characters) and our papers."""
    pairs = (bytes(pair) for pair in product(range(0xA1, 0xF8), range(0xA1, 0xFF)))
    chinese = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    return frozenset([*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2060), *map(ord, f"{chinese}✓〇")])


@functools.cache
def _read(face: Face) -> tuple[TTFFont, str]:
    """Return the font as the library reads it, and the PDF version it needs. Once per process."""
    reader = FPDF()
    reader.add_font(face.name, fname=face.path, collection_font_number=max(face.number, 0))
    return cast(TTFFont, reader.fonts[face.name.lower()]), reader.pdf_version


def _font_of_one_document(face: Face) -> TTFFont:
    """Return the font with everything of its own that the library changes when it embeds the used characters."""
    read, _version = _read(face)
    font = copy.copy(read)
    font.i, font.desc, font.missing_glyphs, font.subset = face.place, copy.copy(read.desc), [], SubsetMap(font)
    # The font contains its bounding boxes; recalculating them takes a quarter of the whole time.
    opened = font.ttfont = TTFont(
        face.path, fontNumber=face.number, lazy=True, recalcTimestamp=False, recalcBBoxes=False
    )
    for table in UNPRINTED:
        if table in opened:
            del opened[table]
    opened.tables["hmtx"], characters = copy.copy(read.ttfont["hmtx"]), copy.copy(read.ttfont["cmap"])
    opened.tables["cmap"], characters.tables = characters, [copy.copy(part) for part in characters.tables]
    return font


def _breaks(text: str) -> WrapMode:
    """Return where a line of the text may end: at any character, because Chinese has no blanks, else between words."""
    return WrapMode.CHAR if HAN.search(text) else WrapMode.WORD


class A4(FPDF):
    """A4 pages of headings and label-and-value rows, with the paper's name and the page's number at the foot."""

    def __init__(self, name: str, made_at: datetime | None = None) -> None:
        super().__init__(format="A4")
        self._foot = name
        self._take(USUAL)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.c_margin = 0
        self.alias_nb_pages(PAGES)
        self.set_lang("zh-CN" if (get_language() or "").startswith("zh") else "en")
        self.set_title(self._foot)
        self.set_creation_date(made_at or timezone.now())

    def _take(self, face: Face) -> None:
        self.fonts[face.name.lower()] = _font_of_one_document(face)
        self._set_min_pdf_version(_read(face)[1])

    def normalize_text(self, text: str) -> str:
        """Return the text with its code point, 〔U+20000〕, for each Chinese character without a glyph.

        At the first character that is not a usual one, take the whole font, too.
        """
        text = super().normalize_text(text)
        usual = cast(TTFFont, self.fonts[USUAL.name.lower()]).cmap
        if WHOLE.name.lower() not in self.fonts and any(ord(one) not in usual for one in text if one.isprintable()):
            self._take(WHOLE)
            self.set_fallback_fonts([WHOLE.name])
        return HAN.sub(self._glyph_or_code, text)

    def _glyph_or_code(self, character: re.Match[str]) -> str:
        has_glyph = any(ord(character[0]) in cast(TTFFont, font).cmap for font in self.fonts.values())
        return character[0] if has_glyph else f"〔U+{ord(character[0]):X}〕"

    def footer(self) -> None:
        self.set_y(-FOOT + LINE)
        self.pen(SMALL, QUIET)
        self.cell(self.epw / 2, LINE, self._foot)
        self.cell(0, LINE, f"{self.page_no()} / {PAGES}", align=Align.R)

    def headline(self, text: str, under: str) -> None:
        self.pen(TITLE)
        self.paragraph(text, LINE * 2)
        self.pen(HEADING, QUIET)
        self.paragraph(under, LINE)
        self.ln(GAP)

    def heading(self, text: str) -> None:
        """Draw a heading, never alone at the end of a page."""
        if self.will_page_break(GAP * 3 + LINE * 3):
            self.add_page()
        self.ln(GAP * 3)
        self.pen(HEADING)
        self.paragraph(text, LINE + GAP)

    def rows(self, pairs: Iterable[Pair]) -> None:
        """Draw rows of label and value, each with a line above; long ones continue on the next page."""
        self.pen(BODY)
        self.set_draw_color(RULE)
        for label, value in pairs:
            self._row(str(label), str(value))
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)

    def _row(self, label: str, value: str) -> None:
        """Draw the whole label, then the value beside it, in reading order for screen readers."""
        if self.will_page_break(self.height_of(label, LABEL_WIDTH - GAP) + GAP):
            self.add_page()
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
        self.ln(GAP / 2)
        page, top = self.page, self.y
        self.set_text_color(QUIET)
        self.paragraph(label, LINE, LABEL_WIDTH - GAP)
        below = self.y
        self.set_xy(self.l_margin + LABEL_WIDTH, top)
        self.set_text_color(INK)
        self.paragraph(value, LINE)
        self.set_y((max(below, self.y) if self.page == page else self.y) + GAP / 2)

    def qr(self, address: str, left: float, top: float, side: float) -> None:
        """Draw a QR code of an address as vectors, sharp on any printer."""
        rows = tuple(segno.make_qr(address, error="m").matrix)
        dot = side / len(rows)
        self.set_fill_color(0)
        for y, row in enumerate(rows):
            x = 0
            for dark, run in groupby(row):
                length = len(list(run))
                if dark:
                    self.rect(left + x * dot, top + y * dot, length * dot, dot, style="F")
                x += length

    def height_of(self, text: str, width: float, height: float = LINE) -> float:
        """Return the height of a text in lines of ``height``."""
        measured = self.multi_cell(
            width, height, text, dry_run=True, output=MethodReturnValue.HEIGHT, wrapmode=_breaks(text)
        )
        return cast(float, measured)

    def paragraph(self, text: str, height: float, width: float = 0) -> None:
        """Draw text wrapped to ``width``."""
        self.multi_cell(width, height, text, wrapmode=_breaks(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pen(self, size: float, grey: int = INK) -> None:
        self.set_font(FONT, size=size)
        self.set_text_color(grey)
