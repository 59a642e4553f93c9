"""Nobody outside an authority is called as one, and no name is an address."""

import pytest
from django.core.exceptions import ValidationError

from ministry.reference import posing, provinces


def code(check, name: str, **said: bool) -> str:
    with pytest.raises(ValidationError) as refusal:
        check(name, **said)
    return refusal.value.code


@pytest.mark.parametrize("name", [province.bureau for province in provinces.PROVINCES])
def test_nobody_is_called_as_a_bureau(name):
    assert code(posing.check_person, name) == code(posing.check_unit, name) == "authority"


@pytest.mark.parametrize(
    "name",
    [
        "北京市通信管理局",
        "北京市 通 信 管 理 局",
        "北京市通信·管理局",
        "通信管理局（北京）",
        "通訊管理局",
        "工業和信息化部",
        "備案·管理 系統",
        "工业和信息化部",
        "⼯业和信息化部",  # a radical for the first character
        "工信部备案处",
        "ＭＩＩＴ",
        "M.I.I.T",
        "ICP备案管理系统",
        "Beijing Communications Administration",
    ],
)
def test_no_person_and_no_unit_is_called_as_an_authority(name):
    assert code(posing.check_person, name) == code(posing.check_unit, name) == "authority"


@pytest.mark.parametrize("name", ["管局", "审核系统", "System", "官方客服", "某市公安局", "網信辦", "管理處"])
def test_no_person_is_called_as_an_office(name):
    assert code(posing.check_person, name) == "authority"


@pytest.mark.parametrize("name", ["张三", "欧阳·娜娜", "Anna-Maria O'Neill", "关局", "J. R. Tolkien", "李系"])
def test_names_of_people_are_taken(name):
    assert posing.check_person(name) == name


@pytest.mark.parametrize(
    "name", ["某某市市场监督管理局", "示例系统集成有限公司", "示例（北京）科技有限公司", "A.B.示例公司"]
)
def test_names_of_units_are_taken(name):
    assert posing.check_unit(name) == name.replace("（", "(").replace("）", ")")


def test_who_is_of_an_authority_may_be_called_so():
    assert posing.check_person("北京市通信管理局 张三", of_authority=True) == "北京市通信管理局 张三"


@pytest.mark.parametrize("name", ["http://evil.cn", "见 www.evil.cn", "请登录evil.com", "示例.中国", "a@evil.cn"])
def test_no_name_is_an_address_of_a_page(name):
    assert code(posing.check_unit, name) == "link"
