import pytest
from django.core.exceptions import ValidationError

from ministry.reference.divisions import agree, check_division, grouped_choices, is_within, name_of, place_in
from ministry.reference.provinces import PROVINCES


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("440000", "广东省"),
        ("440300", "广东省 深圳市"),
        ("440305", "广东省 深圳市 南山区"),
        ("441900", "广东省 东莞市"),
        ("429004", "湖北省 仙桃市"),
        ("110000", "北京市"),
        ("110105", "北京市 朝阳区"),
        ("653228", "新疆维吾尔自治区 和田地区 和康县"),
        ("999999", "999999"),
        ("", ""),
        ("\0", "\0"),
    ],
)
def test_a_code_has_its_full_name(code, name):
    assert name_of(code) == name


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.slug)
def test_every_place_to_choose_in_a_province_is_accepted_there_and_given_once(province):
    codes = [code for _city, places in grouped_choices(province.code) for code, _name in places]

    assert codes
    assert len(set(codes)) == len(codes)
    assert [check_division(code, province.code) for code in codes] == codes
    assert name_of(codes[0]).startswith(province.name)


def test_a_city_comes_first_in_its_group():
    groups = dict(grouped_choices("440000"))

    assert groups["深圳市"][:2] == [("440300", "深圳市 (no county named)"), ("440303", "罗湖区")]


def test_a_city_without_counties_stands_alone_in_its_group():
    groups = dict(grouped_choices("440000"))

    assert groups["东莞市"] == [("441900", "东莞市")]
    assert groups["中山市"] == [("442000", "中山市")]


def test_counties_directly_under_a_province_stand_in_its_own_group():
    city, places = grouped_choices("420000")[-1]

    assert city == "湖北省"
    assert places == [
        ("429004", "仙桃市"),
        ("429005", "潜江市"),
        ("429006", "天门市"),
        ("429021", "神农架林区"),
    ]


def test_a_municipality_is_one_group():
    [(city, places)] = grouped_choices("110000")

    assert city == "北京市"
    assert places[:2] == [("110000", "北京市 (no county named)"), ("110101", "东城区")]
    assert len(places) == 17


@pytest.mark.parametrize("code", ["", "710000", "440300", "44", "\0"])
def test_what_is_no_province_offers_nothing(code):
    assert grouped_choices(code) == []


@pytest.mark.parametrize(
    ("code", "province", "within"),
    [
        ("440305", "440000", True),
        ("440300", "440000", True),
        ("110000", "110000", True),
        ("440000", "440000", False),
        ("440305", "110000", False),
        ("449999", "440000", False),
        ("", "440000", False),
    ],
)
def test_a_code_lies_within_a_province_or_not(code, province, within):
    assert is_within(code, province) is within


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (None, "unknown"),
        ("", "unknown"),
        ("449999", "unknown"),
        ("４４０３００", "unknown"),
        ("440300\0", "unknown"),
        ("😀", "unknown"),
        ("4" * 10_000, "unknown"),
        ("440000", "no_city"),
        ("110105", "other_province"),
    ],
)
def test_a_place_outside_the_province_is_refused(code, error):
    with pytest.raises(ValidationError) as refusal:
        check_division(code, "440000")

    assert refusal.value.code == error
    assert refusal.value.messages


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("广东省深圳市南山区科技园1号", "440305"),
        (" 中国 广东省 深圳市", "440300"),
        ("广东深圳市", "440300"),
        ("深圳市南山区", "440305"),
        ("北京市朝阳区建国路1号", "110105"),
        ("北京朝阳区建国路1号", "110105"),
        ("重庆渝中区", "500103"),
        ("昆山市示例路1号", "320583"),
        ("内蒙古呼和浩特市", "150100"),
        ("新疆维吾尔自治区示例路", "650000"),
        ("仙桃市示例路", "429004"),
        ("吉林市船营区", "220204"),
    ],
)
def test_an_address_names_the_place_it_begins_with(address, place):
    assert place_in(address) == place


@pytest.mark.parametrize(
    "address", ["", "\0", "示例路1号", "北京路12号", "河南路3号", "鼓楼区1号", "市中区", "中国（上海）自由贸易试验区"]
)
def test_an_address_that_names_no_place_for_certain_has_none(address):
    assert place_in(address) == ""


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.slug)
def test_every_place_is_read_from_its_own_full_name(province):
    for _city, places in grouped_choices(province.code):
        assert all(place_in(name_of(code)) == code for code, _name in places)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("440300", "440305", True),
        ("110000", "110105", True),
        ("429004", "420000", True),
        ("440100", "440300", False),
        ("440305", "440306", False),
        ("440000", "110000", False),
    ],
)
def test_places_agree_when_one_is_inside_the_other(one, other, same):
    assert agree(one, other) is agree(other, one) is same
