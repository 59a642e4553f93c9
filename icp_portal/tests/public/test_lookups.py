"""Look-ups by pasted text at the search boxes of the public, bureaus and providers: a record, or a reason."""

from contextlib import suppress

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from icp_portal.tests import page_parts
from icp_portal.tests.builders import Case, on_record, provider, reviewer_user, sign_in, staff_user, user_of
from ministry.models import Website
from ministry.reference.lookups import understand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

# Records of one register: name → number in an earlier system ("" for none), domain
RECORDS = {
    "shop": ("", "example.cn"),
    "chinese": ("", "xn--fsqu00a.xn--fiqs8s"),  # 例子.中国
    "second_level": ("", "example.com.cn"),
    "address": ("", "192.31.196.7"),
    "address6": ("", "2620:4f:8000::1"),
    "old": ("京ICP备05000001号-1", "old.cn"),
    "licence": ("京ICP证040001号-1", "licence.cn"),
    "telecom": ("京B2-20090001-3", "telecom.cn"),
}
NAME = "示例（北京）网络有限公司"  # of the shop's host

UNDERSTOOD = {
    # web addresses
    "example.cn": "shop",
    "https://example.cn": "shop",
    "http://www.example.cn/": "shop",
    "HTTPS://WWW.EXAMPLE.CN/Index.html": "shop",
    "https://user:secret@www.example.cn:8443/a/b?c=d#e": "shop",
    "www.example.cn": "shop",
    "blog.shop.example.cn": "shop",
    "example.cn.": "shop",
    "example.cn:8080": "shop",
    "example.cn/path with blanks": "shop",
    "//example.cn/": "shop",
    "http:/example.cn": "shop",
    "https//example.cn/": "shop",
    "http:\\\\example.cn\\": "shop",
    "view-source:https://example.cn/": "shop",
    "ftp://ftp.example.cn/": "shop",
    "https://www.example.cn/?url=https://licence.cn/": "shop",
    "info@example.cn": "shop",
    "mailto:info@mail.example.cn": "shop",
    "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｎ": "shop",
    "ｈｔｔｐ：／／ｅｘａｍｐｌｅ．ｃｎ／": "shop",
    "www。example。cn": "shop",
    "网址：https://www.example.cn/，": "shop",
    "“example.cn”": "shop",
    "<https://example.cn>": "shop",
    "\ufeffexample\u200b.cn\n": "shop",
    "*.example.cn": "shop",
    "www.example.com.cn": "second_level",
    # Chinese domains
    "例子.中国": "chinese",
    "http://www.例子.中国/首页": "chinese",
    "例子。中国": "chinese",
    "XN--FSQU00A.XN--FIQS8S": "chinese",
    # IP addresses
    "192.31.196.7": "address",
    "http://192.31.196.7:8080/index.html": "address",
    "１９２．３１．１９６．７": "address",
    "[2620:4f:8000::1]:443": "address6",
    "http://[2620:004F:8000:0::1]/": "address6",
    # numbers in a text
    "备案号：京ICP备05000001号-1": "old",
    "© 2005 某公司 京ICP备05000001号-1 京公网安备11010802000001号": "old",
    '<a href="https://beian.miit.gov.cn/">京ICP证040001号-1</a>': "licence",
    "增值电信业务经营许可证：京B2-20090001": "telecom",
    "京ICP备05000001号-1 - 2005 某公司": "old",
    "某公司 京ICP备05000001号 - 010-88888888": "old",
    "京ICP证990001号 京ICP备05000001号": "old",  # a licence beside the filing number
    # names
    NAME: "shop",
    f" {NAME.replace('（', '(').replace('）', ')')} ": "shop",
}
REFUSED = {
    "!!!": "Enter a filing number",
    "\u200b\u200d": "Enter a filing number",
    "http://": "Enter a filing number, a domain",
    "http://localhost/": "does not end in a known suffix",
    "www.example.invalid": "does not end in a known suffix",
    ".com.cn": "is only a suffix",
    "example..cn": "is not a domain",
    "10.0.0.1": "not public",
    "http://127.0.0.1:8000/": "not public",
    "1.2.3.4.5": "not an IP address",
    "[::1]": "not public",
    "京ICP备050001号 京ICP备05000001号": "several filing numbers",
    "京ICP备202600001号": "not a filing number",
    "京ICP备05000001号-1234567": "not a filing number",
    "京ICP备05000001号-0": "not a filing number",
    "备案号：京ICP备05000001-0号": "not a filing number",
    "05000001": "such as 京ICP备05000001号 for Beijing",
    "2026000001号-1": "such as 京ICP备2026000001号-1 for Beijing",
    "ICP备05000001号": "such as 京ICP备05000001号 for Beijing",
    "ＩＣＰ证 040001": "such as 京ICP证040001号 for Beijing",
    "B2-20090001": "such as 京B2-20090001 for Beijing",
    "0500001": "not a filing number",
    "192.31.196.0/24": "several IP addresses. Enter one of them, such as 192.31.196.0.",
    "192.31.196.0 / 24": "several IP addresses",
    "192.31.196.1-192.31.196.9": "several IP addresses. Enter one of them, such as 192.31.196.1.",
    "2620:4f:8000::/48": "several IP addresses. Enter one of them, such as 2620:4f:8000::.",
    "10.0.0.0/8": "not public",
    "合字B2-20090001": "licence number",
    "京公网安备11010802000001号": "police filing number",
    "例" * 256: "at most 255",
}


@pytest.fixture
def records() -> dict[str, Website]:
    access_provider = provider()
    found = {
        name: on_record(access_provider, issued=issued, domain=domain, home_url=domain)
        for name, (issued, domain) in RECORDS.items()
    }
    found["shop"].subject.name = NAME
    found["shop"].subject.save(update_fields=["name"])
    return found


def test_the_public_query_finds_what_people_paste(client, records):
    for typed, wanted in UNDERSTOOD.items():
        page = client.get(reverse("query"), {"q": typed})
        found = [row["number"] for row in page.context["rows"]]
        assert (typed, found) == (typed, [records[wanted].number])
        cache.clear()


def test_the_bureau_finds_the_same(client, records):
    sign_in(client, reviewer_user())
    for typed, wanted in UNDERSTOOD.items():
        page = client.get(reverse("bureau_desk:orders"), {"q": typed})
        assert (typed, page.context["found"]) == (typed, [records[wanted].subject])


@pytest.mark.parametrize("place", ["query", "bureau_desk:orders"])
def test_what_means_nothing_gets_a_clear_answer(client, records, place):
    sign_in(client, reviewer_user())
    for typed, words in REFUSED.items():
        page = client.get(reverse(place), {"q": typed})
        assert (typed, words in page.context.get("refusal", "")) == (typed, True)
        assert page.context["refusal"] in page.content.decode().replace("&#x27;", "'")
        cache.clear()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("https://shop.unknown.cn/a", "the domain unknown.cn"),
        ("http://192.31.196.99:80/", "the IP address 192.31.196.99"),
        ("备案号：京ICP備05000009號", "the filing number 京ICP备05000009号"),
        ("某某有限公司", "the name “某某有限公司”"),
    ],
)
def test_pages_say_what_was_understood(client, typed, words):
    assert f"There is no valid filing for {words}." in client.get(reverse("query"), {"q": typed}).content.decode()
    sign_in(client, reviewer_user())
    page = client.get(reverse("bureau_desk:orders"), {"q": typed}).content.decode()
    assert f"There is no record in your province for {words}." in page


@pytest.mark.parametrize("kind", ["cancelled", "violating"])
@pytest.mark.parametrize(
    ("typed", "is_name"), [("unknown.cn", False), ("京ICP备05000009号", False), ("某某公司", True)]
)
def test_how_to_search_by_name_is_said_of_names_only(client, kind, typed, is_name):
    page = client.get(reverse("query"), {"q": typed, "kind": kind})

    (why,) = page_parts.texts(page, "//*[@class='empty']//p[1]")
    assert ("Enter 2 characters or more of an organisation’s name" in why) == is_name


def test_the_box_of_a_refused_query_is_wrong_and_names_the_reason(client):
    page = client.get(reverse("query"), {"q": "192.31.196.0/24"})
    (reason,) = page_parts.texts(page, "//input[@name='q'][@aria-invalid='true']/@aria-describedby")

    assert page_parts.texts(page, f"//*[@id='{reason}']") == [page.context["refusal"]]
    assert "aria-invalid" not in client.get(reverse("query"), {"q": "unknown.cn"}).content.decode()


@pytest.mark.parametrize("desk", ["provider", "bureau"])
def test_both_desks_understand_the_same(desk):
    case = Case().submit().verify()
    member = user_of(case.reviewer) if desk == "bureau" else staff_user(case.provider)
    client, domain = sign_in(Client(), member), case.filing.domain

    for typed in (
        f"https://user@www.{domain}:8443/a?b#c",
        f"网址：http://shop.{domain}/",
        f"\u200b{domain}.",
        f"info@{domain}",
        f"“www。{domain.replace('.', '。')}”",
    ):
        page = client.get(reverse(f"{desk}_desk:index"), {"q": typed}).content.decode()
        assert (typed, case.filing.subject_name in page) == (typed, True)
    page = client.get(reverse(f"{desk}_desk:index"), {"q": "http://10.0.0.1/"}).content.decode()
    assert "is not public" in page


@given(st.text(max_size=300))
def test_whatever_is_typed_is_understood_or_refused(typed):
    with suppress(ValidationError):
        assert understand(typed).text
