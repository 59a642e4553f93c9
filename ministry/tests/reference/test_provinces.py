import pytest

from ministry.reference import provinces


def test_there_are_31_provinces_each_with_its_own_code_character_bureau_and_slug():
    for field in ("code", "name", "char", "bureau", "slug", "placement_id"):
        assert len({getattr(province, field) for province in provinces.PROVINCES}) == 31


@pytest.mark.parametrize("province", provinces.PROVINCES, ids=lambda province: province.slug)
def test_a_province_is_found_by_its_code_and_by_its_character(province):
    assert provinces.by_code(province.code) is province
    assert provinces.by_char(province.char) is province
    assert province.bureau.startswith(province.name)
    assert province.bureau.endswith("通信管理局")


@pytest.mark.parametrize(("alternate", "name"), [("川", "四川"), ("贵", "贵州"), ("云", "云南"), ("甘", "甘肃")])
def test_an_alternate_character_is_read(alternate, name):
    province = provinces.by_char(alternate)

    assert province.name == name
    assert province.char != alternate


@pytest.mark.parametrize(
    ("code", "bureau"),
    [
        ("110000", "北京市通信管理局"),
        ("150000", "内蒙古自治区通信管理局"),
        ("450000", "广西壮族自治区通信管理局"),
        ("640000", "宁夏回族自治区通信管理局"),
        ("650000", "新疆维吾尔自治区通信管理局"),
    ],
)
def test_a_bureau_has_its_full_name(code, bureau):
    assert provinces.by_code(code).bureau == bureau


@pytest.mark.parametrize("code", ["", "810000", "11", "\0"])
def test_an_unknown_code_is_a_key_error(code):
    with pytest.raises(KeyError):
        provinces.by_code(code)


@pytest.mark.parametrize("char", ["", "港", "深", "京京"])
def test_an_unknown_character_is_a_key_error(char):
    with pytest.raises(KeyError):
        provinces.by_char(char)


@pytest.mark.usefixtures("chinese")
def test_choices_follow_the_order_of_the_codes():
    codes = [code for code, _name in provinces.CHOICES]

    assert codes == sorted(codes)
    assert provinces.CHOICES[0] == ("110000", "北京")
