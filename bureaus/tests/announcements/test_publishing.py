"""A chief publishes, corrects and withdraws announcements of the bureau; each wording is kept, each change logged."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bureaus.announcements import publishing
from bureaus.models import AnnouncementVersion, BureauAnnouncement
from bureaus.models.announcement import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from bureaus.tests.announcements.announced import DESK, NEW, PLACES, at_desk, day, read, typed, where
from filings.errors import MoveRefused
from icp_portal.tests import markup
from icp_portal.tests.builders import GUANGDONG, announcement, chief, client_of, provider, reviewer, staff
from icp_portal.tests.visitors import assert_strict
from ministry import audit
from ministry.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor", "english")]


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


def test_what_a_chief_writes_everybody_reads():
    head = chief()

    answer = client_of(head).post(NEW, typed(text="本周六升级。\r\n\r\n请留意。", last=7))

    assert (answer.status_code, answer["Location"]) == (302, DESK)
    made = BureauAnnouncement.objects.get()
    assert (made.bureau_id, made.slug) == ("110000", f"{timezone.localdate().year}-1")
    assert where("系统升级") == list(PLACES)
    page = read(made.get_absolute_url())
    assert "<p>本周六升级。</p>\n\n<p>请留意。</p>" in page
    assert head.name not in page
    assert f'href="{at_desk(made)}"' in client_of(head).get(DESK).content.decode()


def test_a_preview_publishes_nothing_and_keeps_what_was_typed():
    answer = client_of(chief()).post(NEW, typed(text="见 https://example.cn/。", preview="1"))

    page = answer.content.decode()
    assert "Not published yet" in page
    assert '<a href="https://example.cn/">https://example.cn/</a>。' in page
    assert "见 https://example.cn/。</textarea>" in page
    assert not BureauAnnouncement.objects.exists()
    assert markup.faults(answer) == []


def test_a_preview_of_what_is_wrong_shows_the_errors_alone():
    answer = client_of(chief()).post(NEW, typed(title="", preview="1"))

    assert (answer.context["preview"], list(errors(answer))) == (None, ["title"])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": ""}, {"title": "This field is required."}),
        ({"title": "长" * (LONGEST_TITLE + 1)}, {"title": "You entered 121 characters; at most 120 are allowed."}),
        ({"title": "两\n行"}, {"title": "There is a line break in it. Write it on one line."}),
        ({"text": " \r\n "}, {"text": "This field is required."}),
        ({"text": "长" * (LONGEST_TEXT + 1)}, {"text": "You entered 5001 characters; at most 5000 are allowed."}),
        (
            {"text": "零宽\u200b字符"},
            {"text": "There is an invisible character at position 3. Type the text instead of pasting it."},
        ),
        ({"title_en": "Title"}, {"text_en": "Enter both title and text in English, or neither."}),
        ({"text_en": "Text"}, {"title_en": "Enter both title and text in English, or neither."}),
        ({"starts_on": "明天"}, {"starts_on": "Enter a valid date."}),
        ({"starts_on": ""}, {"starts_on": "This field is required."}),
        ({"starts_on": day(-1)}, {"starts_on": "This day has passed. Enter today or a later date."}),
        ({"ends_on": "2026-02-30"}, {"ends_on": "Enter a valid date."}),
        ({"ends_on": day(-1)}, {"ends_on": "This day has passed. Enter today or a later date."}),
        (
            {"starts_on": day(3), "ends_on": day(2)},
            {"ends_on": "The last day is before the first day. Enter the same day or a later one."},
        ),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_published(changes, wrong):
    answer = client_of(chief()).post(NEW, typed(**changes))

    assert errors(answer) == {name: [said] for name, said in wrong.items()}
    assert not BureauAnnouncement.objects.exists()
    assert markup.faults(answer) == []


def test_the_longest_and_the_shortest_time_are_taken():
    answer = client_of(chief()).post(NEW, typed(0, 0, title="长" * LONGEST_TITLE, text="\r\n".join(["长"] * 2500)))

    assert answer.status_code == 302
    assert len(BureauAnnouncement.objects.get().text) == LONGEST_TEXT - 1


def test_marks_of_chinese_sentences_stay_as_typed():
    client_of(chief()).post(NEW, typed(title="放假安排（一）：说明", text="一、周六，周日；休息！"))

    made = BureauAnnouncement.objects.get()
    assert (made.title, made.text) == ("放假安排（一）：说明", "一、周六，周日；休息！")


def test_pasted_breaks_become_lines_and_break_no_feed():
    """Word processors write a soft line break as \\x0b and a page break as \\x0c; XML allows neither."""
    client_of(chief()).post(NEW, typed(title="一\x1f二", text="一\x0b二\x0c三\x1f四\u2028五\r六"))

    made = BureauAnnouncement.objects.get()
    assert (made.title, made.text) == ("一 二", "一\n二\n三 四\n五\n六")
    assert where("一 二") == list(PLACES)


def test_markup_and_other_addresses_stay_text():
    hostile = "<script>alert(1)</script>\n\n<a href='javascript:alert(2)'>x</a> data:text/html,1 {{ 7 }} ftp://a.cn"
    client_of(chief()).post(NEW, typed(title="<b>停机</b>", text=hostile))
    made = BureauAnnouncement.objects.get()

    page = read(made.get_absolute_url())

    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)
    assert "&lt;a href=&#x27;javascript:alert(2)&#x27;&gt;x&lt;/a&gt; data:text/html,1 {{ 7 }} ftp://a.cn" in page
    for url in (made.get_absolute_url(), *PLACES[:3]):
        assert "<b>停机" not in read(url)
        assert "&lt;b&gt;停机" in read(url)


def test_addresses_are_counted_by_bureau_and_year():
    first, second, elsewhere = announcement(), announcement(), announcement(chief(GUANGDONG))
    with time_machine.travel(timezone.now().replace(year=timezone.now().year + 1)):
        later = announcement()

    year = timezone.localdate().year
    slugs = [made.slug for made in (first, second, elsewhere, later)]
    assert slugs == [f"{year}-1", f"{year}-2", f"{year}-1", f"{year + 1}-1"]
    assert elsewhere.get_absolute_url() == f"/bureaus/guangdong/announcements/{year}-1/"


# --- Who may ------------------------------------------------------------------------------------------


def test_others_than_the_bureaus_chiefs_find_nothing():
    made = announcement()
    own, other_chief, verifier = reviewer(), chief(GUANGDONG), staff(provider())
    pages = (DESK, NEW, at_desk(made), f"{at_desk(made)}withdraw/")

    got = {
        (who, page, method): getattr(client_of(actor), method)(page, typed(reason="误发", version=1)).status_code
        for who, actor in {"reviewer": own, "chief elsewhere": other_chief, "staff": verifier}.items()
        for page in pages
        for method in ("get", "post")
        if not (who == "chief elsewhere" and page in (DESK, NEW))
    }

    assert set(got.values()) == {404}
    assert "系统升级" not in client_of(other_chief).get(DESK).content.decode()
    assert BureauAnnouncement.objects.get().version == 1
    assert "/bureau/announcements/" not in client_of(own).get("/bureau/rules/").content.decode()
    assert "/bureau/announcements/" in client_of(chief()).get("/bureau/rules/").content.decode()


def test_who_is_no_chief_any_more_changes_nothing():
    made, actor = announcement(), reviewer()
    words = "Only a chief of the bureau publishes its announcements."

    with pytest.raises(MoveRefused, match=words):
        publishing.publish(actor, publishing.content_of(made))
    with pytest.raises(MoveRefused, match=words):
        publishing.correct(actor, made.pk, publishing.content_of(made), version=1)
    with pytest.raises(MoveRefused, match=words):
        publishing.withdraw(actor, made.pk, "误发", version=1)


# --- Corrections --------------------------------------------------------------------------------------


def test_a_correction_keeps_the_earlier_wording_readable():
    made, second = announcement(text="本周六升级。"), chief()

    answer = client_of(second).post(at_desk(made), typed(None, text="改为本周日升级。", version=1))

    assert (answer.status_code, answer["Location"]) == (302, at_desk(made))
    page = read(made.get_absolute_url(), english=True)
    today = timezone.localdate()
    assert f"Corrected on {today.day} {today:%B %Y}." in page
    now, _heading, before = page.partition('<h2 id="earlier">')
    assert ("改为本周日升级。" in now, "本周六升级。" in now) == (True, False)
    assert ("本周六升级。" in before, second.name in page) == (True, False)
    desk = client_of(second).get(at_desk(made))
    newest, _first = desk.context["versions"]
    assert (newest.number, newest.actor_name) == (2, second.name)
    assert desk.content.decode().count("本周六升级。") == 1
    assert markup.faults(desk) == []


def test_saving_without_a_change_is_no_correction():
    made = announcement()

    answer = client_of(chief()).post(at_desk(made), typed(None, version=1), follow=True)

    assert "Nothing was changed." in answer.content.decode()
    assert "Corrected on" not in read(made.get_absolute_url(), english=True)
    assert AnnouncementVersion.objects.count() == 1


def test_a_wording_corrected_before_its_first_day_was_never_shown():
    made, client = announcement(starts_on=day(2)), client_of(chief())
    assert client.post(at_desk(made), typed(1, text="改为本周日升级。", version=1)).status_code == 302

    with time_machine.travel(timezone.now() + timezone.timedelta(days=1)):
        page = read(made.get_absolute_url(), english=True)
        assert ("改为本周日升级。" in page, "本周六升级。" in page, "Corrected on" in page) == (True, False, False)


def test_the_first_day_stays_once_it_has_come():
    made, client = announcement(), client_of(chief())
    assert 'name="starts_on"' not in client.get(at_desk(made)).content.decode()

    client.post(at_desk(made), typed(5, 9, version=1))

    made.refresh_from_db()
    assert (made.starts_on, made.ends_on) == (day(0), day(9))


def test_an_announcement_that_is_over_may_be_corrected_without_a_new_last_day():
    with time_machine.travel(timezone.now() - timezone.timedelta(days=9)):
        made = announcement(ends_on=day(2))
    client = client_of(chief())

    kept = client.post(at_desk(made), typed(None, -7, text="更正。", version=1))
    earlier = client.post(at_desk(made), typed(None, -8, text="更正。", version=2))

    assert kept.status_code == 302
    assert errors(earlier) == {"ends_on": ["This day has passed. Enter today or a later date."]}


def test_the_slower_of_two_chiefs_keeps_what_was_typed_and_is_told_who_won():
    made, fast, slow = announcement(), chief(), chief()
    client_of(fast).post(at_desk(made), typed(None, text="快的。", version=1))

    answer = client_of(slow).post(at_desk(made), typed(None, text="慢的。", version=1))

    page = answer.content.decode()
    assert f"{fast.name} has corrected this announcement in the meantime." in page
    assert ("慢的。</textarea>" in page, "<p>快的。</p>" in page) == (True, True)
    assert BureauAnnouncement.objects.get().text == "快的。"
    assert 'name="version" value="2"' in page
    assert client_of(slow).post(at_desk(made), typed(None, text="慢的。", version=2)).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "９", "-1", "9" * 40])
def test_a_spoilt_version_changes_nothing(version):
    made, client = announcement(), client_of(chief())

    corrected = client.post(at_desk(made), typed(None, text="新的。", version=version))
    withdrawn = client.post(f"{at_desk(made)}withdraw/", {"reason": "误发", "version": version})

    assert (corrected.status_code, withdrawn.status_code) == (200, 200)
    made.refresh_from_db()
    assert (made.text, made.withdrawn_at) == ("本周六升级。", None)


# --- Withdrawing --------------------------------------------------------------------------------------


def test_a_withdrawn_announcement_says_since_when_and_why():
    made, head = announcement(), chief()
    client = client_of(head)
    page = client.get(f"{at_desk(made)}withdraw/")
    assert (page.status_code, markup.faults(page)) == (200, [])

    answer = client.post(f"{at_desk(made)}withdraw/", {"reason": "升级已取消。", "version": 1})

    assert (answer.status_code, answer["Location"]) == (302, DESK)
    gone = read(made.get_absolute_url(), english=True, status=410)
    today = timezone.localdate()
    assert f"Withdrawn on {today.day} {today:%B %Y}" in gone
    assert ('<p lang="zh-Hans">升级已取消。</p>' in gone, "本周六升级。" in gone) == (True, False)
    assert where("系统升级") == ["/bureaus/beijing/announcements.atom"]  # which says so too
    desk = client.get(at_desk(made))
    assert (desk.context["form"], "本周六升级。" in desk.content.decode()) == (None, True)
    assert f"{head.name} withdrew this announcement" in desk.content.decode()
    assert markup.faults(desk) == []
    assert client.get(f"{at_desk(made)}withdraw/").status_code == 404


@pytest.mark.parametrize("reason", ["", " ", "长" * (LONGEST_REASON + 1), "两\n行"])
def test_a_reason_is_needed_on_one_line(reason):
    made = announcement()

    answer = client_of(chief()).post(f"{at_desk(made)}withdraw/", {"reason": reason, "version": 1})

    assert list(errors(answer)) == ["reason"]
    assert BureauAnnouncement.objects.get().withdrawn_at is None


def test_who_corrects_or_withdraws_a_withdrawn_one_keeps_what_was_typed():
    made, fast, slow = announcement(), chief(), client_of(chief())
    publishing.withdraw(fast, made.pk, "误发。", version=1)

    corrected = slow.post(at_desk(made), typed(None, text="慢的。", version=1)).content.decode()
    withdrawn = slow.post(f"{at_desk(made)}withdraw/", {"reason": "慢的。", "version": 1}).content.decode()

    assert all(f"{fast.name} withdrew this announcement on " in page for page in (corrected, withdrawn))
    assert all("慢的。</textarea>" in page for page in (corrected, withdrawn))
    made.refresh_from_db()
    assert (made.text, made.reason) == ("本周六升级。", "误发。")


# --- The desk's list and the log ----------------------------------------------------------------------


def test_the_desk_lists_all_with_their_state():
    client = client_of(chief())
    empty = client.get(DESK)
    assert ("No announcements yet" in empty.content.decode(), markup.faults(empty)) == (True, [])
    with time_machine.travel(timezone.now() - timezone.timedelta(days=9)):
        announcement(title="过期的", ends_on=day(2))
    announcement(title="将来的", starts_on=day(2))
    publishing.withdraw(chief(), announcement(title="撤回的").pk, "误发。", version=1)
    announcement(title="公示的")

    page = client.get(DESK)

    cells = re.findall(r">([^<>]+)</a>\s*</td>.*?State\">\s*([^<]+?)\s*</td>", page.content.decode(), re.DOTALL)
    states = {"将来的": "Not yet in force", "公示的": "Shown now", "撤回的": "Withdrawn on", "过期的": "Passed"}
    assert {title: re.sub(r" \d+ \w+ \d+$", "", state) for title, state in cells} == states
    assert (markup.faults(page), assert_strict(DESK, page)) == ([], None)


def test_every_change_is_in_the_audit_log():
    made, client = announcement(), client_of(chief())
    audit.seal()
    before = audit.last().number
    client.post(at_desk(made), typed(None, text="更正。", version=1))
    client.post(f"{at_desk(made)}withdraw/", {"reason": "误发。", "version": 2})
    audit.seal()

    entries = AuditEntry.objects.filter(number__gt=before, shape__name__startswith="bureaus_")
    assert list(entries.order_by("number").values_list("shape__name", "row")) == [
        ("bureaus_bureauannouncement", made.pk),
        ("bureaus_announcementversion", AnnouncementVersion.objects.get(number=2).pk),
        ("bureaus_bureauannouncement", made.pk),
    ]
    assert list(audit.faults()) == []


def test_a_get_publishes_nothing():
    assert client_of(chief()).get(NEW, typed()).status_code == 200
    assert not BureauAnnouncement.objects.exists()
    assert Client().post("/bureaus/beijing/announcements/").status_code == 405
