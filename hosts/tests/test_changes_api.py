"""The feed of changes for programs: pages and refusals. Streams: ``icp_portal/tests/web_server/test_streams.py``."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from icp_portal.tests.committed import as_at_commit
from ministry.models import Website
from ministry.register import changes, ends
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def committed() -> str:
    """Let what has been written enter the feed, as a commit does; the point after it."""
    as_at_commit()
    return changes.newest()


@pytest.fixture
def website() -> Website:
    website = register_rows.website(register_rows.subject(name="云岭网络科技有限公司"))
    committed()
    return website


def ask(headers: dict[str, str] | None = None, **query: object):
    return Client().get("/api/v1/changes", query, headers=headers)


def test_a_page_of_changes(website):
    answer = ask()

    assert answer.status_code == 200
    assert answer.json() == {
        "changes": [
            {
                "timepoint": point,
                "what": "entered",
                "number": number,
                "subject_number": str(website.subject.number),
                "province": "110000",
                "service": service,
                "domains": domains,
                "on": str(TODAY),
                "at": answer.json()["changes"][place]["at"],
                "moved_to": "",
            }
            for place, (point, number, service, domains) in enumerate(
                [
                    (changes.after("0", 1).timepoint, str(website.subject.number), None, []),
                    (changes.newest(), str(website.number), 1, [website.domain]),
                ]
            )
        ],
        "timepoint": changes.newest(),
        "more": False,
    }


def test_going_on_from_the_last_timepoint(website):
    first = ask(limit=1).json()
    second = ask(limit=1, after=first["timepoint"]).json()
    ends.cancel_website(website.pk, TODAY + timedelta(days=30))
    committed()
    third = ask(after=second["timepoint"]).json()

    assert (first["more"], second["more"]) == (True, False)
    assert [one["what"] for page in (first, second, third) for one in page["changes"]] == [
        "entered",
        "entered",
        "cancelled",
    ]
    assert ask(after=third["timepoint"]).json() == {"changes": [], "timepoint": third["timepoint"], "more": False}


def test_now_is_where_a_new_reader_begins(website):
    assert ask(after="now").json() == {"changes": [], "timepoint": changes.newest(), "more": False}


def test_a_page_costs_one_query_at_any_depth(website, django_assert_num_queries: DjangoAssertNumQueries):
    for point in ("0", "now", changes.newest()):
        with django_assert_num_queries(1):
            assert ask(after=point).status_code == 200


def test_a_full_page_is_kept_and_the_last_one_compared(website):
    full, last = ask(limit=1), ask()
    again = ask({"if-none-match": last["ETag"]})

    assert (full["Cache-Control"], last["Cache-Control"]) == ("max-age=3600", "no-cache")
    assert (again.status_code, again.content) == (304, b"")
    assert ["Accept" in one["Vary"].split(", ") for one in (full, last, again)] == [True, True, True]


WRONG = [
    *(
        {"after": text}
        for text in ("", "1", "-1", "1-1", "01-123456", "1-1234567", "now ", "x", "1-12345\u0663", "１-123456")
    ),
    *({"limit": limit} for limit in (0, -1, 1001, "x", "", "1e3", 10**30)),
]


@pytest.mark.parametrize("query", WRONG, ids=str)
def test_a_wrong_value_is_named(query):
    answer = ask(**query)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [wrong["name"] for wrong in answer.json()["values"]] == list(query)


@pytest.mark.parametrize("point", ["1-000000", "9223372036854775807-000000", "9999999999999999999-999999"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_unknown_timepoint_is_404_and_says_how_to_begin_again(point, accept):
    answer = ask({"accept": accept}, after=point)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_timepoint")
    assert answer.json()["detail"] == "Take the open data of the month, and go on from their timepoint."


def test_the_id_of_the_last_event_counts_more_than_the_query(website):
    assert ask({"last-event-id": changes.newest()}, after="0").json()["changes"] == []
    answer = ask({"last-event-id": "x"})
    assert (answer.status_code, answer.json()["values"][0]["name"]) == (422, "Last-Event-ID")


def test_the_feed_has_the_limit_of_the_records(website):
    for _n in range(60):
        ask(after="now")
    answer = ask()

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_head_is_answered_and_opens_no_stream(website):
    answer = Client().head("/api/v1/changes", headers={"accept": "text/event-stream"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html, */*;q=0.1", "text/event-stream;q=0.1, */*", "x"]
)
def test_who_does_not_prefer_events_gets_a_page(website, accept):
    assert ask({"accept": accept})["Content-Type"] == "application/json; charset=utf-8"
