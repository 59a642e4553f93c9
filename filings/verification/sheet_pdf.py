"""Render a verification sheet as PDF for signature: the content of ``sheets`` in the official layout."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from fpdf.enums import XPos, YPos

from accounts.links import link_to
from filings.evidence.printing import A4, INK, QUIET
from filings.models import Filing, Sheet
from filings.verification import sheets
from filings.verification.sheets import Boxes, Content

PEN, FINE, HEADLINE = 9, 7.5, 16  # points
HEIGHT, PAD = 4.4, 0.8  # millimetres: of a line, above and below the text of a cell
INDENT = 1.6
TITLES, ANSWERS, LABELS = 30.0, 44.0, 26.0  # widths of the columns
CODE, SIGNED = 25.0, 15.0  # the QR code's side; room to sign and seal
HANDWRITTEN = (20.0, 36.0)  # least and most room to write by hand: what the page has left
TOP, BOTTOM = 13.0, 15.0
FRAME, BETWEEN = 0.2, 2.4
DATE = "日期：　　　年　　月　　日"
BOX, TICK = "□", "✓"


def issued(sheet: Sheet) -> bytes:
    """Return the sheet as issued, with the QR code of its public page; the same bytes each time."""
    paper = _Form(f"{sheets.title_of(sheet.content)} {sheet}", sheet.issued_at)
    paper.code(address_of(sheet))
    paper.form(sheet.content, f"内容摘要（SHA-256）：{sheet.sha256}")
    return bytes(paper.output())


def blank(filing: Filing, website: int) -> bytes:
    """Return a blank sheet for the face-to-face check: head filled in, boxes empty. Websites count from 0."""
    content = sheets.content(filing, website)
    paper = _Form(f"{sheets.title_of(content)} {filing.pk}-{website + 1}")
    paper.form(content, "空白单，供当面核验时填写")
    return bytes(paper.output())


def address_of(sheet: Sheet) -> str:
    """Return the URL of the sheet's public page."""
    return link_to("sheet", sheet.token)


class _Form(A4):
    """The filled form. Texts are in reading order, so that it can be searched and read aloud."""

    def __init__(self, name: str, made_at: datetime | None = None) -> None:
        super().__init__(name, made_at)
        self.set_top_margin(TOP)
        self.set_auto_page_break(True, BOTTOM)
        self.set_line_width(FRAME)
        self.set_draw_color(INK)
        self.add_page()

    def code(self, address: str) -> None:
        """Draw the QR code in the upper right corner."""
        self.qr(address, self.l_margin + self.epw - CODE, TOP, CODE)

    def form(self, content: Content, subtitle: str) -> None:
        """Draw the whole form; ``subtitle`` is the last line under its title."""
        self._title(sheets.title_of(content), [*_about(content), subtitle])
        for row in content["head"]:
            self._pairs([row])
        for block in content["blocks"]:
            self._block(block["title"], block["lines"])
        for pairs in _in_twos(content["verified"]):
            self._pairs(pairs)
        for pledge in content["pledges"]:
            self._pledge(pledge, below=len(content["notes"]) * HEIGHT + PAD)
        self.pen(FINE, QUIET)
        for note in content["notes"]:
            self.ln(PAD)
            self.paragraph(note, HEIGHT - PAD)

    def _title(self, title: str, about: Sequence[str]) -> None:
        self.pen(HEADLINE)
        self.ln(PAD)
        self.paragraph(title, 10, self.epw - CODE)
        self.pen(FINE, QUIET)
        for text in about:
            self.paragraph(text, HEIGHT, self.epw - CODE)
        self.set_y(TOP + CODE + INDENT)
        self.pen(PEN)

    # --- Rows ---------------------------------------------------------------------------------------

    def _pairs(self, pairs: Sequence[Content]) -> None:
        """Draw a row of one label and its value, or of two beside each other."""
        width = self.epw / len(pairs)
        room = width - TITLES - 2 * INDENT
        height = max(self.height_of(pair.get("value") or BOX, room, HEIGHT) for pair in pairs) + 2 * PAD
        left, top = self._framed(height)
        for pair in pairs:
            self._text(pair["label"], left, top, TITLES)
            self._edge(left + TITLES, top, height)
            if "boxes" in pair:
                self._boxes(pair["boxes"], left + TITLES, top, room)
            else:
                self._text(pair["value"], left + TITLES, top, room + 2 * INDENT)
            left += width
            if left < self.l_margin + self.epw:
                self._edge(left, top, height)
        self.set_y(top + height)

    def _block(self, title: str, lines: Sequence[Content]) -> None:
        """Draw a block: its title beside its lines; the title is repeated on the next page."""
        heights = [self._line_height(line) for line in lines]
        heights[-1] += max(0, self.height_of(title, TITLES - 2 * INDENT, HEIGHT) + 2 * PAD - sum(heights))
        begin = 0
        for end in range(1, len(lines) + 1):
            if end == len(lines) or self.will_page_break(sum(heights[begin : end + 1])):
                self._part(title, lines[begin:end], heights[begin:end])
                begin = end

    def _part(self, title: str, lines: Sequence[Content], heights: Sequence[float]) -> None:
        left, top = self._framed(sum(heights))
        self._text(title, left, top, TITLES)
        self._edge(left + TITLES, top, sum(heights))
        for line, height in zip(lines, heights, strict=True):
            self._line(line, left + TITLES, top, height)
            top += height
        self.set_y(top)

    def _line(self, line: Content, left: float, top: float, height: float) -> None:
        """Draw a statement with its boxes to the right and its ticks below."""
        room = self._room()
        self.line(left, top, self.l_margin + self.epw, top)
        self._text(line["text"], left, top, room)
        answered = height - sum(self._ticks_height(ticks) for ticks in line["ticks"])
        self._edge(left + room, top, answered)
        self._boxes(line["boxes"], left + room, top, ANSWERS)
        top += answered
        for ticks in line["ticks"]:
            self.line(left, top, self.l_margin + self.epw, top)
            self._text(ticks["label"], left, top, LABELS)
            self._edge(left + LABELS, top, self._ticks_height(ticks))
            self._boxes(ticks["boxes"], left + LABELS, top, self._ticks_room())
            top += self._ticks_height(ticks)

    def _room(self) -> float:
        return self.epw - TITLES - ANSWERS

    def _ticks_room(self) -> float:
        return self.epw - TITLES - LABELS

    def _line_height(self, line: Content) -> float:
        text = self.height_of(line["text"], self._room() - 2 * INDENT, HEIGHT) + 2 * PAD
        return text + sum(self._ticks_height(ticks) for ticks in line["ticks"])

    def _ticks_height(self, ticks: Content) -> float:
        return len(list(self._flow(ticks["boxes"], self._ticks_room()))) * HEIGHT + 2 * PAD

    def _pledge(self, pledge: Content, below: float) -> None:
        """Draw the pledge, space for handwriting where required, and space to sign. ``below`` is kept free."""
        room = self.epw - TITLES - 2 * INDENT
        text = self.height_of(pledge["text"], room, HEIGHT) + 2 * PAD
        free = self.page_break_trigger - self.y - text - SIGNED - below
        written = min(max(free, HANDWRITTEN[0]), HANDWRITTEN[1]) if pledge["handwriting"] else 0
        left, top = self._framed(text + written + SIGNED)
        self._text(pledge["title"], left, top, TITLES)
        left += TITLES
        self._edge(left, top, text + written + SIGNED)
        self._text(pledge["text"], left, top, room + 2 * INDENT)
        if written:
            self._text(pledge["handwriting"], left, top + text, room + 2 * INDENT)
        spaces = [*(f"{signature}：" for signature in pledge["signatures"]), DATE]
        for number, label in enumerate(spaces):
            width = room / len(spaces)
            self._text(label, left + number * width, top + text + written, width + INDENT)
        self.set_y(top + text + written + SIGNED)

    # --- Drawing ------------------------------------------------------------------------------------

    def _framed(self, height: float) -> tuple[float, float]:
        """Draw a frame over the whole width, on the next page if there is no room; return its upper left corner."""
        if self.will_page_break(height):
            self.add_page()
        self.pen(PEN)
        self.rect(self.l_margin, self.y, self.epw, height)
        return self.l_margin, self.y

    def _edge(self, x: float, top: float, height: float) -> None:
        self.line(x, top, x, top + height)

    def _text(self, text: str, left: float, top: float, width: float) -> None:
        self.set_xy(left + INDENT, top + PAD)
        self.paragraph(text, HEIGHT, width - 2 * INDENT)

    def _boxes(self, boxes: Boxes, left: float, top: float, width: float) -> None:
        """Draw boxes with their labels and ticks."""
        for number, row in enumerate(self._flow(boxes, width)):
            self.set_xy(left + INDENT, top + PAD + number * HEIGHT)
            for label, ticked in row:
                square = self.get_string_width(BOX)
                self.cell(square, HEIGHT, BOX)
                if ticked:
                    self.set_x(self.x - square)
                    self.cell(square, HEIGHT, TICK)
                self.cell(self.get_string_width(label) + BETWEEN, HEIGHT, label, new_x=XPos.RIGHT, new_y=YPos.TOP)

    def _flow(self, boxes: Boxes, width: float) -> Iterator[Boxes]:
        """Yield the boxes in rows that fit."""
        row: Boxes = []
        used = 0.0
        for label, ticked in boxes:
            needed = self.get_string_width(BOX + label) + BETWEEN
            if row and used + needed > width - INDENT:
                yield row
                row, used = [], 0.0
            row.append((label, ticked))
            used += needed
        yield row


def _about(content: Content) -> Iterator[str]:
    """Yield the lines under the title: which sheet this is, and what the QR code is for."""
    of = f"备案单 {content['filing']}，第 {content['website']} 个{content.get('service', sheets.NOUN)}"
    if not content["number"]:
        yield of
        return
    yield f"编号 {content['number']}（{of}，第 {content['round']} 轮核验）"
    yield "扫描右侧二维码，可查验本单真伪"


def _in_twos(rows: Sequence[Content]) -> Iterator[Sequence[Content]]:
    for place in range(0, len(rows), 2):
        yield rows[place : place + 2]
