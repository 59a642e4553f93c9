"""A filing as a PDF to print or keep: everything as the bureau will see it, nothing masked. For its host alone.

The font is the whole Noto Sans CJK, so that rare characters of names print too; each file carries only the
characters it uses, and its text can be selected and searched.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, WrapMode, XPos, YPos
from fpdf.fonts import TTFFont
from noto_cjk_sans_otc import FONT_PATH

from filings import checks, display, papers, states
from filings.findings import Finding
from filings.models import Filing
from filings.states import Role

FONT, SIMPLIFIED_CHINESE = "NotoSansCJK", 2  # the face of the collection
BODY, SMALL, HEADING, TITLE = 10, 8, 12, 18  # points
LINE, LABEL_WIDTH, GAP = 6.0, 46.0, 2.0  # millimetres
MARGIN, FOOT = 18.0, 20.0
INK, QUIET, RULE = 20, 90, 190  # grey, 0 is black
PAGES = "\0"  # stands for the number of pages; nobody can have typed it

Pair = tuple[str, str]


def pdf(filing: Filing) -> bytes:
    """The filing's summary on A4 pages. Costs the findings' queries and one for the pictures."""
    paper = _Paper(filing)
    paper.add_page()
    paper.headline(_("ICP filing data"), filing.subject_name)
    paper.rows(_head(filing))
    if found := _open_findings(filing):
        heading = ngettext("%(count)d thing is still open", "%(count)d things are still open", len(found))
        paper.heading(heading % {"count": len(found)})
        paper.rows((display.label(finding.path), f"{finding.message} {finding.fix}".strip()) for finding in found)
    for block in display.blocks(filing, full=True):
        paper.heading(str(block.section.title))
        paper.rows((row.label, row.value or _("Not filled in")) for row in block.rows)
    paper.heading(_("Pictures of the certificates, with the SHA-256 of each"))
    paper.rows(_pictures(filing) or [(_("No pictures have been handed in."), "")])
    return bytes(paper.output())


def _head(filing: Filing) -> Iterator[Pair]:
    yield _("Filing"), str(filing.pk)
    yield _("Status"), filing.get_status_display()
    if filing.subject:
        yield _("Filing number"), str(filing.subject.number)
    yield _("Access provider"), str(filing.provider)
    yield _("Last change"), date_format(timezone.localtime(filing.touched_at), "DATETIME_FORMAT")
    yield _("Printed"), date_format(timezone.localtime(), "DATETIME_FORMAT")


def _open_findings(filing: Filing) -> list[Finding]:
    """What the host has still to mend; a filing that has gone on is somebody else's to judge."""
    if filing.status not in states.EDITABLE or filing.holder != Role.HOST:
        return []
    return [finding for finding in checks.findings(filing) if finding.blocks]


def _pictures(filing: Filing) -> list[Pair]:
    """The host's own current pictures with the SHA-256 of what is kept."""
    rows = filing.evidence.filter(replaced_at=None).order_by("pk")
    return [(str(papers.label(row.path)), row.sha256) for row in rows if not papers.is_photo(row.path)]


class _Paper(FPDF):
    """A4 pages of headings and label-and-value rows, with the filing's name and the page's number at the foot."""

    def __init__(self, filing: Filing) -> None:
        super().__init__(format="A4")
        self._foot = _("ICP filing %(id)d") % {"id": filing.pk}
        self.add_font(FONT, fname=FONT_PATH, collection_font_number=SIMPLIFIED_CHINESE)
        # The font knows its boxes; drawing every glyph again to measure them is a quarter of the whole cost.
        for font in self.fonts.values():
            cast(TTFFont, font).ttfont.recalcBBoxes = False
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.c_margin = 0
        self.alias_nb_pages(PAGES)
        self.set_lang("zh-CN")
        self.set_title(self._foot)
        self.set_creation_date(timezone.now())

    def footer(self) -> None:
        self.set_y(-FOOT + LINE)
        self._pen(SMALL, QUIET)
        self.cell(self.epw / 2, LINE, self._foot)
        self.cell(0, LINE, f"{self.page_no()} / {PAGES}", align=Align.R)

    def headline(self, text: str, under: str) -> None:
        self._pen(TITLE)
        self._paragraph(text, LINE * 2)
        self._pen(HEADING, QUIET)
        self._paragraph(under, LINE)
        self.ln(GAP)

    def heading(self, text: str) -> None:
        """A heading never stands alone at the end of a page."""
        if self.will_page_break(GAP * 3 + LINE * 3):
            self.add_page()
        self.ln(GAP * 3)
        self._pen(HEADING)
        self._paragraph(text, LINE + GAP)

    def rows(self, pairs: Iterable[Pair]) -> None:
        """Rows of a label and a value, each with a rule above; long ones go on overleaf."""
        self._pen(BODY)
        self.set_draw_color(RULE)
        for label, value in pairs:
            self._row(label, value)
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)

    def _row(self, label: str, value: str) -> None:
        """The label whole, then the value from the same height on: so a reader meets each in one piece."""
        if self.will_page_break(self._height(label, LABEL_WIDTH) + GAP):
            self.add_page()
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
        self.ln(GAP / 2)
        page, top = self.page, self.y
        self.set_text_color(QUIET)
        self._paragraph(label, LINE, LABEL_WIDTH - GAP)
        below = self.y
        self.set_xy(self.l_margin + LABEL_WIDTH, top)
        self.set_text_color(INK)
        self._paragraph(value, LINE)
        self.set_y((max(below, self.y) if self.page == page else self.y) + GAP / 2)

    def _height(self, text: str, width: float) -> float:
        measured = self.multi_cell(
            width, LINE, text, dry_run=True, output=MethodReturnValue.HEIGHT, wrapmode=WrapMode.CHAR
        )
        return cast(float, measured)

    def _paragraph(self, text: str, height: float, width: float = 0) -> None:
        """Text in lines that fit, from here to ``width``. Chinese has no blanks, so a line ends at any character."""
        self.multi_cell(width, height, text, wrapmode=WrapMode.CHAR, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pen(self, size: int, grey: int = INK) -> None:
        self.set_font(FONT, size=size)
        self.set_text_color(grey)
