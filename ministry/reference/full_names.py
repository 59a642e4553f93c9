"""Check the name of a host or a responsible person, which is the one on the certificate.

A host's name is no number, domain or website name; a person's name is the real one, not 王先生
(《网站备案信息填报规范性与真实性的有关要求》). The lists of titles are our own choice.
"""

import re
import unicodedata
from typing import Final

from ministry.reference import naming
from ministry.reference.typed_text import bare, is_letter

# At the end of a name, in brackets or after a space too; the longer of two that end alike comes first.
_TITLES: Final = (
    *("先生", "女士", "小姐", "太太", "夫人", "师傅", "老师", "老板"),
    *(
        "总经理",
        "经理",
        "总监",
        "总裁",
        "董事长",
        "董事",
        "主任",
        "主管",
        "处长",
        "科长",
        "局长",
        "所长",
        "院长",
        "校长",
        "厂长",
    ),
    *("店长", "会长", "部长", "站长", "秘书长", "书记", "法人代表", "法定代表人", "法人", "负责人", "联系人", "管理员"),
)
_ENGLISH: Final = re.compile(r"(?:mr|mrs|ms|miss)[. ].+", re.IGNORECASE)
# 张总 is probably a title, but such a name is possible.
_SHORT_TITLES: Final = ("总", "董", "工")


def is_number(name: str) -> bool:
    """Return whether a name has digits and no letter at all."""
    plain = [*filter(is_letter, unicodedata.normalize("NFKD", name))]
    return bool(plain) and all(char.isdigit() for char in plain)


def is_address(name: str) -> bool:
    """Return whether a name is a domain, a web address or an e-mail address."""
    return naming.is_domain(name.strip()) or "@" in name


def title_in(name: str) -> str:
    """Return the title at the end of a person's name (or before a foreign one); empty when there is none."""
    plain = bare(name)
    if _ENGLISH.fullmatch(name.strip()):
        return name.split(maxsplit=1)[0]
    return next((title for title in _TITLES if plain.endswith(title)), "")


def may_be_title(name: str) -> bool:
    """Return whether a name is one character and a word by which people are called at work, such as 张总."""
    plain = bare(name)
    return len(plain) == 2 and plain.endswith(_SHORT_TITLES)
