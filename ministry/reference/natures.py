"""Tables of the natures (单位性质) that a unit's name and credit code allow.

Sources: GB 32100-2015 with its amendment of 2016 (characters 1 and 2 of the credit code: registering department and
category); the laws on the forms of units, named beside each form.
"""

import re
from dataclasses import dataclass
from typing import Final

from ministry.reference import english
from ministry.reference.code_tables import ENTERPRISE, NATURES

# Natures that say what a unit does: it may be registered by any department, for example a hospital as a company.
_BY_ACTIVITY: Final = frozenset({1, 14, 16, 17, 18, 20})


@dataclass(frozen=True, slots=True)
class Form:
    """A form of units: its official name, and the natures (official ids) that it is compatible with."""

    name: str
    natures: frozenset[int]

    @property
    def shown(self) -> str:
        """Return the name in the language of the page; the word of a host's own name stays as it is."""
        return self.name if english.is_chinese() else _ENGLISH.get(self.name, self.name)

    @property
    def expected(self) -> str:
        """Return the names of the natures to choose from, if possible without those for what a unit does."""
        wanted = self.natures - _BY_ACTIVITY or self.natures
        return english.joined(english.named(nature.name) for nature in NATURES if nature.id in wanted)


def _form(name: str, *natures: int) -> Form:
    return Form(name, frozenset(natures) | _BY_ACTIVITY)


# Characters 1 and 2 of the credit code. Categories without a nature of their own (news offices, 其他) are left out.
_REGISTERED: Final = {
    "11": _form("机关", 2, 13),
    "12": _form("事业单位", 2, 3, 13),  # also those managed like organs or as part of a people's organisation
    "13": _form("群众团体", 2, 3, 6, 13),
    "31": _form("律师执业机构", 11),
    "32": _form("公证处", 3),
    "34": _form("司法鉴定机构", 3, 9),
    "35": _form("仲裁委员会", 3),
    "41": _form("外国在华文化中心", 12),
    "51": _form("社会团体", 6, 13, 15),  # 15: associations of believers
    "52": _form("民办非企业单位", 9),
    "53": _form("基金会", 10),
    "61": _form("外国旅游部门常驻代表机构", 12),
    "71": _form("宗教活动场所", 15),
    "72": _form("宗教院校", 15),
    "81": _form("基层工会", 6, 13),
    "91": _form("企业", ENTERPRISE),
    "92": _form("个体工商户", ENTERPRISE),
    "93": _form("农民专业合作社", ENTERPRISE),
    "N1": _form("组级集体经济组织", 19),
    "N2": _form("村级集体经济组织", 19),
    "N3": _form("乡镇级集体经济组织", 19),
}
# How a name ends, the remark in brackets aside. Only forms that law reserves for one kind of unit.
_ENDINGS: Final = (
    _form("公司", ENTERPRISE),  # Company Law of 2023 Art. 3: a company is an enterprise
    _form("合伙企业", ENTERPRISE),  # Partnership Enterprise Law Art. 2
    _form("专业合作社", ENTERPRISE),  # 《市场主体登记管理条例》 of 2021 Art. 2: has a business licence
    _form("律师事务所", 11),  # Lawyers Law Art. 14
    _form("基金会", 10),  # 《基金会管理条例》 Art. 2
    Form("人民政府", frozenset({2})),
    Form("人民法院", frozenset({2})),
    Form("人民检察院", frozenset({2})),
)
# What a credit code registers, in English: translations for pages, as in ``english``
_ENGLISH: Final = {
    "机关": "state organ",
    "事业单位": "public institution",
    "群众团体": "mass organisation",
    "律师执业机构": "law firm",
    "公证处": "notary office",
    "司法鉴定机构": "forensic institution",
    "仲裁委员会": "arbitration commission",
    "外国在华文化中心": "foreign cultural centre in China",
    "社会团体": "social organisation",
    "民办非企业单位": "private non-enterprise unit",
    "基金会": "foundation",
    "外国旅游部门常驻代表机构": "representative office of a foreign tourism authority",
    "宗教活动场所": "place of religious activities",
    "宗教院校": "religious college",
    "基层工会": "trade union",
    "企业": "enterprise",
    "个体工商户": "sole trader",
    "农民专业合作社": "farmers' cooperative",
    "组级集体经济组织": "collective economic organisation of a group",
    "村级集体经济组织": "collective economic organisation of a village",
    "乡镇级集体经济组织": "collective economic organisation of a township",
}
_REMARK: Final = re.compile(r"[（(][^（）()]*[）)]\s*$")
_IN_REMARK: Final = (
    _form("有限合伙", ENTERPRISE),  # Partnership Enterprise Law Art. 15, 56, 62
    _form("普通合伙", ENTERPRISE),
    _form("个人独资", ENTERPRISE),
    _form("个体工商户", ENTERPRISE),
)


def form_registered(credit_code: str) -> Form | None:
    """Return the form that a unit with this credit code was registered as; None if the code doesn't show it."""
    return _REGISTERED.get(credit_code[:2])


def form_named(name: str) -> Form | None:
    """Return the legal form that a unit's name ends with; None if it ends with none that law reserves."""
    plain, remark = name.strip(), _REMARK.search(name)
    if remark:
        plain = plain[: remark.start()].strip()
        if found := next((form for form in _IN_REMARK if form.name in remark.group()), None):
            return found
    return next((form for form in _ENDINGS if plain.endswith(form.name)), None)
