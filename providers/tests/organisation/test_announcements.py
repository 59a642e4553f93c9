"""Announcements: shown from the first to the last day, to everybody concerned, as plain text."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from filings.errors import MoveRefused
from icp_portal.tests.builders import Case, provider, staff
from providers.models import Announcement, OrganisationChange, Provider, StaffRole
from providers.organisation import announcements

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
NEW = "/provider/organisation/announcements/new/"


def day(distance: int) -> Any:
    return timezone.localdate() + timedelta(days=distance)


def typed(first: int = 0, last: int = 7, **changes: Any) -> dict[str, Any]:
    kept = {
        "title": "春节值班",
        "text": "正月初一至初三休息。",
        "starts_on": day(first),
        "ends_on": day(last),
        "version": 0,
    }
    return kept | changes


def announce(access_provider: Provider, first: int = 0, last: int = 7, **changes: Any) -> Announcement:
    said = {
        "title": "春节值班",
        "text": "正月初一至初三休息。",
        "starts_on": day(first),
        "ends_on": day(last),
    } | changes
    return Announcement.objects.create(provider=access_provider, **said)


def url_of(announcement: Announcement) -> str:
    return f"/provider/organisation/announcements/{announcement.pk}/"


def entrance(access_provider: Provider) -> str:
    return Client().get(f"/providers/{access_provider.slug}/").content.decode()


def pages_of_a_host(case: Case) -> str:
    host = Client()
    host.force_login(User.objects.get(pk=case.host.user_id))
    pages = [host.get(f"/filings/{case.filing.pk}/{page}") for page in ("", "edit/")]
    return "".join(page.content.decode() for page in pages)


def test_it_is_shown_at_the_entrance_and_to_hosts(access_provider: Provider, browser: Browser) -> None:
    page = browser(access_provider).post(NEW, typed(), follow=True)
    assert [str(notice) for notice in page.context["messages"]] == [_("Announcement published.")]

    case, elsewhere = Case(of=access_provider), Case()
    assert "正月初一至初三休息。" in entrance(access_provider)
    assert pages_of_a_host(case).count("正月初一至初三休息。") == 2  # the filing's own page and its task list
    assert "正月初一至初三休息。" not in pages_of_a_host(elsewhere)
    assert "正月初一至初三休息。" not in entrance(elsewhere.provider)
    assert list(OrganisationChange.objects.values_list("what", "about")) == [("announced", "春节值班")]


def test_it_is_not_shown_beside_a_filing_that_the_bureau_has(access_provider: Provider) -> None:
    announce(access_provider)
    case = Case(of=access_provider).submit()
    assert "春节值班" in pages_of_a_host(case)

    assert "春节值班" not in pages_of_a_host(case.verify())


@pytest.mark.parametrize(
    ("first", "last", "shown"), [(0, 0, True), (-3, 0, True), (0, 9, True), (1, 9, False), (-9, -1, False)]
)
def test_it_is_shown_from_the_first_to_the_last_day(
    access_provider: Provider, first: int, last: int, shown: bool
) -> None:
    announce(access_provider, first, last)

    assert ("春节值班" in entrance(access_provider)) == shown


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [(0, 0, (True, False)), (-3, 0, (True, False)), (1, 1, (False, False)), (-9, -1, (True, True))],
)
def test_its_state_changes_with_the_first_day_and_after_the_last(
    access_provider: Provider, first: int, last: int, state: tuple[bool, bool]
) -> None:
    made = announce(access_provider, first, last)
    assert (made.has_begun, made.is_over) == state
    made.ended_at = timezone.now()
    assert made.is_over


def test_it_may_be_for_today_alone(access_provider: Provider, browser: Browser) -> None:
    assert browser(access_provider).post(NEW, typed(0, 0)).status_code == 302


def test_it_is_plain_text(access_provider: Provider, browser: Browser) -> None:
    browser(access_provider).post(NEW, typed(title="<b>停机</b>", text="<script>alert(1)</script>\n\n{{ 7 }} & 第二段"))

    page = entrance(access_provider)
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)
    assert ("<b>停机" in page, "&lt;b&gt;停机" in page) == (False, True)
    assert "<p>{{ 7 }} &amp; 第二段</p>" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"text": " "}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"text": "零宽\u200b字符"}, "text"),
        ({"starts_on": "明天"}, "starts_on"),
        ({"ends_on": "2026-02-30"}, "ends_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": day(3), "ends_on": day(2)}, "ends_on"),
        ({"ends_on": day(-1)}, "ends_on"),
    ],
)
def test_a_bad_value_is_named(access_provider: Provider, browser: Browser, changes: dict[str, Any], field: str) -> None:
    answer = browser(access_provider).post(NEW, typed(**changes))

    assert answer.status_code == 200
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Announcement.objects.exists()


def test_it_is_changed_in_place(access_provider: Provider, browser: Browser) -> None:
    made = announce(access_provider)
    administrator = browser(access_provider)
    assert f'value="{day(7):%Y-%m-%d}"' in administrator.get(url_of(made)).content.decode()

    answer = administrator.post(url_of(made), typed(text="照常值班。", version=1), follow=True)

    assert "Saved; shown to hosts at once." in answer.content.decode()
    assert "照常值班。" in entrance(access_provider)
    change = OrganisationChange.objects.get()
    assert change.what == "announcement"
    assert ("休息" in change.before, "照常值班" in change.after) == (True, True)


def test_it_is_ended_early(access_provider: Provider, browser: Browser) -> None:
    made = announce(access_provider)
    administrator = browser(access_provider)

    answer = administrator.post(url_of(made), {"end": "1", "version": 1}, follow=True)

    assert "Ended; no longer shown." in answer.content.decode()
    assert "春节值班" not in entrance(access_provider)
    assert administrator.get(url_of(made)).status_code == 404
    assert "Ended early on" in administrator.get("/provider/organisation/announcements/").content.decode()
    assert OrganisationChange.objects.get().what == "announcement_ended"


@pytest.mark.parametrize("button", [{}, {"end": "1"}])
def test_the_slower_of_two_keeps_what_was_typed(
    access_provider: Provider, browser: Browser, button: dict[str, str]
) -> None:
    made = announce(access_provider)
    slow, fast = browser(access_provider), browser(access_provider)
    fast.post(url_of(made), typed(text="快的。", version=1))

    answer = slow.post(url_of(made), typed(text="慢的。", version=1) | button)

    page = answer.content.decode()
    assert ("has changed this announcement in the meantime" in page, "慢的。" in page) == (True, True)
    made.refresh_from_db()
    assert (made.text, made.ended_at) == ("快的。", None)


@pytest.mark.parametrize("version", ["", "x", "９", "-1", "9" * 40])
def test_a_spoilt_version_ends_nothing(access_provider: Provider, browser: Browser, version: str) -> None:
    made = announce(access_provider)

    assert browser(access_provider).post(url_of(made), {"end": "1", "version": version}).status_code == 200
    made.refresh_from_db()
    assert made.ended_at is None


def test_what_is_over_is_over(access_provider: Provider) -> None:
    over = announce(access_provider, -9, -1)
    boss = staff(access_provider, StaffRole.ADMINISTRATOR)

    with pytest.raises(MoveRefused, match="has ended"):
        announcements.end(boss, over.pk, version=1)


def test_there_are_only_so_many_at_once(access_provider: Provider, browser: Browser) -> None:
    for _n in range(announcements.MOST_AT_ONCE):
        announce(access_provider)
    announce(access_provider, -9, -1)

    answer = browser(access_provider).post(NEW, typed())

    assert "End one of them first" in answer.content.decode()
    assert Announcement.objects.count() == announcements.MOST_AT_ONCE + 1


@pytest.mark.parametrize("role", [StaffRole.VERIFIER, StaffRole.SUPERVISOR])
def test_other_staff_read_only(access_provider: Provider, browser: Browser, role: StaffRole) -> None:
    made = announce(access_provider)
    member = browser(access_provider, role)

    page = member.get("/provider/organisation/announcements/").content.decode()
    assert ("春节值班" in page, url_of(made) in page) == (True, False)
    assert member.post(NEW, typed()).status_code == 404
    assert member.post(url_of(made), {"end": "1", "version": 1}).status_code == 404
    with pytest.raises(
        MoveRefused, match=_("You are no longer an administrator of %(provider)s.") % {"provider": access_provider}
    ):
        announcements.end(staff(access_provider, role), made.pk, version=1)


def test_the_announcements_of_others_can_not_be_touched(access_provider: Provider, browser: Browser) -> None:
    made = announce(access_provider)
    stranger = browser(provider())

    assert "春节值班" not in stranger.get("/provider/organisation/announcements/").content.decode()
    assert stranger.get(url_of(made)).status_code == 404
    assert stranger.post(url_of(made), {"end": "1", "version": 1}).status_code == 404
    made.refresh_from_db()
    assert made.ended_at is None
