"""Announcements of a bureau in a real browser: no barrier at either width; written at the desk, read by everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from bureaus.announcements import publishing
from icp_portal.tests.browser import Person, with_second_step
from icp_portal.tests.builders import announcement, chief, user_of
from icp_portal.tests.tours import Tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DESK, LIST = "/bureau/announcements/", "/bureaus/beijing/announcements/"


def test_the_desk_s_pages_have_no_barriers_and_what_is_written_is_read(tour: Callable[..., Tour]) -> None:
    head = tour(with_second_step(user_of(chief())), thorough=True)
    head.visit(DESK, f"{DESK}new/")
    head.press(_("Publish"), "announcement, not filled in")
    head.person.write(_("Title"), "系统升级")
    head.person.write(_("Text"), "本周六升级，见 https://www.example.cn/ 。\n\n请留意。")
    head.press(_("Preview"), "announcement, preview")
    head.press(_("Publish"), "announcement, published")
    head.person.arrives_at(DESK)
    head.person.follow("系统升级")
    head.look("announcement, to be corrected")
    head.person.write(_("Text"), "本周日升级。")
    head.press(_("Publish the correction"), "announcement, corrected")

    anybody = tour(thorough=True)
    anybody.visit("/bureaus/", "/bureaus/beijing/", LIST)
    anybody.person.follow("系统升级")
    anybody.look("announcement, corrected, in public")
    anybody.person.page.get_by_role("group").first.click()
    anybody.look("announcement, earlier wording")
    public = anybody.person.path()

    head.person.follow(_("Withdraw the announcement"))
    head.look("withdrawing")
    head.press(_("Withdraw the announcement"), "withdrawing, without a reason")
    head.person.write(_("Reason"), "升级已取消。")
    head.press(_("Withdraw the announcement"), "announcement, withdrawn")
    anybody.visit(public, status=410)
    anybody.visit(LIST)


def test_the_desk_s_pages_have_no_barriers_in_english(visitor: Callable[..., Person]) -> None:
    head = chief()
    made = announcement(head, title_en="System upgrade", text_en="See https://www.example.cn/.")
    with_second_step(user_of(head))
    english = Tour(visitor(locale="en-GB").sign_in_as(user_of(head)), at_both=True, language="en")

    english.visit(DESK, f"{DESK}new/", f"{DESK}{made.pk}/", f"{DESK}{made.pk}/withdraw/")

    assert english.wrong == []


def test_the_public_pages_have_no_barriers_in_english(visitor: Callable[..., Person]) -> None:
    head = chief()
    made = announcement(head, title_en="System upgrade", text_en="See https://www.example.cn/.")
    gone = announcement(head, title="只有中文")
    publishing.withdraw(head, gone.pk, "误发。", version=1)
    today = timezone.localdate()
    over = announcement(head, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    english = Tour(visitor(locale="en-GB"), at_both=True, language="en")

    english.visit("/bureaus/", "/bureaus/beijing/", LIST, "/bureaus/tianjin/announcements/")
    english.visit(made.get_absolute_url(), over.get_absolute_url())
    english.visit(gone.get_absolute_url(), status=410)

    assert english.wrong == []
