"""Text as people type it: what shows nothing, turns the writing around or piles up marks is refused, for all names."""

import re
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ministry.reference import naming, posing, typed_text
from ministry.reference.typed_text import normal_text, one_line

ZALGO = "张\u0301\u0302\u0303三"


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("张三", "张三"),
        ("欧阳·娜娜", "欧阳·娜娜"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("Jose\u0301 Nun\u0303ez", "José Nuñez"),
        ("Nguye\u0302\u0303n Va\u0306n A", "Nguyễn Văn A"),
        ("E\u0323\u0301zi\u0300nwa", "Ẹ\u0301zìnwa"),
        ("བསྒྲུབས", "བསྒྲུབས"),
        ("สมชาย ที่ดิน", "สมชาย ที่ดิน"),
        ("हिन्दी", "हिन्दी"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("か\u3099", "が"),
        ("　示例公司　", "示例公司"),
    ],
)
def test_what_names_are_written_with_is_taken(typed, normal):
    assert normal_text(typed, 60) == normal


@pytest.mark.parametrize(
    "typed",
    [
        ZALGO,
        "a\u0301\u0302\u0303\u0304",
        "李\u0301四",
        "李\u20dd四",  # an enclosing circle
        "1\u20e3",
        "\u0301张三",
        "张 \u0301三",
        "x\u0489",  # a Cyrillic sign of millions
        "क\u0e31",  # a mark of another script
        "ก" + "\u0e34" * 5,
        "张\u3099三",
    ],
)
def test_marks_that_no_word_has_are_refused(typed):
    with pytest.raises(ValidationError, match=r"mark|标记|符号") as refusal:
        normal_text(typed, 60)
    assert refusal.value.code == "marks"


@pytest.mark.parametrize(
    "char",
    [
        "\u200b",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2066",
        "\u2069",
        "\ufeff",
        "\u00ad",
        "\u034f",
        "\u115f",
        "\u1160",
        "\u180b",
        "\u2800",
        "\u3164",
        "\uffa0",
        "\ufe0f",
        "\U000e0100",
        "\U000e0041",
        "\ue000",
        "\x00",
        "\x1b",
    ],
)
def test_what_shows_nothing_or_turns_the_writing_is_refused_in_every_kind_of_name(char):
    for check in (
        lambda name: normal_text(name, 60),
        lambda name: one_line(name, 60),
        naming.check_shape,
        posing.check_person,
        posing.check_unit,
    ):
        with pytest.raises(ValidationError) as refusal:
            check(f"张{char}三")
        assert refusal.value.code == "invisible"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_name_stands_on_one_line(line_break):
    for check in (lambda name: one_line(name, 60), posing.check_person, posing.check_unit):
        with pytest.raises(ValidationError) as refusal:
            check(f"张三{line_break}李四")
        assert refusal.value.code in ("line_break", "invisible")


def test_the_limit_counts_the_characters_that_are_stored():
    assert normal_text("№" * 3, 6) == "NoNoNo"
    with pytest.raises(ValidationError) as refused:
        normal_text("№" * 3, 5)
    assert (refused.value.code, refused.value.params) == ("too_long", {"length": 6, "limit": 5})


def test_a_website_name_has_no_piled_up_marks():
    with pytest.raises(ValidationError) as refusal:
        naming.check_shape(f"{ZALGO}的网站")
    assert refusal.value.code == "marks"


@given(st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF) | st.sampled_from(" -~一鿼鿽\t\u3000"), min_size=1))
def test_plain_text_is_normalised_like_any_other(text):
    def outcome():
        try:
            return typed_text.normal_text(text, 100)
        except ValidationError as error:
            return error.code

    quick = outcome()
    with mock.patch.object(typed_text, "_PLAIN", re.compile("(?!)")):
        assert outcome() == quick
