"""The public pages of announcements: when they are shown, in which language, page by page, and what they cost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bureaus.announcements import publishing
from bureaus.models import BureauAnnouncement
from bureaus.tests.announcements.announced import NEW, PLACES, day, read, typed, where
from desks.paging import PAGE_SIZE
from icp_portal.tests import markup
from icp_portal.tests.builders import GUANGDONG, announcement, chief, client_of
from icp_portal.tests.visitors import assert_strict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

LIST = "/bureaus/beijing/announcements/"


def before(days: int, **changes: object) -> BureauAnnouncement:
    """An announcement published some days ago."""
    with time_machine.travel(timezone.now() - timedelta(days=days)):
        return announcement(**({"starts_on": day(0)} | changes))


@pytest.mark.parametrize(
    ("age", "first", "last", "shown"),
    [(0, 0, None, True), (0, 0, 0, True), (9, 0, 9, True), (9, 9, 9, True), (0, 1, 9, False), (9, 0, 8, False)],
)
def test_it_is_listed_from_the_first_to_the_last_day(age, first, last, shown):
    with time_machine.travel(timezone.now() - timedelta(days=age)):
        announcement(starts_on=day(first), ends_on=None if last is None else day(last))

    assert where("系统升级") == (list(PLACES) if shown else [])


def test_before_its_first_day_nobody_knows_of_it():
    made = announcement(starts_on=day(1))

    assert where("系统升级") == []
    read(made.get_absolute_url(), status=404)
    publishing.withdraw(chief(), made.pk, "误发。", version=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        read(made.get_absolute_url(), status=404)
        assert where("系统升级") == []


def test_after_its_last_day_its_page_says_that_it_is_over():
    made = before(9, ends_on=day(-2))

    page = read(made.get_absolute_url(), english=True)

    ended = day(-2)
    assert f"This announcement ended on {ended.day} {ended:%B %Y}." in page
    assert "本周六升级。" in page


def test_english_readers_get_the_english_version_or_marked_chinese():
    chinese = announcement(title="只有中文")
    both = announcement(title="两种语言", title_en="In English", text_en="The system is upgraded.")

    for url in PLACES[:3]:
        page = read(url, english=True)
        assert re.search(r'<a href="[^"]*" lang="zh-Hans">只有中文</a>', page)
        assert re.search(r'<a href="[^"]*">In English</a>', page)
        assert "两种语言" not in page
    page = read(chinese.get_absolute_url(), english=True)
    assert '<h1 lang="zh-Hans">只有中文</h1>' in page
    assert re.search(r'<div class="announcement measure" lang="zh-Hans"><p>本周六升级。</p></div>', page)
    page = read(both.get_absolute_url(), english=True)
    assert ("<h1>In English</h1>" in page, "<p>The system is upgraded.</p>" in page) == (True, True)
    assert 'lang="zh-Hans"' not in page
    assert ('lang="zh-Hans"' in read(both.get_absolute_url()), "In English" in read(both.get_absolute_url())) == (
        False,
        False,
    )


@pytest.mark.parametrize(
    "url",
    [
        "/bureaus/atlantis/announcements/",
        "/bureaus/BEIJING/announcements/",
        "/bureaus/atlantis/announcements.atom",
        "/bureaus/atlantis/announcements/{slug}/",
        "/bureaus/guangdong/announcements/{slug}/",
        "/bureaus/beijing/announcements/{slug}0/",
        "/bureaus/beijing/announcements/0{slug}/",
        "/bureaus/beijing/announcements/1/",
    ],
)
def test_other_addresses_are_not_found(url):
    made = announcement()

    read(url.format(slug=made.slug), status=404)


def test_each_bureau_lists_its_own():
    announcement(title="北京的")
    announcement(chief(GUANGDONG), title="广东的")

    assert ("北京的" in read(LIST), "广东的" in read(LIST)) == (True, False)
    assert all(title in read("/bureaus/") for title in ("北京的", "广东的", "广东省通信管理局"))


def test_the_list_comes_in_pages_newest_first():
    for number in range(PAGE_SIZE + 2):
        before(PAGE_SIZE + 2 - number, title=f"第{number:02}号")

    first = Client().get(LIST)
    second = Client().get(f"{LIST}?after={first.context['page'].next_cursor}")

    titles = [made.title for page in (first, second) for made in page.context["page"].rows]
    assert titles == [f"第{number:02}号" for number in reversed(range(PAGE_SIZE + 2))]
    assert (len(first.context["page"].rows), second.context["page"].next_cursor) == (PAGE_SIZE, "")
    assert 'rel="next"' in first.content.decode()
    assert [made.title for made in Client().get("/bureaus/beijing/").context["announcements"]] == titles[:3]
    assert [markup.faults(page) for page in (first, second)] == [[], []]


@pytest.mark.parametrize("cursor", ["x", "x:y:z", "%00", "9" * 5000])
def test_a_spoilt_cursor_is_the_first_page_or_refused(cursor):
    announcement()

    answer = Client().get(f"{LIST}?after={cursor}")

    assert answer.status_code == (400 if cursor == "%00" else 200)


def test_pages_cost_the_same_however_much_they_show(django_assert_num_queries):
    made = announcement()
    urls = {"/bureaus/": 2, LIST: 1, made.get_absolute_url(): 1, PLACES[3]: 1, "/bureaus/announcements.atom": 1}
    few = {url: queries(django_assert_num_queries, url, cost) for url, cost in urls.items()}
    for number in range(30):
        announcement(title=f"第{number}号", ends_on=day(9))

    assert {url: queries(django_assert_num_queries, url, cost) for url, cost in urls.items()} == few


def queries(counting, url: str, cost: int) -> int:
    with counting(cost):
        return Client().get(url).status_code


def test_a_corrected_one_costs_a_query_more_however_often(django_assert_num_queries):
    made, head = announcement(), chief()
    for version in range(1, 6):
        content = publishing.content_of(BureauAnnouncement.objects.get()) | {"text": f"第{version}次"}
        publishing.correct(head, made.pk, content, version=version)

    with django_assert_num_queries(2):
        page = Client().get(made.get_absolute_url())
    assert [earlier.number for earlier, _at in page.context["earlier"]] == [5, 4, 3, 2, 1]


def test_pages_are_whole_and_strict_and_their_heads_link_the_feed():
    empty = Client().get(LIST)
    made = announcement(text="见 https://example.cn/a?b=1&c=2。", ends_on=day(9))
    publishing.correct(chief(), made.pk, publishing.content_of(made) | {"text": "更正。"}, version=1)
    pages = {url: Client().get(url) for url in (*PLACES[:3], made.get_absolute_url())}

    assert {url: markup.faults(page) for url, page in pages.items()} == {url: [] for url in pages}
    assert markup.faults(empty) == []
    for url, page in pages.items():
        assert_strict(url, page)
    feeds = {
        url: re.findall(r'type="application/atom\+xml" href="([^"]*)"', page.content.decode())
        for url, page in pages.items()
    }
    own = ["/bureaus/beijing/announcements.atom"]
    assert feeds == dict.fromkeys(pages, own) | {"/bureaus/": ["/bureaus/announcements.atom"]}


def test_public_pages_may_be_cached_unless_one_is_signed_in():
    made, head = announcement(), chief()
    gone = announcement()
    publishing.withdraw(head, gone.pk, "误发。", version=1)
    urls = (LIST, made.get_absolute_url(), gone.get_absolute_url(), *PLACES[3:], "/bureaus/announcements.atom")

    assert {Client().get(url).get("Cache-Control") for url in urls} == {None, "max-age=600"}
    assert {client_of(head).get(url)["Cache-Control"] for url in urls} == {"private, no-store"}
    assert all("Accept-Language" in Client().get(url)["Vary"] for url in urls)


def test_what_is_published_is_there_at_once():
    client_of(chief()).post(NEW, typed(title="立即公开"))

    assert where("立即公开") == list(PLACES)
