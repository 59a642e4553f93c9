"""PDFs: a document has its own font, though the font is read once per process."""

from contextlib import closing
from datetime import UTC, datetime

from fontTools.ttLib import TTFont
from fpdf.fonts import TTFFont
from pypdfium2 import PdfDocument

from filings.evidence import printing

MM = 72 / 25.4  # points
NAMES = ("示例科技𠮷野有限公司", "另一家商贸公司", "示例科技𠮷野有限公司")


def written(name: str) -> printing.A4:
    paper = printing.A4("备案单", datetime(2026, 1, 1, tzinfo=UTC))
    paper.add_page()
    paper.headline("真实性核验单", name)
    paper.rows([("主办单位名称", name)])
    return paper


def read_anew(face: printing.Face) -> TTFFont:
    font, _version = printing._read.__wrapped__(face)
    font.i, font.ttfont.recalcBBoxes = face.place, False
    return font


def fonts_in(paper: printing.A4) -> int:
    """How many fonts a file embeds."""
    return bytes(paper.output()).count(b"/FontFile3")


def test_documents_are_as_with_a_font_read_for_each(monkeypatch):
    one_after_the_other = [bytes(written(name).output()) for name in NAMES]
    side_by_side = [bytes(paper.output()) for paper in [written(name) for name in NAMES]]
    monkeypatch.setattr(printing, "_font_of_one_document", read_anew)
    expected = [bytes(written(name).output()) for name in NAMES]

    assert one_after_the_other == expected
    assert side_by_side == expected


def test_usual_characters_need_no_other_font_and_rare_ones_the_whole():
    assert fonts_in(written("北京示例科技有限公司（A·b）—“é”①№￥□✓二〇二六")) == 1
    assert fonts_in(written("𠮷野國際")) == 2

    with closing(PdfDocument(bytes(written("石家庄𠮷野國際有限公司𠀀").output()))) as document:
        text = document[0].get_textpage().get_text_range()
    assert text.count("石家庄𠮷野國際有限公司〔U+20000〕") == 2  # above, and in its row


def test_the_usual_characters_reach_from_the_first_to_the_last_of_gb_2312():
    """The first and the last of its rows: punctuation (row 1), Chinese characters (rows 16 to 87)."""
    assert {ord(one) for one in "、。《》★啊齄〇✓ ~ÿ—"} <= printing.usual_characters()
    assert not {ord(one) for one in "𠮷野國際"} <= printing.usual_characters()


def test_the_file_of_usual_characters_has_those_of_the_whole_font_at_the_same_widths():
    with (
        TTFont(printing.USUAL.path, lazy=True) as usual,
        TTFont(printing.WHOLE.path, fontNumber=printing.WHOLE.number, lazy=True) as whole,
    ):
        glyphs, all_glyphs = usual.getBestCmap(), whole.getBestCmap()
        assert printing.usual_characters() & set(all_glyphs) <= set(glyphs)
        assert 7_000 < len(glyphs) < 8_000
        for code, glyph in glyphs.items():
            assert usual["hmtx"][glyph] == whole["hmtx"][all_glyphs[code]], chr(code)


def test_english_lines_end_between_words_and_a_long_code_anywhere():
    paper = printing.A4("ICP filing", datetime(2026, 1, 1, tzinfo=UTC))
    paper.add_page()
    paper.rows([("Is this person the legal representative?", "yes"), ("Public key", "0123456789ABCDEF" * 16)])

    with closing(PdfDocument(bytes(paper.output()))) as document:
        words = document[0].get_textpage().get_text_range().split()

    assert "representative?" in words
    assert "0123456789ABCDEF" * 16 in "".join(words)


def places_of(paper: printing.A4, *texts: str) -> list[tuple[int, int, int]]:
    """Return the page, and the millimetres from the left and from the top, at which each text begins."""
    found = {}
    with closing(PdfDocument(bytes(paper.output()))) as document:
        for number, page in enumerate(document, start=1):
            textpage = page.get_textpage()
            for text in texts:
                if place := textpage.search(text).get_next():
                    left, _bottom, _right, top = textpage.get_charbox(place[0], loose=True)
                    found.setdefault(text, (number, round(left / MM), round((page.get_height() - top) / MM)))
    return [found[text] for text in texts]


def paper_of(*rows: printing.Pair) -> printing.A4:
    paper = printing.A4("备案单", datetime(2026, 1, 1, tzinfo=UTC))
    paper.add_page()
    paper.rows(rows)
    return paper


def test_a_value_stands_beside_its_label_and_the_next_row_below_both():
    paper = paper_of(("甲" * 20, "乙"), ("丙", "丁" * 50), ("戊", "己"))
    places = places_of(paper, "甲", "乙", "丙", "丁", "戊", "己")
    assert places == [(1, left, top) for top in (19, 33, 47) for left in (18, 67)]


def test_a_long_value_ends_above_the_foot_and_continues_on_the_next_page():
    paper = paper_of(("甲", "\n".join(f"第{number}行" for number in range(60))), ("乙", "丙"))
    expected = [(1, 67, 19), (1, 67, 271), (2, 67, 18), (2, 67, 114), (2, 18, 122), (1, 18, 284), (1, 183, 284)]
    assert places_of(paper, "第0行", "第42行", "第43行", "第59行", "乙", "备案单", "1 / 2") == expected


def test_a_heading_is_followed_by_two_rows_on_its_page_or_begins_the_next():
    papers = [paper_of(*[("乙", "丙")] * rows) for rows in (29, 30)]
    for paper in papers:
        paper.heading("丁")
    assert [paper.page for paper in papers] == [1, 2]
