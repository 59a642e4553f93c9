"""Published certificate numbers: no wrong, swapped, missing or doubled character passes."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from ministry.reference.certificates import check_certificate, check_character_uscc
from ministry.tests.reference.certificate_numbers import (
    ALPHABET,
    LICENCE,
    ORGANISATION,
    PUBLISHED_CREDIT_CODES,
    RESIDENT_ID,
    resident_id,
)

PUBLISHED = [
    *((LICENCE, number) for number in PUBLISHED_CREDIT_CODES.values()),
    (LICENCE, "110108000000016"),
    (RESIDENT_ID, "11010519491231002X"),
    (ORGANISATION, "D2143569X"),
]
DIGITS = "0123456789"

credit_codes = st.builds(
    lambda region, organisation: region + organisation + check_character_uscc(region + organisation),
    st.text(alphabet=DIGITS, min_size=8, max_size=8),
    st.text(alphabet=ALPHABET, min_size=9, max_size=9),
)
resident_ids = st.builds(
    lambda region, born, sequence: resident_id(region, f"{born:%Y%m%d}", f"{sequence:03d}"),
    st.sampled_from(["110105", "330113", "440305", "650102", "810000", "830000"]),
    st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
)
old_licences = st.text(alphabet=DIGITS, min_size=14, max_size=14).map(
    lambda body: next(body + digit for digit in DIGITS if passes(LICENCE, body + digit))
)
organisation_codes = st.text(alphabet=DIGITS, min_size=8, max_size=8).map(
    lambda body: next(body + check for check in DIGITS + "X" if passes(ORGANISATION, body + check))
)
numbers = st.one_of(
    st.tuples(st.just(LICENCE), credit_codes),
    st.tuples(st.just(LICENCE), old_licences),
    st.tuples(st.just(RESIDENT_ID), resident_ids),
    st.tuples(st.just(ORGANISATION), organisation_codes),
)


def passes(cert_type: int, number: str) -> bool:
    try:
        check_certificate(cert_type, number)
    except ValidationError:
        return False
    return True


def one_character_wrong(number: str, alphabet: str = DIGITS) -> list[str]:
    """The number with one digit replaced by each of the others, at every position."""
    return [
        number[:position] + other + number[position + 1 :]
        for position, char in enumerate(number)
        if char in alphabet
        for other in alphabet
        if other != char
    ]


def two_neighbours_swapped(cert_type: int, number: str) -> list[str]:
    """The number with two neighbours swapped: any two of a credit code, two digits of the others."""
    alphabet = ALPHABET if cert_type == LICENCE else DIGITS
    return [
        number[:position] + number[position + 1] + number[position] + number[position + 2 :]
        for position in range(len(number) - 1)
        if number[position] != number[position + 1] and {*number[position : position + 2]} <= {*alphabet}
    ]


@pytest.mark.parametrize("number", PUBLISHED_CREDIT_CODES.values(), ids=PUBLISHED_CREDIT_CODES)
def test_published_credit_codes_pass_as_another_implementation_has_it(number):
    assert uscc.validate(number) == number
    assert check_certificate(LICENCE, number) == number


@pytest.mark.parametrize(("cert_type", "number"), PUBLISHED)
def test_a_published_number_with_one_digit_wrong_is_refused(cert_type, number):
    assert passes(cert_type, number)
    assert [wrong for wrong in one_character_wrong(number) if passes(cert_type, wrong)] == []


@pytest.mark.parametrize("number", PUBLISHED_CREDIT_CODES.values(), ids=PUBLISHED_CREDIT_CODES)
def test_a_credit_code_with_any_one_character_wrong_is_refused(number):
    """31 is prime and larger than every difference of two characters, letters included."""
    wrong = one_character_wrong(number, ALPHABET)

    assert len(wrong) == 18 * 30
    assert [text for text in wrong if passes(LICENCE, text)] == []


@pytest.mark.parametrize(("cert_type", "number"), [row for row in PUBLISHED if len(row[1]) != 15])
def test_a_published_number_with_two_neighbours_swapped_is_refused(cert_type, number):
    """Neighbouring weights differ in three standards; MOD 11,10 of the old licences does not promise it."""
    assert [wrong for wrong in two_neighbours_swapped(cert_type, number) if passes(cert_type, wrong)] == []


@given(numbers, st.data())
def test_no_number_survives_one_wrong_digit(row, data):
    cert_type, number = row
    assert passes(cert_type, number)

    assert not passes(cert_type, data.draw(st.sampled_from(one_character_wrong(number))))


@given(credit_codes, st.data())
def test_no_credit_code_survives_one_wrong_character(number, data):
    assert not passes(LICENCE, data.draw(st.sampled_from(one_character_wrong(number, ALPHABET))))


@given(
    st.one_of(
        st.tuples(st.just(LICENCE), credit_codes),
        st.tuples(st.just(RESIDENT_ID), resident_ids),
        st.tuples(st.just(ORGANISATION), organisation_codes),
    )
)
def test_no_number_survives_two_neighbours_swapped(row):
    cert_type, number = row

    assert [wrong for wrong in two_neighbours_swapped(cert_type, number) if passes(cert_type, wrong)] == []


@given(resident_ids)
def test_the_check_character_of_a_resident_id_agrees_with_another_implementation(number):
    assert ric.calc_check_digit(number) == number[17]


@given(numbers, st.integers(0, 17), st.sampled_from(["", "00"]))
def test_no_number_survives_a_missing_or_a_doubled_character(row, position, instead):
    cert_type, number = row
    position %= len(number)

    assert not passes(cert_type, number[:position] + instead + number[position + 1 :])
