"""The result codes of the interface: complete, and Chinese on the wire."""

import pytest
from django.utils import translation

from interchange.result_codes import (
    ILLEGAL_CHARACTERS,
    NO_ATTRIBUTE,
    NOT_OPEN,
    NOT_VALID,
    OTHER_FAULT,
    OTHER_REPORTER,
    RESULTS,
    WRONG_VERSION,
    CallRefused,
    MsgCode,
    official,
)


def test_every_code_of_an_operation_is_there():
    assert MsgCode.values == [*range(23), 901, 902, 999]


def test_every_result_code_is_there():
    icp, ip, domains, general = range(1001, 1069), range(2001, 2057), range(3001, 3038), range(5001, 5012)

    assert list(RESULTS) == [*icp, 1999, *ip, 2998, 2999, *domains, 3998, 3999, *general, 5999]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_wire_says_it_in_chinese_whatever_the_language_of_the_page(language):
    with translation.override(language):
        assert official(MsgCode.NOT_DECRYPTED.label) == "解密失败"
        assert official(RESULTS[1039]) == "域名已报备"


def test_a_page_says_it_in_its_own_language(english):
    assert str(RESULTS[3013]) == "Registrant: format of the e-mail address"
    with translation.override("zh-hans"):
        assert str(RESULTS[3013]) == "注册人邮件格式"


def test_the_named_results_are_those_of_the_document():
    named = (NOT_VALID, NO_ATTRIBUTE, OTHER_REPORTER, WRONG_VERSION, ILLEGAL_CHARACTERS, NOT_OPEN, OTHER_FAULT)

    assert [official(RESULTS[code]) for code in named] == [
        "不符合XSD",
        "属性不存在",
        "Qqdwid与报备单位不一致",
        "版本错",
        "非法字符",
        "功能未开放",
        "其他",
    ]


def test_a_refusal_names_its_code():
    assert str(CallRefused(MsgCode.WRONG_HASH)) == "msg_code 7 (WRONG_HASH)"
