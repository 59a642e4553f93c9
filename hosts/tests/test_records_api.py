"""The public register for programs: the same as the pages show, in JSON, for everybody."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from ministry.models import Website
from ministry.register import ends
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATER = TODAY + timedelta(days=30)


@pytest.fixture
def website() -> Website:
    return register_rows.website(register_rows.subject(name="云岭网络科技有限公司"))


def ask(path: str, **query: object):
    return Client().get(f"/api/v1/{path}", query)


def said(website: Website) -> dict[str, object]:
    """The JSON of a website on record that one provider serves."""
    return {
        "number": str(website.number),
        "subject_number": str(website.subject.number),
        "host": website.subject.name,
        "nature": 4,
        "province": "110000",
        "service": 1,
        "name": website.name,
        "domains": [website.domain],
        "home_url": website.home_url,
        "state": "on_record",
        "approved_on": str(TODAY),
        "cancelled_on": None,
        "suspended_on": None,
        "moved_to": "",
        "providers": 1,
    }


@pytest.mark.parametrize("by", ["number", "domain", "name"])
def test_a_search_returns_services(website, by):
    text = {"number": str(website.number), "domain": f"https://www.{website.domain}/x", "name": website.subject.name}[
        by
    ]

    answer = ask("records", q=text)

    assert answer.status_code == 200
    assert answer.json()["services"] == [said(website)]
    assert (answer.json()["refusal"], answer.json()["more"]) == ("", False)


def test_a_part_of_a_name_is_looked_for_only_when_asked(website):
    assert ask("records", q="云岭").json()["services"] == []
    assert ask("records", q="云岭", part=True).json()["services"] == [said(website)]
    assert ask("records", q="云岭", part=True, kind="app").json()["services"] == []


def test_a_host_without_services_is_returned_with_its_own_number():
    bare = register_rows.subject(name="云岭网络科技有限公司")
    expected = {
        **dict.fromkeys(("name", "home_url", "moved_to"), ""),
        **{"number": str(bare.number), "subject_number": str(bare.number), "host": bare.name},
        **{"nature": 4, "province": "110000", "service": None, "domains": [], "providers": 0},
        **{"state": "on_record", "approved_on": str(TODAY), "cancelled_on": None, "suspended_on": None},
    }

    for text in (str(bare.number), bare.name):
        assert ask("records", q=text).json()["services"] == [expected]
    assert ask("records", q="云岭", part=True).json()["services"] == [expected]
    assert ask("records", q=str(bare.number), kind="website").json()["services"] == []


def test_a_text_that_means_nothing_is_explained():
    answer = ask("records", q="…").json()

    assert (answer["understood"], answer["services"]) == ("", [])
    assert answer["refusal"] == "Enter a filing number, a domain, an IP address or a name."


@pytest.mark.parametrize("text", ["云岭", "example.cn"])
def test_a_search_of_a_past_day_is_refused_at_its_value(text):
    answer = ask("records", q=text, on=str(TODAY - timedelta(days=1)))

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["values"] == [
        {
            "name": "on",
            "detail": "The search is as of today. For a past day, ask for the record of a number or a domain.",
        }
    ]


def test_a_record_has_its_services_and_its_history(website):
    number = str(website.subject.number)
    answer = ask(f"records/{quote(number)}").json()

    assert answer["services"] == [said(website)]
    assert answer["history"] == [
        {"on": str(TODAY), "what": "entered", "number": one, "moved_to": ""} for one in (str(website.number), number)
    ]
    assert (answer["number"], answer["state"], answer["as_of"], answer["more"]) == (number, "on_record", None, False)


def test_a_record_of_a_past_day(website):
    number = quote(str(website.number))
    ends.cancel_subject(website.subject_id, LATER)

    past = ask(f"records/{number}", on=str(LATER - timedelta(days=1))).json()

    assert past["services"] == [said(website)]
    assert (past["state"], past["as_of"]) == ("on_record", str(LATER - timedelta(days=1)))
    assert ask(f"records/{number}").json()["state"] == "cancelled"
    for day in (LATER, TODAY - timedelta(days=1)):
        assert ask(f"records/{number}", on=str(day)).status_code == 404


def test_of_a_future_day_nothing_is_on_record(website):
    day = str(timezone.localdate() + timedelta(days=1))

    for path in (f"records/{quote(str(website.number))}", f"domains/{website.domain}"):
        answer = ask(path, on=day)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.json()["detail"] == "This day is in the future. Enter today or a past day."
        assert ask(path, on=str(timezone.localdate())).status_code == 200


def test_a_domain_with_the_website_that_has_it(website):
    assert ask(f"domains/www.{website.domain}").json() == {
        "domain": website.domain,
        "as_of": None,
        "listed_since": None,
        "more": False,
        "services": [said(website)],
    }


def test_a_domain_and_an_address_of_a_past_day(website):
    address = register_rows.website(website.subject, domain="192.31.196.7", home_url="192.31.196.7")
    ends.cancel_subject(website.subject_id, LATER)
    day = str(LATER - timedelta(days=1))

    for one in (website, address):
        answer = ask(f"domains/{one.domain}", on=day).json()
        assert (answer["as_of"], answer["services"]) == (day, [said(one)])
        for other in (LATER, TODAY - timedelta(days=1)):
            assert ask(f"domains/{one.domain}", on=str(other)).status_code == 404
    assert ask(f"domains/{website.domain}").json()["services"][0]["state"] == "cancelled"


@pytest.mark.parametrize(
    "path", ["records/京ICP备2026999999号", "records/x", "records/a.cn", "domains/a.cn", "domains/王"]
)
def test_what_is_not_on_record_is_404_in_json(website, path):
    answer = ask(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("records", {}),
        ("records", {"q": "a.cn", "kind": "x"}),
        ("records/京ICP备2026000001号", {"on": "x"}),
        ("records/京ICP备2026000001号", {"on": "0"}),
        ("domains/a.cn", {"on": "2026-02-30"}),
    ],
)
def test_a_wrong_parameter_is_named(path, query):
    answer = ask(path, **query)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert len(answer.json()["values"]) == 1


def test_an_unchanged_answer_is_not_sent_again(website):
    first = ask(f"domains/{website.domain}")
    again = Client().get(f"/api/v1/domains/{website.domain}", headers={"if-none-match": first["ETag"]})
    ends.cancel_website(website.pk, LATER)
    changed = Client().get(f"/api/v1/domains/{website.domain}", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)
    assert first["Cache-Control"] == "no-cache"


def test_programs_and_pages_have_one_limit(website):
    for _n in range(60):
        Client().get(f"/query/{website.domain}/")
    answer = ask(f"domains/{website.domain}")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert 0 < int(answer["Retry-After"]) <= 60
