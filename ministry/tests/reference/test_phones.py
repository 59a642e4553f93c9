from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ministry.reference.phones import (
    area_province,
    check_landline,
    check_landlines,
    check_mobile,
    check_mobiles,
    mask_phone,
)
from ministry.reference.provinces import PROVINCES

HOSTILE = [
    (None, "required"),
    ("", "required"),
    (" \n", "required"),
    ("138\x0000138000", "invisible"),
    ("1" * 10_000, "too_long"),
    ("😀" * 11, "invalid"),
    ("١٣٨٠٠١٣٨٠٠٠", "invalid"),
]


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "１３８００１３８０００",
        "+8613800138000",
        "+86 138 0013 8000",
        "+86-13800138000",
        "0086 13800138000",
        "8613800138000",
    ],
)
def test_a_mobile_is_read_as_people_write_it(typed):
    assert check_mobile(typed) == "13800138000"


@pytest.mark.parametrize("number", ["16200000000", "19012345678", "19212345678", "19712345678"])
def test_newer_ranges_of_mobiles_are_known(number):
    assert check_mobile(number) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *HOSTILE,
        ("12800138000", "invalid"),
        ("1380013800", "invalid"),
        ("138001380000", "invalid"),
        ("+852 13800138000", "invalid"),
        ("13800138000;13900139000", "invalid"),
        ("010-12345678", "invalid"),
    ],
)
def test_what_is_no_mobile_is_refused(text, code):
    with pytest.raises(ValidationError) as refusal:
        check_mobile(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("010-12345678", "010-12345678"),
        ("01012345678", "010-12345678"),
        ("(010) 12345678", "010-12345678"),
        ("（０１０）１２３４５６７８", "010-12345678"),
        ("086-010-12345678", "010-12345678"),
        ("+86 010 12345678", "010-12345678"),
        ("0755-1234567-801", "0755-1234567-801"),
        ("07551234567", "0755-1234567"),
        ("020-12345678-1", "020-12345678-1"),
    ],
)
def test_a_landline_is_read_as_people_write_it(typed, normal):
    assert check_landline(typed) == normal
    assert check_landline(normal) == normal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *HOSTILE,
        ("010-00000000", "invalid"),
        ("12345678", "invalid"),
        ("010-123456", "invalid"),
        ("0100-12345678", "invalid"),
        ("010-12345678-1234567", "invalid"),
        ("13800138000", "invalid"),
        ("400-800-8000", "invalid"),
    ],
)
def test_what_is_no_landline_is_refused(text, code):
    with pytest.raises(ValidationError) as refusal:
        check_landline(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("check", "typed", "normal"),
    [
        (check_mobiles, "13800138000", "13800138000"),
        (check_mobiles, "138 0013 8000；+8613900139000;", "13800138000;13900139000"),
        (check_landlines, "01012345678; 0755-1234567-8", "010-12345678;0755-1234567-8"),
    ],
)
def test_several_numbers_are_read(check, typed, normal):
    assert check(typed) == normal


@pytest.mark.parametrize("check", [check_mobiles, check_landlines])
@pytest.mark.parametrize(("text", "code"), [*HOSTILE, (";；", "required"), ("x;y", "invalid")])
def test_several_wrong_numbers_are_refused(check, text, code):
    with pytest.raises(ValidationError) as refusal:
        check(text)

    assert refusal.value.code == code


def test_a_number_given_twice_is_refused():
    with pytest.raises(ValidationError) as refusal:
        check_mobiles("13800138000;138-0013-8000")

    assert refusal.value.code == "repeated"


@given(st.text(max_size=40) | st.text(alphabet="0123456789-+;() ", max_size=40))
def test_reading_raises_nothing_but_validation_errors(text):
    for check in (check_mobile, check_landline, check_mobiles, check_landlines):
        with suppress(ValidationError):
            check(text)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("010-12345678", "010-****5678"),
        ("0755-1234567-801", "075*-*******-801"),
        ("13800138000;13900139000", "138****8000;139****9000"),
        ("13800", "*****"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_little(number, masked):
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("landline", "province"),
    [
        ("010-66001234", "110000"),
        ("021-66001234-801", "310000"),
        ("0755-1234567", "440000"),
        ("0898-12345678", "460000"),
        ("0999-1234567", "650000"),
        ("0300-1234567", None),
        ("13800138000", None),
        ("", None),
    ],
)
def test_an_area_code_tells_the_province(landline, province):
    assert area_province(landline) == province


def test_every_province_has_an_area_code():
    capitals = (
        "010 022 0311 0351 0471 024 0431 0451 021 025 0571 0551 0591 0791 0531 0371 027 0731 020 0771 0898 023 028 "
        "0851 0871 0891 029 0931 0971 0951 0991"
    )
    assert [area_province(f"{area}-12345678") for area in capitals.split()] == [province.code for province in PROVINCES]


# --- Published numbers, and what goes wrong in them ---------------------------------------------------------

PUBLISHED_LANDLINES = ["010-58813000", "0755-28780808", "0571-85022088"]
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


def passes(check, text: str) -> bool:
    try:
        check(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("number", PUBLISHED_LANDLINES)
def test_published_landlines_pass_however_they_are_grouped(number):
    area, _hyphen, local = number.partition("-")

    assert check_landline(number) == check_landline(f"（{area}）{local[:4]} {local[4:]}") == number
    assert check_landline(f"+86 {area} {local}") == number


@pytest.mark.parametrize("number", PUBLISHED_LANDLINES)
def test_a_published_landline_without_its_area_code_or_with_a_digit_too_many_is_refused(number):
    local = number.partition("-")[2]

    for wrong in (local, number[1:], f"{number}0", number[:-2], f"400-{local}", number.replace("-", "-0")):
        assert not passes(check_landline, wrong), wrong


@given(mobiles, st.integers(0, 10), st.sampled_from("0123456789"))
def test_a_mobile_with_a_digit_lost_or_doubled_is_refused(number, position, digit):
    assert passes(check_mobile, number)

    assert not passes(check_mobile, number[:position] + number[position + 1 :])
    assert not passes(check_mobile, number[:position] + digit + number[position:])


@given(mobiles, st.sampled_from(["0", "2", "10", "11", "12"]))
def test_no_mobile_begins_otherwise(number, beginning):
    assert not passes(check_mobile, beginning + number[len(beginning) :])
