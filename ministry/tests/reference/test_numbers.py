from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ministry.reference import code_tables, provinces
from ministry.reference.numbers import (
    EARLIER_EXAMPLES,
    EXAMPLE_NUMBER,
    FilingNumber,
    NumberForm,
    number_of_columns,
    parse_number,
    start_of_series,
)

LENGTHS = {NumberForm.FILING: [6, 8, 10], NumberForm.LICENCE: [6, 7, 8], NumberForm.TELECOM_LICENCE: [8]}


@st.composite
def subjects(draw):
    form = draw(st.sampled_from(NumberForm))
    length = draw(st.sampled_from(LENGTHS[form]))
    digits = draw(st.text(alphabet="0123456789", min_size=length, max_size=length))
    return FilingNumber(draw(st.sampled_from(provinces.PROVINCES)), digits, form=form)


services = st.builds(
    lambda subject, sequence, suffix: replace(subject, sequence=sequence, suffix=suffix),
    subjects(),
    st.integers(min_value=1, max_value=999_999),
    st.sampled_from(["", "A", "X", "K"]),
)


@given(subjects() | services)
def test_a_number_survives_printing_and_reading(number):
    assert parse_number(str(number)) == number


def test_the_examples_are_numbers_in_their_canonical_form():
    assert [str(parse_number(number)) for number in (EXAMPLE_NUMBER, *EARLIER_EXAMPLES)] == [
        EXAMPLE_NUMBER,
        *EARLIER_EXAMPLES,
    ]
    assert [parse_number(number).is_earlier for number in (EXAMPLE_NUMBER, *EARLIER_EXAMPLES)] == [False, *[True] * 4]


def test_a_number_of_a_series_begins_with_its_province_and_year():
    beijing = provinces.by_char("京").code
    assert start_of_series(beijing, 2026) == "京ICP备2026"
    assert str(number_of_columns(beijing, 2026, 1, "", None, None)) == "京ICP备2026000001号"


def test_a_number_of_a_series_has_the_columns_that_make_it():
    number = parse_number("京ICP备2026000012号-3X")
    subject = number_of_columns(number.province.code, *number.year_and_serial, "")

    assert (number.year_and_serial, str(subject)) == ((2026, 12), "京ICP备2026000012号")
    assert subject.of_service(3, code_tables.MINI_PROGRAM) == number


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("京ICP备2026000001号", "京ICP备2026000001号"),
        ("京ICP备2026000001号-1", "京ICP备2026000001号-1"),
        ("京ICP备2026000001", "京ICP备2026000001号"),
        ("京ICP备2026000001-12", "京ICP备2026000001号-12"),
        ("京icp备2026000001号", "京ICP备2026000001号"),
        (" 京 ICP 备 2026000001 号 - 1 ", "京ICP备2026000001号-1"),
        ("京ＩＣＰ备２０２６０００００１号－１", "京ICP备2026000001号-1"),
        ("京ICP备2026000001号–2a", "京ICP备2026000001号-2A"),
        ("京ICP备2026000001号—3x", "京ICP备2026000001号-3X"),
        ("粤ICP备12345678号-4K", "粤ICP备12345678号-4K"),
        ("沪ICP备123456号", "沪ICP备123456号"),
        ("川ICP备2026000001号", "蜀ICP备2026000001号"),
        ("贵ICP备2026000001号", "黔ICP备2026000001号"),
        ("云ICP备2026000001号", "滇ICP备2026000001号"),
        ("甘ICP备2026000001号", "陇ICP备2026000001号"),
        ("（京）ICP备案字第05000001号", "京ICP备05000001号"),
        ("京ICP備05000001號-2", "京ICP备05000001号-2"),
        ("京ICP备05000001-2号", "京ICP备05000001号-2"),
        ("ICP备案/许可证号：粤B2-20090001-5", "粤B2-20090001-5"),
        ("苏ICP证B2-20100001", "苏B2-20100001"),
        ("京icp证040001-12x", "京ICP证040001号-12X"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, canonical):
    assert str(parse_number(typed)) == canonical


def test_a_number_comes_in_its_parts():
    assert parse_number("川ICP备05000001号-2A") == FilingNumber(provinces.by_code("510000"), "05000001", 2, "A")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "required"),
        ("", "required"),
        ("  \n", "required"),
        ("京ICP备\x002026000001号", "invisible"),
        ("京ICP备\u200b2026000001号", "invisible"),
        ("京" * 10_000, "too_long"),
        ("京ICP证12345号", "licence"),
        ("京ICP证123456789号", "licence"),
        ("京B1-20090001", "licence"),
        ("京B2-2009001", "licence"),
        ("B2-20090001", "province"),
        ("2026000001", "province"),
        ("05000001号-2A", "province"),
        ("备案号：ICP备2026000001号", "province"),
        ("ICP证040001号", "province"),
        ("合字B2-20090001", "licence"),
        ("备案号：编号：京ICP备2026000001号", "invalid"),
        ("港ICP备2026000001号", "invalid"),
        ("深ICP备2026000001号", "invalid"),
        ("京ICP备202600001号", "invalid"),
        ("京ICP备20260000011号", "invalid"),
        ("京ICP备2026000001号-0", "invalid"),
        ("京ICP备2026000001号-01", "invalid"),
        ("京ICP备2026000001号-1B", "invalid"),
        ("京ICP备2026000001号-", "invalid"),
        ("京ICP备2026000001号A", "invalid"),
        ("京ICP备2026000001号-1 京ICP备2026000001号-2", "invalid"),
        ("京ICP备٢٠٢٦٠٠٠٠٠١号", "invalid"),
        ("😀", "invalid"),
        ("example.com", "invalid"),
    ],
)
def test_anything_else_is_refused(text, code):
    with pytest.raises(ValidationError) as refusal:
        parse_number(text)

    assert refusal.value.code == code


@given(st.text(max_size=80))
def test_reading_raises_nothing_but_validation_errors(text):
    with suppress(ValidationError):
        parse_number(text)
