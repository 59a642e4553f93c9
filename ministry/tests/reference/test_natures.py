"""Tests of the natures that a unit's name and credit code allow."""

import pytest
from django.utils import translation

from ministry.reference import certificates, code_tables, natures


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("北京示例科技有限公司", "公司"),
        ("示例股份有限公司上海分公司", "公司"),
        ("示例公司（集团）", "公司"),
        ("示例投资中心（有限合伙）", "有限合伙"),
        ("示例会计师事务所(特殊普通合伙)", "普通合伙"),
        ("张三（个体工商户）", "个体工商户"),
        ("北京示例律师事务所", "律师事务所"),
        ("示例基金会", "基金会"),
        ("示例县人民法院", "人民法院"),
    ],
)
def test_a_legal_form_is_read_from_the_end_of_a_name(name, form):
    assert natures.form_named(name).name == form


@pytest.mark.parametrize("name", ["", "()", "张三", "示例研究院", "公司法学会", "示例公司工会委员会", "人民政府招待所"])
def test_a_name_without_a_reserved_ending_says_no_form(name):
    assert natures.form_named(name) is None


@pytest.mark.parametrize(
    ("begin", "official", "said", "expected"),
    [
        ("91", "企业", "enterprise", "Enterprise"),
        ("12", "事业单位", "public institution", "Government body, Public institution, Mass organisation"),
        ("31", "律师执业机构", "law firm", "Law firm"),
    ],
)
def test_the_first_two_characters_of_a_code_say_the_form(begin, official, said, expected):
    form = natures.form_registered(f"{begin}110105MA0012345X")

    assert (form.name, form.shown, form.expected) == (official, said, expected)
    with translation.override("zh-hans"):
        assert form.shown == official


def test_every_form_of_a_code_has_one_english_name_and_no_other_has():
    assert {form.name for form in natures._REGISTERED.values()} == set(natures._ENGLISH)


@pytest.mark.parametrize("code", ["", "19", "54110105MA0012345X", "Y1110105MA0012345X"])
def test_other_categories_say_nothing(code):
    assert natures.form_registered(code) is None


def test_every_nature_but_a_persons_is_compatible_with_some_code():
    known = {row.id for row in code_tables.NATURES}
    allowed = set().union(*(form.natures for form in natures._REGISTERED.values()))

    assert allowed == known - {code_tables.PERSON}


@pytest.mark.parametrize(
    ("cert_type", "number", "code"),
    [
        (1, " 91350100M000100Y43 ", "91350100M000100Y43"),
        (12, "91350100m000100y43", "91350100M000100Y43"),
        (1, "110108000000016", ""),
        (12, "D2143569-X", ""),
        (2, "11010519491231002X", ""),
        (1, "91350100M000100Y44", ""),
        (999, "91350100M000100Y43", ""),
    ],
)
def test_a_credit_code_is_told_from_other_numbers(cert_type, number, code):
    assert certificates.credit_code(cert_type, number) == code
