"""The 31 provinces that have a bureau: GB/T 2260 code, name, number character, bureau, server place.

Hong Kong, Macao and Taiwan are server places only; no filing numbers are issued for them.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ministry.reference import english


@dataclass(frozen=True, slots=True)
class Province:
    """A province with a bureau.

    ``code`` is the six-digit GB/T 2260 code, ``char`` the first character of its filing numbers,
    ``slug`` its name in URLs, ``placement_id`` its official id as a server place.
    """

    code: str
    name: str
    char: str
    bureau: str
    slug: str
    placement_id: int

    def __str__(self) -> str:
        return english.named(self.name)

    @property
    def shown_bureau(self) -> str:
        """Return the name of its bureau as the current language shows it."""
        if english.named(self.name) == self.name:
            return self.bureau
        return _("%(province)s Communications Administration") % {"province": self}


PROVINCES = (
    Province("110000", "北京", "京", "北京市通信管理局", "beijing", 2),
    Province("120000", "天津", "津", "天津市通信管理局", "tianjin", 29),
    Province("130000", "河北", "冀", "河北省通信管理局", "hebei", 11),
    Province("140000", "山西", "晋", "山西省通信管理局", "shanxi", 28),
    Province("150000", "内蒙古", "蒙", "内蒙古自治区通信管理局", "neimenggu", 21),
    Province("210000", "辽宁", "辽", "辽宁省通信管理局", "liaoning", 19),
    Province("220000", "吉林", "吉", "吉林省通信管理局", "jilin", 16),
    Province("230000", "黑龙江", "黑", "黑龙江省通信管理局", "heilongjiang", 14),
    Province("310000", "上海", "沪", "上海市通信管理局", "shanghai", 26),
    Province("320000", "江苏", "苏", "江苏省通信管理局", "jiangsu", 17),
    Province("330000", "浙江", "浙", "浙江省通信管理局", "zhejiang", 34),
    Province("340000", "安徽", "皖", "安徽省通信管理局", "anhui", 1),
    Province("350000", "福建", "闽", "福建省通信管理局", "fujian", 4),
    Province("360000", "江西", "赣", "江西省通信管理局", "jiangxi", 18),
    Province("370000", "山东", "鲁", "山东省通信管理局", "shandong", 25),
    Province("410000", "河南", "豫", "河南省通信管理局", "henan", 9),
    Province("420000", "湖北", "鄂", "湖北省通信管理局", "hubei", 10),
    Province("430000", "湖南", "湘", "湖南省通信管理局", "hunan", 15),
    Province("440000", "广东", "粤", "广东省通信管理局", "guangdong", 5),
    Province("450000", "广西", "桂", "广西壮族自治区通信管理局", "guangxi", 7),
    Province("460000", "海南", "琼", "海南省通信管理局", "hainan", 12),
    Province("500000", "重庆", "渝", "重庆市通信管理局", "chongqing", 3),
    Province("510000", "四川", "蜀", "四川省通信管理局", "sichuan", 24),
    Province("520000", "贵州", "黔", "贵州省通信管理局", "guizhou", 8),
    Province("530000", "云南", "滇", "云南省通信管理局", "yunnan", 33),
    Province("540000", "西藏", "藏", "西藏自治区通信管理局", "xizang", 32),
    Province("610000", "陕西", "陕", "陕西省通信管理局", "shaanxi", 27),
    Province("620000", "甘肃", "陇", "甘肃省通信管理局", "gansu", 6),
    Province("630000", "青海", "青", "青海省通信管理局", "qinghai", 23),
    Province("640000", "宁夏", "宁", "宁夏回族自治区通信管理局", "ningxia", 22),
    Province("650000", "新疆", "新", "新疆维吾尔自治区通信管理局", "xinjiang", 31),
)

# Server places without a bureau: official placement id and name.
PLACES_WITHOUT_BUREAU = ((13, "香港"), (20, "澳门"), (30, "台湾"))

# Found in old lists; accepted on input, never issued.
ALTERNATE_CHARS = {"川": "蜀", "贵": "黔", "云": "滇", "甘": "陇"}

CHOICES = tuple((province.code, english.label(province.name)) for province in PROVINCES)

_BY_CODE = {province.code: province for province in PROVINCES}
_BY_CHAR = {province.char: province for province in PROVINCES}


def by_code(code: str) -> Province:
    """Return the province of a GB/T 2260 code such as ``"110000"``; raise KeyError for any other text."""
    return _BY_CODE[code]


def by_char(char: str) -> Province:
    """Return the province of a number's first character, alternates included; raise KeyError otherwise."""
    return _BY_CHAR[ALTERNATE_CHARS.get(char, char)]
