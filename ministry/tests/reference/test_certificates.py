"""Numbers of certificates: their normal form, why a wrong one is refused, and what is read from a number."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from ministry.reference import code_tables
from ministry.reference.certificates import (
    birth_date,
    check_certificate,
    check_character_resident_id,
    check_character_uscc,
    mask,
    organisation_code,
)
from ministry.tests.reference.certificate_numbers import (
    ALPHABET,
    LICENCE,
    ORGANISATION,
    PASSPORT,
    PUBLISHED_CREDIT_CODES,
    RESIDENT_ID,
    resident_id,
)


def refusal_code(cert_type: int, number: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        check_certificate(cert_type, number)
    assert refusal.value.messages
    return refusal.value.code


@pytest.mark.parametrize(
    ("cert_type", "typed", "normal"),
    [
        (1, "91350100M000100Y43", "91350100M000100Y43"),
        (1, "91350100m000100y43", "91350100M000100Y43"),
        (1, " 9135 0100 M000 100Y43 ", "91350100M000100Y43"),
        (1, "９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43"),
        (1, "110108000000016", "110108000000016"),
        (13, "91350100M000100Y43", "91350100M000100Y43"),
        (12, "D2143569-X", "D2143569X"),
        (12, "d2143569x", "D2143569X"),
        (12, "Ｄ２１４３５６９－Ｘ", "D2143569X"),
        (12, "91350100M000100Y43", "91350100M000100Y43"),
        (4, "事证第111000000123号", "事证第111000000123号"),
        (4, "91350100m000100y43", "91350100M000100Y43"),
        (27, "企独京总字第000001号", "企独京总字第000001号"),
        (37, "教民111010870000001号", "教民111010870000001号"),
        (38, "PDY10001-X11010812A1001", "PDY10001-X11010812A1001"),
        (2, "11010519491231002X", "11010519491231002X"),
        (2, "11010519491231002x", "11010519491231002X"),
        (2, "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        (7, "e1234 5678", "E12345678"),
        (8, "军字第2001988号", "军字第2001988号"),
        (11, "01234567", "01234567"),
        (11, "0012345601（B）", "0012345601B"),
        (14, "h01234567", "H01234567"),
        (14, "M0123456701", "M0123456701"),
        (30, "USA110000010101", "USA110000010101"),
        (30, "913501199001010019", "913501199001010019"),
        (41, resident_id("810000"), resident_id("810000")),
        (41, resident_id("820000"), resident_id("820000")),
        (42, resident_id("830000"), resident_id("830000")),
    ],
)
def test_a_right_number_comes_back_in_its_normal_form(cert_type, typed, normal):
    assert check_certificate(cert_type, typed) == normal
    assert check_certificate(cert_type, normal) == normal


@pytest.mark.parametrize("region", ["110105", "330113", "500157", "810000", "820000", "830000"])
def test_a_resident_id_may_come_from_any_region_old_or_new(region):
    assert check_certificate(RESIDENT_ID, resident_id(region)) == resident_id(region)


@pytest.mark.parametrize(
    ("cert_type", "number", "code"),
    [
        (1, "91350100M000100Y44", "check_character"),
        (1, "913501O0M000100Y43", "characters"),
        (1, "91350100M000100I43", "characters"),
        (1, "9135A100M000100Y43", "characters"),
        (1, "91350100-000100Y43", "characters"),
        (1, "110108000000015", "check_character"),
        (1, "11010800000001A", "characters"),
        (1, "91350100M000100Y4", "length"),
        (13, "110108000000016", "length"),
        (12, "D2143569-1", "check_character"),
        (12, "D2143569", "shape"),
        (12, "D2143569-Y", "shape"),
        (4, "91350100M000100Y44", "check_character"),
        (4, "事", "shape"),
        (2, "110105194912310021", "check_character"),
        (2, "11010519491231002Y", "characters"),
        (2, "1101051949123100XX", "characters"),
        (2, "110105491231002", "length"),
        (2, "710105194912310025", "region"),
        (2, "000105194912310025", "region"),
        (2, "110105194902300025", "birth_date"),
        (2, "110105189912310025", "birth_date"),
        (2, "110105000000000025", "birth_date"),
        (41, "11010519491231002X", "region"),
        (42, resident_id("810000"), "region"),
        (7, "1234", "shape"),
        (7, "E" * 16, "shape"),
        (7, "护照12345", "shape"),
        (11, "123456789", "shape"),
        (14, "A01234567", "shape"),
        (30, "12345", "shape"),
        (30, "913501199001010010", "check_character"),
        (0, "1", "cert_type"),
        (99, "1", "cert_type"),
    ],
)
def test_a_wrong_number_is_refused_for_its_reason(cert_type, number, code):
    assert refusal_code(cert_type, number) == code


@pytest.mark.parametrize("kind", code_tables.CERTIFICATE_TYPES, ids=lambda kind: str(kind.id))
@pytest.mark.parametrize(
    "number",
    [
        None,
        "",
        " \t\n",
        "\0",
        "1101051949\x0031002X",
        "9" * 10_000,
        "😀" * 18,
        "😀" * 15,
        "١" * 18,
        "١" * 15,
        "\ud800",
    ],
)
def test_hostile_text_is_refused_for_every_type(kind, number):
    assert refusal_code(kind.id, number) in {
        "required",
        "invisible",
        "too_long",
        "characters",
        "length",
        "shape",
    }


@given(
    st.sampled_from(code_tables.CERTIFICATE_TYPES),
    st.text(max_size=40) | st.text(alphabet=ALPHABET, min_size=15, max_size=18),
)
def test_checking_raises_nothing_but_validation_errors_and_is_stable(kind, text):
    try:
        normal = check_certificate(kind.id, text)
    except ValidationError:
        return
    assert check_certificate(kind.id, normal) == normal


def test_a_message_says_what_is_wrong_and_how_to_correct_it():
    with pytest.raises(ValidationError) as refusal:
        check_certificate(LICENCE, "91350100M000100Y44")

    assert refusal.value.messages == [
        "The check character at position 18 does not match. Check the number against the business licence."
    ]


@given(st.text(alphabet="0123456789", min_size=8, max_size=8), st.text(alphabet=ALPHABET, min_size=9, max_size=9))
def test_the_check_character_of_a_credit_code_agrees_with_another_implementation(region, organisation):
    body = region + organisation

    assert check_character_uscc(body) == uscc.calc_check_digit(body)
    assert check_certificate(LICENCE, body + check_character_uscc(body)) == body + check_character_uscc(body)


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_exactly_one_last_digit_makes_an_old_licence_number(body):
    accepted = 0
    for digit in "0123456789":
        try:
            check_certificate(LICENCE, body + digit)
        except ValidationError:
            continue
        accepted += 1

    assert accepted == 1


@pytest.mark.parametrize("body", ["", "9135", "91350100I000100Y4", "91350100M000100Y43"])
def test_no_check_character_for_what_is_no_body_of_a_credit_code(body):
    with pytest.raises(ValueError, match=r"17 characters|substring"):
        check_character_uscc(body)


@pytest.mark.parametrize("body", ["", "1101", "1101051949123100X", "11010519491231002X"])
def test_no_check_character_for_what_is_no_body_of_a_resident_id(body):
    with pytest.raises(ValueError, match=r"17 digits|invalid literal"):
        check_character_resident_id(body)


@time_machine.travel("2026-07-05T17:00:00Z")  # already the 6th in Beijing
def test_a_birth_is_refused_from_tomorrow_on():
    today, tomorrow = resident_id(born="20260706"), resident_id(born="20260707")

    assert check_certificate(RESIDENT_ID, today) == today
    assert refusal_code(RESIDENT_ID, tomorrow) == "birth_date"


def test_the_birth_date_is_read_from_the_number():
    assert birth_date("11010519491231002X") == date(1949, 12, 31)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("91350100M000100Y43", "913***********0Y43"),
        ("110108000000016", "110********0016"),
        ("D2143569X", "D******9X"),
        ("123456789012", "123*****9012"),
        ("12345678901", "1********01"),
        ("E12345", "E***45"),
        ("12345", "1****"),
        ("7", "*"),
        ("", ""),
    ],
)
def test_a_masked_number_keeps_its_length_and_little_else(number, masked):
    assert mask(number) == masked
    assert len(mask(number)) == len(number)


# --- The unit behind a number -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", PUBLISHED_CREDIT_CODES.values(), ids=PUBLISHED_CREDIT_CODES)
def test_a_published_credit_code_holds_the_organisation_code(number):
    """Two check characters of two standards agree: the ninth of GB 11714 lies within the credit code."""
    if number == PUBLISHED_CREDIT_CODES["GB 32100-2015"]:
        assert organisation_code(LICENCE, number) == "M000100Y4"
        return
    code = organisation_code(LICENCE, number)

    assert code == number[8:17]
    assert check_certificate(ORGANISATION, code) == code
    assert organisation_code(ORGANISATION, code) == organisation_code(ORGANISATION, number) == code


@pytest.mark.parametrize(
    ("cert_type", "number", "code"),
    [
        (LICENCE, " 9144 0300 1922 0382 16 ", "192203821"),
        (13, "914403001922038216", "192203821"),
        (4, "914403001922038216", "192203821"),
        (ORGANISATION, "19220382-1", "192203821"),
        (9, "192203821", "192203821"),
        (ORGANISATION, "d2143569-x", "D2143569X"),
        (LICENCE, "192203821", ""),
        (LICENCE, "110108000000016", ""),
        (LICENCE, "914403001922038217", ""),
        (LICENCE, "", ""),
        (LICENCE, None, ""),
        (4, "192203821", ""),
        (4, "事证第11100000012345号事证第", ""),
        (38, "914403001922038216", ""),
        (RESIDENT_ID, "11010519491231002X", ""),
        (30, "913501199001010010", ""),
        (41, resident_id("810000"), ""),
        (PASSPORT, "E12345678", ""),
        (11, "012345678", ""),
        (99, "914403001922038216", ""),
    ],
)
def test_only_a_credit_code_and_an_organisation_code_name_a_unit(cert_type, number, code):
    assert organisation_code(cert_type, number) == code
