"""What is found among the lines of a certificate, whichever way it lies, and what is not taken for a fact."""

import math

import pytest

from filings.reading import values
from filings.reading.documents import CARD, LICENCE, facts_on
from filings.reading.layout import Box, Line

NUMBER, CODE = "11010519491231002X", "91350100M000100Y43"
Row = tuple[str, int, int, int]  # text, left, top, width

FRONT: list[Row] = [
    ("姓名", 50, 60, 90),
    ("王芳", 160, 60, 100),
    ("性别女", 50, 140, 160),
    ("民族汉", 300, 140, 160),
    ("出生1949年12月31日", 50, 220, 450),
    ("住址", 50, 300, 90),
    ("上海市浦东新区世纪大道17", 160, 300, 470),
    ("88号金控广场T1座12层", 160, 350, 400),
    ("公民身份号码", 50, 540, 210),
    (NUMBER, 320, 540, 450),
]
LICENCE_ROWS: list[Row] = [
    ("统一社会信用代码", 90, 210, 240),
    (CODE, 90, 260, 390),
    ("营业执照", 600, 200, 380),
    ("名", 90, 400, 40),
    ("称", 190, 400, 40),
    ("上海示例（中国）科技", 300, 400, 350),
    ("有限公司", 300, 445, 160),
    ("有限责任公司", 300, 515, 190),  # the label of its row was not seen
    ("注册资本", 850, 400, 160),
    ("壹佰万元整", 1060, 400, 170),
    ("法定代表人", 90, 570, 160),
    ("王芳", 300, 570, 80),
    ("住所", 850, 570, 140),
    ("粵海街道科苑路15号", 1060, 570, 400),
]


def lines(rows: list[Row], degrees: float = 0, score: float = 0.99) -> list[Line]:
    """Lines of 40 pixels' height on a paper turned by ``degrees``."""
    return [line(row, math.radians(degrees), score) for row in rows]


def line(row: Row, angle: float, score: float) -> Line:
    text, left, top, width = row
    corners = [(left, top), (left + width, top), (left + width, top + 40), (left, top + 40)]
    turned = [
        (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)) for x, y in corners
    ]
    return Line(text, score, tuple(turned), Box(left / 2000, top / 2000, (left + width) / 2000, (top + 40) / 2000))


def said(layout, found: list[Line]) -> dict[str, str]:
    return {name: fact.value for name, fact in facts_on(layout, found).items()}


@pytest.mark.parametrize("degrees", [0, 4, -9, 90, 178, 270])
def test_a_card_is_read_whichever_way_it_lies(degrees):
    assert said(CARD, lines(FRONT, degrees)) == {
        "name": "王芳",
        "cert_number": NUMBER,
        "cert_address": "上海市浦东新区世纪大道1788号金控广场T1座12层",
    }


@pytest.mark.parametrize("degrees", [0, -6, 90, 180])
def test_a_licence_with_labels_in_parts_and_texts_in_two_lines(degrees):
    assert said(LICENCE, lines(LICENCE_ROWS, degrees)) == {
        "name": "上海示例（中国）科技有限公司",
        "cert_number": CODE,
        "cert_address": "粤海街道科苑路15号",
        "representative": "王芳",
    }


@pytest.mark.parametrize("degrees", [0, 4, 180])
def test_a_passport_says_number_and_last_day_in_its_lower_line(degrees):
    rows = [
        ("姓名/Name", 420, 150, 200),
        ("ERIKSSON", 660, 150, 200),
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 60, 690, 1300),
        ("L898902C36UTO7408122F3204153ZE184226B<<<<<10", 60, 770, 1300),
    ]
    found = said(CARD, lines(rows, degrees))
    assert (found["cert_number"], found["cert_until"]) == ("L898902C3", "2032-04-15")


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", ("L898902C3", "2012-04-15")),  # ICAO's own specimen
        ("AB1234<<<1D<<7408122F1204159" + "<" * 16, ("AB1234", "2012-04-15")),
        ("L898902C46UTO7408122F1204159ZE184226B<<<<<10", ("", "")),
        ("L898902C36UTO7408123F1204159ZE184226B<<<<<10", ("", "")),
        ("L898902C36UTO7408122F1204158ZE184226B<<<<<10", ("", "")),
        ("L898902C36UTO7408122F1213153", ("", "")),
        ("", ("", "")),
    ],
)
def test_only_a_zone_with_its_check_digits_is_one(line, read):
    assert values.passport(line) == read


def test_label_and_value_may_be_one_line_and_a_place_is_that_of_all_its_lines():
    rows = [("姓名王芳", 50, 60, 210), ("住址上海市世纪大道17", 50, 300, 500), ("88号12层", 160, 350, 200)]

    found = facts_on(CARD, lines(rows))

    assert {name: fact.value for name, fact in found.items()} == {
        "name": "王芳",
        "cert_address": "上海市世纪大道1788号12层",
    }
    assert found["cert_address"].box == Box(50 / 2000, 300 / 2000, 550 / 2000, 390 / 2000)


def test_a_label_that_is_found_twice_at_one_place_still_has_its_value():
    """Bold print may be drawn as the same text twice."""
    assert said(CARD, lines([*FRONT, ("姓名", 50, 60, 90)])) == said(CARD, lines(FRONT))


def test_what_is_hardly_readable_is_no_fact():
    assert said(CARD, lines(FRONT, score=0.6)) == {}
    assert said(CARD, []) == said(LICENCE, []) == {}


@pytest.mark.parametrize("text", ["姓名", "姓名" * 500, "\x00", "住址：", "公民身份号码110105194912310021", " "])
def test_strange_lines_are_no_facts(text):
    assert said(CARD, lines([(text, 0, 0, 0), (text, 0, 0, 0)])).keys() <= {"name"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (NUMBER, NUMBER),
        ("公民身份号码 1101O5 1949 1231 002x", NUMBER),  # a letter that no number has
        ("110105194912310021", ""),  # the check character is wrong
        ("81000019900101001" + "X", ""),
        ("", ""),
    ],
)
def test_only_a_number_with_its_check_character_is_one(text, number):
    assert values.resident_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [(f"代码：{CODE}", CODE), (CODE.replace("1", "I", 1), CODE), (CODE[:-1] + "4", ""), (CODE[:17], "")],
)
def test_only_a_credit_code_with_its_check_character_is_one(text, number):
    assert values.unit_number(text) == number


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2016.05.11-2036.05.11", ("2016-05-11", "2036-05-11")),
        ("2016.05.112036.05.11", ("2016-05-11", "2036-05-11")),
        ("有效期限 2016.05.11 - 长期", ("2016-05-11", "long_term")),
        ("2016.05.11", ("", "")),
        ("2036.05.11-2016.05.11", ("", "")),
        ("2016.13.41-2036.05.11", ("", "")),
        ("长期", ("", "")),
    ],
)
def test_a_validity_has_both_its_days_in_order(text, period):
    assert values.period(text) == period


def test_texts_are_compared_without_what_readers_and_typists_change_at_will():
    assert values.folded("上海示例（中国） 有限公司") == values.folded("上海示例(中国)有限公司")
    assert values.folded("阿·买买提") == values.folded("阿•买买提")
    assert values.folded("粵海街道1—2号") == values.folded("粤海街道1-2号") != values.folded("粤海街道12号")
