"""Numbers of certificates: made up with their check character, or published."""

from ministry.reference.certificates import check_character_resident_id

LICENCE, RESIDENT_ID, PASSPORT, ORGANISATION = 1, 2, 7, 12
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def resident_id(region: str = "110105", born: str = "19900307", sequence: str = "123") -> str:
    body = region + born + sequence
    return body + check_character_resident_id(body)


# Credit codes that companies print in their annual reports and on their websites, and the sample of GB 32100.
PUBLISHED_CREDIT_CODES = {
    "GB 32100-2015": "91350100M000100Y43",
    "华为技术有限公司": "914403001922038216",
    "中兴通讯股份有限公司": "9144030027939873X7",
    "万科企业股份有限公司": "91440300192181490G",
    "招商银行股份有限公司": "9144030010001686XA",
    "中国平安保险(集团)股份有限公司": "91440300100012316L",
    "比亚迪股份有限公司": "91440300192317458F",
    "珠海格力电器股份有限公司": "91440400192548256N",
    "美的集团股份有限公司": "91440606722473344C",
    "杭州海康威视数字技术股份有限公司": "91330000733796106P",
    "阿里巴巴(中国)网络技术有限公司": "91330100716105852F",
    "上海汽车集团股份有限公司": "91310000132260250X",
    "北京百度网讯科技有限公司": "91110000802100433B",
    "小米科技有限责任公司": "91110108551385082Q",
    "中国石油天然气股份有限公司": "91110000710925462X",
    "中国石油化工股份有限公司": "91110000710926094P",
    "中国工商银行股份有限公司": "91100000100003962T",
    "中国银行股份有限公司": "911000001000013428",
    "中国建设银行股份有限公司": "911100001000044477",
    "中国农业银行股份有限公司": "911100001000054748",
}
