"""The open data in a real browser: no barrier at either width, light, and a file that is downloaded whole."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Request

from icp_portal.tests.browser import Person
from icp_portal.tests.in_browser.hosts.test_weight_in_browser import weight
from icp_portal.tests.tours import Tour
from ministry.models import OpenDataEdition
from ministry.open_data import editions
from ministry.tests.register import register_rows

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST, MOST_REQUESTS = 60_000, 12  # bytes over the line, nothing of it cached


@pytest.fixture
def edition(portal: str, open_data_root: Path) -> OpenDataEdition:
    with transaction.atomic():
        register_rows.website(register_rows.subject())
    editions.write_due()
    return OpenDataEdition.objects.get()


def test_the_page_has_no_barriers_in_chinese_and_english(
    tour: Callable[..., Tour], visitor: Callable[..., Person], edition: OpenDataEdition
) -> None:
    chinese, english = tour(), Tour(visitor(locale="en-GB"), at_both=True, language="en")
    for one in (chinese, english):
        one.visit("/open-data/", "/api/")

    assert chinese.wrong + english.wrong == []


def test_it_is_light_and_asks_for_little_and_nobody_else(
    visitor: Callable[..., Person], portal: str, edition: OpenDataEdition
) -> None:
    anybody, asked = visitor(), []

    def note(request: Request) -> None:
        asked.append(request.url)

    anybody.page.on("request", note)

    assert weight(anybody, "/open-data/") <= MOST
    assert len(asked) <= MOST_REQUESTS
    assert [url for url in asked if not url.startswith(portal)] == []


def test_without_a_script_a_file_is_downloaded_from_the_foot_of_the_home_page(
    visitor: Callable[..., Person], edition: OpenDataEdition
) -> None:
    anybody = visitor(java_script_enabled=False, locale="en-GB")
    anybody.open("/")
    anybody.follow("Open data")
    with anybody.page.expect_download() as downloaded:
        anybody.page.get_by_role("link", name=edition.files[0]["name"]).first.click()

    assert hashlib.sha256(downloaded.value.path().read_bytes()).hexdigest() == edition.files[0]["sha256"]
