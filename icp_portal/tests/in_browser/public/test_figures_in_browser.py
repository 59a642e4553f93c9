"""The public figures in a real browser: no barrier at either width, light, and chosen without a script."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import Request, expect

from filings.figures import monthly
from filings.states import Status
from icp_portal.tests.browser import NARROW, Person
from icp_portal.tests.builders import GUANGDONG, case_at
from icp_portal.tests.in_browser.hosts.test_weight_in_browser import weight
from icp_portal.tests.tours import Tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST, MOST_REQUESTS = 60_000, 12  # bytes over the line, nothing of it cached


@pytest.fixture
def months(time_machine) -> None:
    """Figures of last month and this one, with a return and its reason."""
    with_returns = (Status.FILED, Status.RETURNED_TO_PROVIDER)
    for month, province in ((10, None), (11, GUANGDONG)):
        time_machine.move_to(datetime(2026, month, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
        for status in with_returns:
            case_at(status, **({"province": province} if province else {}))
    while monthly.count_next():
        pass


def test_the_pages_have_no_barriers_in_chinese_and_english(
    tour: Callable[..., Tour], visitor: Callable[..., Person], months: None
) -> None:
    chinese, english = tour(), Tour(visitor(locale="en-GB"), at_both=True, language="en")
    for one in (chinese, english):
        one.visit("/figures/", "/figures/?province=beijing&month=2026-11")
        one.visit("/figures/?province=atlantis", "/figures/?month=2031-01", status=404)

    assert chinese.wrong + english.wrong == []


def test_before_the_first_count_the_page_has_no_barriers(tour: Callable[..., Tour]) -> None:
    anybody = tour()
    anybody.visit("/figures/")
    assert anybody.wrong == []


def test_it_is_light_and_asks_for_little_and_nobody_else(
    visitor: Callable[..., Person], portal: str, months: None
) -> None:
    anybody, asked = visitor(), []

    def note(request: Request) -> None:
        asked.append(request.url)

    anybody.page.on("request", note)

    assert weight(anybody, "/figures/") <= MOST
    assert len(asked) <= MOST_REQUESTS
    assert [url for url in asked if not url.startswith(portal)] == []
    assert [url for url in asked if url.endswith(".js")] == []


def test_a_province_is_chosen_in_the_form_and_on_the_map(visitor: Callable[..., Person], months: None) -> None:
    anybody = visitor(viewport=NARROW)
    anybody.open("/")
    anybody.page.get_by_role("main").get_by_role("link", name=_("Filing figures by province and month")).click()
    anybody.page.get_by_label(_("Province"), exact=True).select_option("guangdong")
    anybody.page.get_by_label(_("Month"), exact=True).select_option("2026-11")
    anybody.press(_("Show"))
    expect(anybody.page.get_by_role("heading", level=2).first).to_have_text("广东2026年11月")

    anybody.page.locator(".tiles").get_by_role("link", name="北京").click()

    expect(anybody.page.get_by_role("heading", level=2).first).to_have_text("北京2026年11月")
    expect(anybody.page.locator(".tiles [aria-current]")).to_contain_text("北京")
