"""Which sources of province rules are named to hosts: laws, and notices of the ministry, a bureau or the government.

A requirement that is only known from providers' public documents is shown to hosts as one of providers; only operators
see the source.
"""

import re
from typing import Final

from ministry.reference import english
from ministry.rules.english import rule_text

_ISSUERS: Final = re.compile(r"^《|^信管|通信管理局|工业和信息化部|国务院")
# "(…, see the documents of a cloud provider)"
_SEEN_AT: Final = re.compile(r"，见[^（）]*备案文档(?=）)|（见[^（）]*备案文档[^（）]*）")


def official(source: str) -> str:
    """Return an official source as hosts read it, in the language of the page; empty for other sources.

    In Chinese without where a copy of it was found.
    """
    if not _ISSUERS.search(source):
        return ""
    return _SEEN_AT.sub("", source) if english.is_chinese() else rule_text(source)
