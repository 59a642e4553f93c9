"""Website names by their shape: what a name may be, beside what it may not."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ministry.reference import naming

GOOD = [
    "示例科技官网",
    "张三的个人主页",
    "AI学习笔记",
    "云岭·星河（上海）",
    "24小时书店",
    "研发&设计-工作室",
    "数据管理系统 V2",
    "𠮷野家菜谱",
    "\U00031350\U0002ebf0\U00030000的主页",  # newer than some versions of Python know
]

WRONG = [
    ("", "required"),
    ("   ", "required"),
    ("123456", "digits"),
    ("１２３", "digits"),
    ("abc", "letters"),
    ("ABC 2026", "letters"),
    ("example.com", "domain"),
    ("www.example.com", "domain"),
    ("http://example.com", "domain"),
    ("例子.中国", "domain"),
    ("我们的网站！", "special"),
    ("学习|笔记", "special"),
    ("好网站★", "special"),
    ("网站😀名", "special"),
    ("<b>网站名</b>", "special"),
    ("网\u202e站名", "invisible"),
    ("网站\x00名", "invisible"),
    ("网" * 513, "too_long"),
]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_name_is_answered_as_it_is(name):
    assert naming.check_shape(f" {name} ").replace("(", "（").replace(")", "）") == name


@pytest.mark.parametrize(("name", "code"), WRONG)
def test_a_name_of_the_wrong_shape_is_refused(name, code):
    with pytest.raises(ValidationError) as refusal:
        naming.check_shape(name)
    assert refusal.value.code == code


@given(st.text(max_size=600))
def test_whatever_is_typed_is_answered_or_refused(text):
    with suppress(ValidationError):
        once = naming.check_shape(text)
        assert naming.check_shape(once) == once


@pytest.mark.parametrize(
    ("name", "count"),
    [("", 0), ("abc", 0), ("AI学习", 2), ("学习笔记", 4), ("カタカナ", 0), ("𠮷𫚖\U00031350", 3), ("二〇二六", 4)],
)
def test_chinese_characters_are_counted(name, count):
    assert naming.chinese_characters(name) == count


def test_words_are_found_in_any_case_and_width():
    assert naming.words_in("ｐ2Ｐ理财之家", ["P2P", "理财", "基金"]) == ("P2P", "理财")
    assert naming.words_in("", ["P2P"]) == ()


@pytest.mark.parametrize(
    "name", ["我的反 腐网", "反·腐网", "反-腐", "反(腐)", "反\u200b腐", "反\ufe0f腐", "反\u3000腐", "ＰＲ反腐"]
)
def test_nothing_between_its_characters_hides_a_word(name):
    assert naming.words_in(name, ["反腐"]) == ("反腐",)


def test_traditional_characters_hide_no_word():
    assert naming.words_in("監察與維權網", ["监察", "维权", "反腐"]) == ("监察", "维权")
    assert naming.words_in("监察", ["監察"]) == ("監察",)
    assert naming.beginning_of("中 國·書店", ["中国"]) == "中国"
    assert naming.is_placeholder("測試-網站 2", ["测试"])


@pytest.mark.parametrize("word", ["", " ", "·", "()"])
def test_a_word_without_letters_is_in_no_name(word):
    assert naming.words_in("云岭·星河 (上海)", [word]) == ()
    assert naming.beginning_of("·云岭", [word]) == ""
    assert not naming.is_placeholder("", [word])


@pytest.mark.parametrize(("name", "word"), [("中国书店", "中国"), ("我的中国心", ""), ("国家图书馆", "国家"), ("", "")])
def test_only_the_beginning_counts_as_a_beginning(name, word):
    assert naming.beginning_of(name, ["中国", "国家"]) == word


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("测试", True),
        ("测试网站", True),
        ("测试站2", True),
        ("首页 1", True),
        ("未命名网页", True),
        ("软件测试学习", False),
        ("测试工程师之家", False),
        ("首页设计", False),
    ],
)
def test_a_placeholder_is_one_only_when_nothing_else_is_said(name, empty):
    assert naming.is_placeholder(name, ["未命名", "测试", "首页"]) is empty


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("张三的个人主页", True),
        ("张三的个人博客", True),
        ("的个人主页", False),
        ("张三的个人主页吧", False),
        ("张三", False),
    ],
)
def test_a_form_leaves_only_the_star_open(name, fits):
    assert naming.has_form(name, ["*的个人博客", "*的个人主页"]) is fits


def test_nothing_in_a_form_but_the_star_has_a_meaning():
    assert naming.has_form("[a]?网", ["[a]?网"])
    assert not naming.has_form("ab网", ["[a]?网"])
