"""The bulletin as a workbook and as PDF with its charts."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bureaus import bulletins
from bureaus.bulletins import BulletinPart, Content
from desks.staff.charts import Columns
from filings.evidence.printing import A4, BODY, INK, LINE, QUIET, RULE, SMALL

PER_UNIT = 0.3  # millimetres per unit of a drawing
WIDE = 3  # how much wider the column with the longest text is


def workbook(content: Content) -> bytes:
    """Return a workbook with a title sheet, then each table on a sheet of its own."""
    about = [[_("Title"), bulletins.title(content)], [_("Created on"), content["made_on"]]]
    if content["remark"]:
        about.append([_("Remark"), content["remark"]])
    sheets = [(part.title, part.head, part.rows) for part in bulletins.parts(content)]
    from desks.staff import workbooks

    return workbooks.book([(_("Bulletin"), ["", ""], about), *sheets])


def pdf(content: Content, made_at: datetime) -> bytes:
    """Return the bulletin on A4 pages; the same bytes each time."""
    paper = _Paper(bulletins.title(content), made_at)
    paper.add_page()
    paper.headline(_("Monthly bulletin"), bulletins.title(content))
    for title, chart in bulletins.drawings(content):
        paper.chart(title, chart)
    for part in bulletins.parts(content):
        paper.figures(part)
    if content["remark"]:
        paper.heading(_("Remark"))
        paper.pen(BODY)
        paper.paragraph(content["remark"], LINE)
    return bytes(paper.output())


class _Paper(A4):
    """A PDF with tables of equal columns, one of them wider, and with column charts."""

    def figures(self, part: BulletinPart) -> None:
        self.heading(part.title)
        self.set_draw_color(RULE)
        rows = [[str(cell) for cell in row] for row in part.rows]
        longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
        unit = self.epw / (len(longest) - 1 + WIDE)
        widths = [unit * (WIDE if place == longest.index(max(longest)) else 1) for place in range(len(longest))]
        self._line(part.head, widths, SMALL, QUIET)
        for row in rows:
            self._line(row, widths, BODY, INK)
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)

    def _line(self, cells: Sequence[str], widths: Sequence[float], size: float, grey: int) -> None:
        """Print a row with a rule above; its cells begin at one height and may take several lines."""
        self.pen(size, grey)
        height = max(self.height_of(text or " ", width) for text, width in zip(cells, widths, strict=True))
        if self.will_page_break(height):
            self.add_page()
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
        top, left = self.y, self.l_margin
        for text, width in zip(cells, widths, strict=True):
            self.set_xy(left, top)
            self.paragraph(text, LINE, width)
            left += width
        self.set_y(top + height)

    def chart(self, title: str, chart: Columns) -> None:
        """Print the chart that the page shows, in the same units; each column has its number."""
        if self.will_page_break(chart.height * PER_UNIT + LINE * 4):
            self.add_page()
        self.heading(title)
        left, top = self.l_margin, self.y
        self.set_fill_color(QUIET)
        self.pen(SMALL)
        for column in chart.columns:
            if column.height:
                self.rect(
                    left + column.x * PER_UNIT,
                    top + column.y * PER_UNIT,
                    chart.breadth * PER_UNIT,
                    column.height * PER_UNIT,
                    style="F",
                )
            self._centred(column.text, left + column.middle * PER_UNIT, top + column.head * PER_UNIT)
            self._centred(column.label, left + column.middle * PER_UNIT, top + chart.foot * PER_UNIT)
        ground = top + chart.ground * PER_UNIT
        self.line(left, ground, left + chart.width * PER_UNIT, ground)
        self.set_y(top + chart.height * PER_UNIT)

    def _centred(self, text: str, x: float, base: float) -> None:
        shown = self.normalize_text(text)
        self.text(x - self.get_string_width(shown) / 2, base, shown)
