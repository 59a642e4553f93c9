"""The public search with a past day: it leads to the record of that day, or says what to correct."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from lxml import html

from ministry.models import Website
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = str(TODAY + timedelta(days=1))


@pytest.fixture
def website() -> Website:
    return register_rows.website(register_rows.subject())


def search(text: str, day: str):
    return Client().get("/query/", {"q": text, "on": day})


def test_a_number_and_a_domain_lead_to_their_record_of_the_day(website):
    number = str(website.number)
    answers = {text: search(text, DAY) for text in (number, f"https://www.{website.domain}/x", "1.1.1.1")}

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers.values()] == [
        (302, f"/query/{quote(number)}/?on={DAY}"),
        (302, f"/query/{website.domain}/?on={DAY}"),
        (302, f"/query/1.1.1.1/?on={DAY}"),
    ]
    shown = Client().get(answers[number].headers["Location"])
    assert (shown.status_code, shown.context["day"]) == (200, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "day", "field", "words"),
    [
        ("京ICP备1号", "2026-13-01", "on", "State on this day: Enter a valid date."),
        ("example.cn", "2099-01-01", "on", "State on this day: This day is in the future. Enter today or a past day."),
        ("云岭", DAY, "q", "For a past day, enter a number, a domain or an IP address."),
        ("…", DAY, "q", "Enter a filing number, a domain, an IP address or a name."),
    ],
)
def test_a_wrong_day_or_text_says_so_at_its_field_and_stays(text, day, field, words):
    page = search(text, day)

    assert page.status_code == 200
    fields = {one.get("name"): one for one in html.fromstring(page.content.decode()).xpath("//main//input")}
    assert (fields["q"].get("value"), fields["on"].get("value")) == (text, day)
    assert [name for name, one in fields.items() if one.get("aria-invalid")] == [field]
    assert words in page.content.decode()


def test_without_a_day_it_is_todays_search(website):
    page = search(website.domain, "")

    assert (page.status_code, len(page.context["rows"])) == (200, 1)
    assert '<details class="fold">' in page.content.decode()
