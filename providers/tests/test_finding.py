"""“Who hosts my website?”: by address, by name; for what can't be looked up, a hint."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from icp_portal.tests.builders import provider
from icp_portal.tests.languages.test_messages import english
from ministry.reference.lookups import understand
from providers.finding import MOST_FOUND, ProviderSearchKind, find
from providers.models import IpRange

pytestmark = pytest.mark.django_db


def owning(*ranges: tuple[str, str], **fields: object):
    made = provider(**fields)
    IpRange.objects.bulk_create(IpRange(provider=made, start=start, end=end) for start, end in ranges)
    return made


@pytest.fixture
def pools():
    return {
        "low": owning(("8.8.8.0", "8.8.8.255"), ("2400::", "2400::ffff")),
        "high": owning(("8.8.9.1", "8.8.9.1")),
    }


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        ("8.8.8.0", "low"),
        ("8.8.8.255", "low"),
        ("8.8.9.1", "high"),
        ("8.8.7.255", None),
        ("8.8.9.0", None),
        ("8.8.9.2", None),
        ("223.8.8.8", None),
        ("2400::", "low"),
        ("2400:0:0:0:0:0:0:ffff", "low"),
        ("2400::1:0", None),
        (" 8．8．8．8 ", "low"),
        ("http://8.8.8.8:8080/index.html?x=1", "low"),
        ("8.8.8.8:443", "low"),
        ("http://[2400::1]:80/", "low"),
    ],
)
def test_an_address_leads_to_the_one_provider_that_owns_it(pools, typed, owner):
    found = find(typed)

    assert (found.asked, found.providers) == (ProviderSearchKind.ADDRESS, [pools[owner]] if owner else [])


def test_a_provider_that_is_gone_is_not_found():
    owning(("8.8.8.8", "8.8.8.8"), is_active=False, name="停业接入")

    assert find("8.8.8.8").providers == []
    assert find("停业").providers == []


@pytest.mark.parametrize("typed", ["192.168.1.1", "1.2.3", "1.2.3.999", "fe80::1", "a:b:c:d", "x\x00y", "字" * 256])
def test_what_is_no_public_address_is_refused_with_words(typed):
    found = find(typed)

    assert (found.asked, found.providers, bool(found.refusal)) == (ProviderSearchKind.REFUSED, [], True)


@pytest.mark.usefixtures("english")
def test_a_mistyped_address_is_refused_with_the_form_of_one_address():
    """Not of a range, which the search would refuse next."""
    words = "1.2.3.256 is not an IP address. Write it like 1.2.3.4."

    assert find("1.2.3.256").refusal == words
    with pytest.raises(ValidationError) as refusal:
        understand("1.2.3.256")
    assert refusal.value.messages == [words]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("typed", ["192.31.196.0/28", "192.31.196.0-192.31.196.9", "192.31.196.0 / 24"])
def test_of_several_addresses_one_is_asked_for(typed):
    """A provider was named for the first of them, as if it served all."""
    owning(("192.31.196.0", "192.31.196.0"))

    words = "These are several IP addresses. Enter one of them, such as 192.31.196.0."
    assert (find(typed).refusal, find(typed).providers) == (words, [])


@pytest.mark.parametrize("typed", ["example.cn", "www.example.com.cn", "https://示例.中国/index.html", "EXAMPLE.cn."])
def test_a_domain_is_not_looked_up_but_answered_with_the_way_to_its_address(client, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find(typed).asked == ProviderSearchKind.DOMAIN
    page = client.get("/navigation/find/", {"q": typed}).content.decode()
    assert "nslookup" in page


def test_a_name_is_found_by_words_in_any_order_and_nothing_in_it_is_a_pattern():
    mine = provider(name="南山（示例）云网有限公司")
    provider(name="北山数据有限公司")

    assert find("云网 南山").providers == [mine]
    assert find("南山(示例)").providers == [mine]
    for pattern in ("%", "_", "南%司", "\\", "'", "( )"):
        assert find(pattern).providers == []


def test_at_most_so_many_are_found_and_the_page_says_that_there_are_more(client, django_assert_num_queries):
    for number in range(MOST_FOUND + 1):
        provider(name=f"共名{number:03d}")

    with django_assert_num_queries(1):
        found = find("共名")
    assert (len(found.providers), found.more) == (MOST_FOUND, True)
    with django_assert_num_queries(1):
        assert client.get("/navigation/find/", {"q": "共名"}).context["found"].more


PATHS = (
    "",
    "?q=",
    "?q=8.8.8.8",
    "?q=8.8.4.4",
    "?q=192.168.0.1",
    "?q=example.cn",
    "?q=%E7%A4%BA%E4%BE%8B",
    "?q=nobody",
    "?q=%E6%B2%A1%E6%9C%89",
    "?q=<script>alert(1)</script>",
    "?q=%ED%A0%80",
    "?q=%5B::",
    "?q=http://[/",
    "?q=%25%25%25",
    "?q=a&q=b",
    "?q=" + "9" * 5000,
)


@pytest.mark.parametrize("query", PATHS)
def test_every_answer_is_a_page_without_english_and_with_a_way_on(client, query):
    owning(("8.8.8.8", "8.8.8.8"))
    response = client.get(f"/navigation/find/{query}", headers={"accept-language": "zh-CN"})
    page = response.content.decode()

    assert (response.status_code, english(page)) == (200, [])
    assert "<script>alert" not in page
    for way in ("/navigation/", "/guide/", "/guide/questions/access-provider/"):
        assert f'href="{way}"' in page


def test_a_provider_that_takes_no_new_filings_is_found_without_a_button(client):
    full = owning(("8.8.8.8", "8.8.8.8"), accepts_new=False)

    page = client.get("/navigation/find/", {"q": "8.8.8.8"}).content.decode()

    assert full.name in page
    assert f"/providers/{full.slug}/start/" not in page


def test_somebody_who_searches_without_end_is_asked_to_wait(client):
    *answers, refused = [client.get("/navigation/find/", {"q": "示例<云>"}) for _n in range(61)]

    assert ({answer.status_code for answer in answers}, refused.status_code) == ({200}, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    for told in ("60", 'action="/navigation/find/"', 'value="示例&lt;云&gt;"'):
        assert told in refused.content.decode()
    assert client.get("/navigation/find/").status_code == 200
    step = "charge=no&reach=ip&number=no&nature=4&province=110000"
    guide = client.get(f"/guide/?{step}&q=x")
    assert (guide.status_code, 0 < int(guide["Retry-After"]) <= 60) == (429, True)
    for told in ('action="/guide/"', '<input type="hidden" name="province" value="110000">', 'value="x"'):
        assert told in guide.content.decode()
    assert client.get(f"/guide/?{step}").status_code == 200


@pytest.mark.parametrize("page", ["/", "/navigation/", "/navigation/beijing/", "/guide/questions/access-provider/"])
def test_the_search_is_linked(client, page):
    assert 'href="/navigation/find/"' in client.get(page).content.decode()


class AnyText(TestCase):
    @given(st.text(max_size=80) | st.text(alphabet="0123456789.:/[]-%abc \u200b示", max_size=40))
    def test_is_answered(self, typed):
        assert find(typed).asked in ProviderSearchKind
