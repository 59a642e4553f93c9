"""The Atom feeds of announcements: well formed, escaped, with corrections and withdrawals."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bureaus.announcements import publishing
from bureaus.announcements.feeds import ENTRIES
from icp_portal.tests.builders import GUANGDONG, announcement, chief

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ALL, BEIJINGS = "/bureaus/announcements.atom", "/bureaus/beijing/announcements.atom"


def fetched(url: str, language: str = "zh-CN") -> ElementTree.Element:
    answer = Client().get(url, headers={"accept-language": language})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)


def texts(element: ElementTree.Element, name: str) -> list[str]:
    return [one.text or "" for one in element.iter(f"{ATOM}{name}")]


def entries(feed: ElementTree.Element) -> list[str]:
    return [title for entry in feed.iter(f"{ATOM}entry") for title in texts(entry, "title")]


def updated(url: str) -> datetime:
    (entry,) = fetched(url).iter(f"{ATOM}entry")
    moment = parse_datetime(texts(entry, "updated")[0])
    assert moment
    return moment


def test_a_feed_has_what_the_standard_asks_for():
    made = announcement()

    feed = fetched(BEIJINGS)

    (entry,) = feed.iter(f"{ATOM}entry")
    page = f"{settings.SITE_URL}{made.get_absolute_url()}"
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert feed.tag == f"{ATOM}feed"
    assert links == {
        "alternate": f"{settings.SITE_URL}/bureaus/beijing/announcements/",
        "self": f"{settings.SITE_URL}{BEIJINGS}",
    }
    assert texts(feed, "title")[0] == "北京市通信管理局公告"
    assert (texts(entry, "id"), texts(entry, "name")) == ([page], ["北京市通信管理局"])
    assert [one.get("href") for one in entry.findall(f"{ATOM}link")] == [page]
    assert texts(entry, "summary") == ["<p>本周六升级。</p>"]
    assert updated(BEIJINGS) == made.published_at


def test_markup_is_escaped_and_links_are_links():
    announcement(title="<b>&</b> ]]>", text="<script>1</script> javascript:x https://example.cn/?a=1&b=2。")

    feed = fetched(BEIJINGS)

    assert entries(feed) == ["<b>&</b> ]]>"]  # text, which Atom shows as it is
    link = '<a href="https://example.cn/?a=1&amp;b=2">https://example.cn/?a=1&amp;b=2</a>'
    assert texts(feed, "summary") == [f"<p>&lt;script&gt;1&lt;/script&gt; javascript:x {link}。</p>"]


def test_the_country_has_all_bureaus_and_a_bureau_its_own():
    announcement(title="北京的")
    announcement(chief(GUANGDONG), title="广东的")

    assert entries(fetched(ALL)) == ["广东的", "北京的"]
    assert entries(fetched(BEIJINGS)) == ["北京的"]
    assert texts(fetched(ALL), "name") == ["广东省通信管理局", "北京市通信管理局"]


def test_it_has_the_newest_and_none_before_its_first_day():
    for number in range(ENTRIES + 1):
        announcement(title=f"第{number}号")
    announcement(title="明天的", starts_on=timezone.localdate() + timedelta(days=1))

    assert entries(fetched(ALL)) == [f"第{number}号" for number in range(ENTRIES, 0, -1)]


def test_a_correction_is_a_later_date_of_the_same_entry():
    made, head = announcement(), chief()
    before = texts(fetched(BEIJINGS), "id")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        publishing.correct(head, made.pk, publishing.content_of(made) | {"text": "更正。"}, version=1)
        made.refresh_from_db()
        assert (updated(BEIJINGS), texts(fetched(BEIJINGS), "id")) == (made.worded_at, before)
        assert texts(fetched(BEIJINGS), "summary") == ["<p>更正。</p>"]


def test_a_withdrawn_one_says_so_without_its_text():
    made = announcement()
    publishing.withdraw(chief(), made.pk, "升级<已>取消。", version=1)
    made.refresh_from_db()

    feed = fetched(BEIJINGS)

    assert entries(feed) == ["（已撤回）系统升级"]
    (said,) = texts(feed, "summary")
    assert ("升级&lt;已&gt;取消。" in said, "本周六" in said) == (True, False)
    assert updated(BEIJINGS) == made.withdrawn_at


def test_english_readers_get_english_and_chinese_entries_are_marked():
    announcement(title="只有中文")
    announcement(title="两种", title_en="Both", text_en="In English.")

    feed = fetched(BEIJINGS, "en")

    assert feed.get(LANG) == "en"
    assert [(entry.get(LANG), *texts(entry, "title")) for entry in feed.iter(f"{ATOM}entry")] == [
        (None, "Both"),
        ("zh-Hans", "只有中文"),
    ]
    assert {entry.get(LANG) for entry in fetched(BEIJINGS).iter(f"{ATOM}entry")} == {None}


def test_before_the_first_announcement_it_is_empty_and_whole():
    feed = fetched("/bureaus/tianjin/announcements.atom")

    assert (entries(feed), texts(feed, "title")) == ([], ["天津市通信管理局公告"])
    assert Client().post(ALL).status_code == 405
