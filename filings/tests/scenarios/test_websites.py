"""Websites: contents and their approvals, names, domains, home pages, addresses."""

import pytest

from filings.tests.scenarios.rows import (
    DOMAIN,
    HOME,
    INDIVIDUAL,
    NAME,
    TWO_WEBSITES,
    WEBSITE,
    Row,
    Typed,
    block,
    examine,
    rows,
    warn,
)
from icp_portal.tests.builders import Case
from ministry.reference import code_tables

pytestmark = pytest.mark.django_db

CONTENTS, APPROVALS, ADDRESSES = f"{WEBSITE}.services", f"{WEBSITE}.approvals", f"{WEBSITE}.access.ip_ranges"

# --- Websites -------------------------------------------------------------------------------------------


def content(number: int) -> Typed:
    return {CONTENTS: [number], f"{WEBSITE}.remark": "展示本单位的作品"}


def named(name: str) -> Typed:
    return {NAME: name}


def on(domain: str) -> Typed:
    return {DOMAIN: domain, HOME: f"www.{domain}"}


NEWS, SHOPPING, PAYING, EDUCATION, BLOG = 5, 9, 10, 3, 6
PLEDGE = f"{WEBSITE}.papers.no_approval_pledge"
NUMBER_OF_NEWS, PAPER_OF_NEWS = f"{WEBSITE}.approval_numbers.1", f"{WEBSITE}.papers.approval.1.1"


@rows(
    Row("an individual has a portal of a unit", content(8), (block("P302", CONTENTS),), place="广东", good=INDIVIDUAL),
    Row("an individual has a shop", content(SHOPPING), (warn("P302", CONTENTS),), place="广东", good=INDIVIDUAL),
    Row("an individual's blog in Beijing", content(BLOG), (block("P302", CONTENTS),), good=INDIVIDUAL),
    Row("an individual's blog in Guangdong", content(BLOG), place="广东", good=INDIVIDUAL),
    Row("an individual's blog in Shaanxi", content(BLOG), (block("P303", APPROVALS),), place="陕西", good=INDIVIDUAL),
    Row(
        "other contents without a remark",
        {CONTENTS: [code_tables.SERVICE_OTHER]},
        (block("P305", f"{WEBSITE}.remark"),),
    ),
    Row("news without the approval", content(NEWS), (block("P303", APPROVALS),)),
    Row(
        "news with the approval ticked, without number and paper",
        {**content(NEWS), APPROVALS: [1]},
        (block("P303", NUMBER_OF_NEWS), block("P303", PAPER_OF_NEWS)),
    ),
    Row(
        "news with the approval",
        {**content(NEWS), APPROVALS: [1], NUMBER_OF_NEWS: "11120260001"},
        pictures=(PAPER_OF_NEWS,),
    ),
    Row("payments without approval or pledge", content(PAYING), (block("P303", APPROVALS),)),
    Row("payments with the pledge", content(PAYING), pictures=(PLEDGE,)),
    Row("education, whose approval has been abolished", {APPROVALS: [EDUCATION]}, (warn("P503", PLEDGE),)),
    Row("no such approval", {APPROVALS: [99]}, (block("1033", APPROVALS),)),
    Row("no such contents", {CONTENTS: [99]}, (block("1034", CONTENTS),)),
    Row("no such language", {f"{WEBSITE}.languages": [99]}, (block("1066", f"{WEBSITE}.languages"),)),
    Row("no such way of access", {f"{WEBSITE}.access.ways": [99]}, (block("1035", f"{WEBSITE}.access.ways"),)),
    Row("no such place", {f"{WEBSITE}.access.places": [99]}, (block("1036", f"{WEBSITE}.access.places"),)),
)
def test_contents(row: Row) -> None:
    examine(row)


@rows(
    Row("a forbidden word", named("示例维权服务网"), (block("P301", NAME),)),
    Row("a forbidden word in traditional writing", named("示例維權服務網"), (block("P301", NAME),)),
    Row("a forbidden word with a space in it", named("示例维 权服务网"), (block("P301", NAME),)),
    Row("a forbidden word with a full-width hyphen in it", named("示例赌－博资讯网"), (block("P301", NAME),)),
    Row("a word that needs an approval in full width", named("示例Ｐ２Ｐ资讯网"), (warn("P303", NAME),)),
    Row("a name of the state", named("中国示例网"), (block("P301", NAME),)),
    Row("a name of the state in traditional writing", named("中國示例網"), (block("P301", NAME),)),
    Row(
        "a name of the state that the certificate bears",
        {**named("中国示例网"), "subject.name": "中国示例集团有限公司"},
        (warn("P301", NAME),),
    ),
    Row("three rare characters", named("𠮷㐀𬀩")),
    Row("one rare character and one other", named("𠮷野"), (block("P301", NAME),)),
    Row("a picture in the name", named("示例网站😀"), (block("P301", NAME),)),
    Row("full-width digits alone", named("１２３４５６"), (block("P301", NAME),)),
    Row("a placeholder", named("测试网站"), (block("P301", NAME),)),
    Row("a domain as the name", named("例子.中国"), (block("P301", NAME),)),
    Row(
        "an individual's website is named like a firm", named("示例集团的主页"), (block("P301", NAME),), good=INDIVIDUAL
    ),
)
def test_names(row: Row) -> None:
    examine(row)


@rows(
    Row("a domain with www, which is left out", {DOMAIN: "www.example.cn", HOME: "www.example.cn"}),
    Row("a suffix alone", {DOMAIN: "com.cn"}, (block("1004", DOMAIN),)),
    Row("a host below the registered domain", {DOMAIN: "shop.example.cn"}, (block("1004", DOMAIN),)),
    Row("an address where a domain is asked", {DOMAIN: "8.8.8.8"}, (block("1004", DOMAIN),)),
    Row("a company on a domain of the state", on("example.gov.cn"), (block("P203", DOMAIN),)),
    Row("a company on .公益", on("示例.公益"), (block("P203", DOMAIN),)),
    Row("a domain of another country in Beijing", on("example.jp"), (warn("P203", DOMAIN),)),
    Row("a domain of another country in Guangdong", on("example.jp"), place="广东"),
    Row("a home page of another domain", {HOME: "www.other.cn"}, (block("1041", HOME),)),
    Row("a home page that is no address", {HOME: "首页"}, (block("1022", HOME),)),
    Row("a private address", {ADDRESSES: "192.168.1.1"}, (block("1006", ADDRESSES),)),
    Row("a range that ends before it begins", {ADDRESSES: "1.2.3.9-1.2.3.4"}, (block("1006", ADDRESSES),)),
    Row(
        "an address outside the provider's pool",
        lambda case: in_pool(case, "203.0.114.0", "203.0.114.255"),
        (warn("1063", ADDRESSES),),
    ),
    Row("two websites at once in Hubei", {}, (block("P402", "websites.1.domain"),), place="湖北", good=TWO_WEBSITES),
    Row(
        "two websites on one domain",
        lambda case: {f"websites.1.{name}": case.filing.get(f"{WEBSITE}.{name}") for name in ("domain", "home_url")},
        (block("1039", "websites.1.domain"), block("1021", "websites.1.home_url")),
        good=TWO_WEBSITES,
    ),
    Row(
        "two websites of one name in Beijing",
        lambda case: {"websites.1.name": case.filing.get(NAME)},
        (block("1020", "websites.1.name"),),
        good=TWO_WEBSITES,
    ),
)
def test_domains_and_addresses(row: Row) -> None:
    examine(row)


def in_pool(case: Case, start: str, end: str) -> Typed:
    case.provider.ip_ranges.create(start=start, end=end)
    return {}
