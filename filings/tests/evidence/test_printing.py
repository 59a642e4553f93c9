"""PDFs: a document has its own font, though the font is read once per process."""

from contextlib import closing
from datetime import UTC, datetime

from fpdf.fonts import TTFFont
from pypdfium2 import PdfDocument

from filings.evidence import printing

NAMES = ("示例科技𠮷野有限公司", "另一家商贸公司", "示例科技𠮷野有限公司")


def written(name: str) -> printing.A4:
    paper = printing.A4("备案单", datetime(2026, 1, 1, tzinfo=UTC))
    paper.add_page()
    paper.headline("真实性核验单", name)
    paper.rows([("主办单位名称", name)])
    return paper


def read_anew() -> TTFFont:
    font, _version = printing._read.__wrapped__()
    font.ttfont.recalcBBoxes = False
    return font


def test_documents_are_as_with_a_font_read_for_each(monkeypatch):
    one_after_the_other = [bytes(written(name).output()) for name in NAMES]
    side_by_side = [bytes(paper.output()) for paper in [written(name) for name in NAMES]]
    monkeypatch.setattr(printing, "_font_of_one_document", read_anew)
    expected = [bytes(written(name).output()) for name in NAMES]

    assert one_after_the_other == expected
    assert side_by_side == expected


def test_english_lines_end_between_words_and_a_long_code_anywhere():
    paper = printing.A4("ICP filing", datetime(2026, 1, 1, tzinfo=UTC))
    paper.add_page()
    paper.rows([("Is this person the legal representative?", "yes"), ("Public key", "0123456789ABCDEF" * 16)])

    with closing(PdfDocument(bytes(paper.output()))) as document:
        words = document[0].get_textpage().get_text_range().split()

    assert "representative?" in words
    assert "0123456789ABCDEF" * 16 in "".join(words)
