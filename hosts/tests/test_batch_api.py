"""Many numbers and domains at once: one result for each text, the key that is asked for, and the quota of the day."""

import json
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import api_keys
from accounts.models import ApiKey, LookUps, User
from hosts.batch_api import MOST_SERVICES, MOST_TEXTS
from hosts.tests.batches import refusal, send
from icp_portal.tests.builders import blacklisted_domain, host_user
from ministry.models import BlacklistedDomain, Website
from ministry.register import ends, writer
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATER = TODAY + timedelta(days=30)
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def owner() -> User:
    return host_user()


@pytest.fixture
def key(owner: User) -> str:
    return api_keys.make(owner, "nightly check")[1]


@pytest.fixture
def website() -> Website:
    return register_rows.website(register_rows.subject(name="云岭网络科技有限公司"))


def results(key: str, *texts: str, **more: Any) -> list[dict[str, Any]]:
    answer = send(key, {"texts": texts, **more})
    assert answer.status_code == 200
    return answer.json()["results"]


# --- What is returned -------------------------------------------------------------------------------------


def test_each_text_has_its_result_in_its_place(key, website):
    subject, name = str(website.subject.number), website.subject.name
    texts = [website.domain, "nothing.cn", subject, name, "…", str(website.number), f"https://www.{website.domain}/x"]
    found = results(key, *texts)

    assert [one["text"] for one in found] == texts
    assert [one["outcome"] for one in found] == [
        *("found", "not_found", "found", "not_looked_up", "not_understood", "found", "found"),
    ]
    assert [one["refusal"] for one in found] == [
        *("", "There is no filing for this.", ""),
        "Names are not looked up in batches. Send a filing number or a domain.",
        "Enter a filing number, a domain, an IP address or a name.",
        *("", ""),
    ]
    assert [one["understood"] for one in found] == [
        *(website.domain, "nothing.cn", subject, "", "", str(website.number), website.domain),
    ]
    number = {"number": str(website.number), "subject_number": subject, "domains": [website.domain]}
    for one in (found[0], found[2], found[5], found[6]):
        assert [service | number for service in one["services"]] == one["services"]
        assert len(one["services"]) == 1


def test_a_service_is_as_the_address_of_its_number_returns_it(key, website):
    alone = Client().get(f"/api/v1/records/{website.number}").json()
    assert results(key, str(website.number))[0]["services"] == alone["services"]


def test_the_same_text_twice_has_its_result_twice(key, website):
    one, two = results(key, website.domain, website.domain)

    assert one == two
    assert one["outcome"] == "found"


def test_of_many_services_the_first_are_returned_and_that_there_are_more(key):
    subject = register_rows.subject()
    made = [str(register_rows.website(subject).number) for _n in range(MOST_SERVICES + 2)]
    few = register_rows.subject(cert_number="91110000100000018X", name="另一家")
    register_rows.website(few)
    found, other = results(key, str(subject.number), str(few.number))

    assert [service["number"] for service in found["services"]] == made[:MOST_SERVICES]
    assert (found["more"], other["more"], len(other["services"])) == (True, False, 1)


def test_a_cancelled_record_and_a_listed_domain_say_so(key, website):
    other = register_rows.website(website.subject)
    ends.cancel_website(other.pk, LATER)
    listed = blacklisted_domain(domain="listed.cn", province="110000")
    cancelled, on_list = results(key, other.domain, listed.domain)

    assert [(one["state"], one["cancelled_on"]) for one in cancelled["services"]] == [("cancelled", str(LATER))]
    assert (on_list["outcome"], on_list["listed_since"], on_list["services"]) == ("found", str(listed.since), [])


def test_a_domain_that_was_given_up_says_so_and_is_found_on_a_day_when_it_was_held(key, website):
    Website.objects.filter(pk=website.pk).update(approved_on=date(2016, 5, 16))  # before one domain was the rule
    website.refresh_from_db()
    writer.enter_further_domains(website.pk, ["second.cn"], TODAY)
    kept = {"name": website.name, "domain": website.domain}
    writer.change_website(website.pk, register_rows.entry_of(website, facts=kept), LATER)
    now, other = results(key, "second.cn", "nothing.cn")
    (then,) = results(key, "second.cn", on=str(LATER - timedelta(days=1)))

    gave_up = "A website had this on an earlier day and gave it up. Ask for a day when it had it."
    assert [(one["outcome"], one["refusal"]) for one in (now, other)] == [
        ("not_found", gave_up),
        ("not_found", "There is no filing for this."),
    ]
    assert (then["outcome"], [one["domains"] for one in then["services"]]) == ("found", [[website.domain, "second.cn"]])


def test_a_number_says_since_when_a_domain_of_it_is_listed_there_and_alone(key, website):
    """The earliest day of its domains; of a past day, as it was then; null without a listed domain."""
    Website.objects.filter(pk=website.pk).update(further_domains=["further.cn"])
    days = [TODAY - timedelta(days=2), TODAY - timedelta(days=1)]
    for domain, since in zip((website.domain, "further.cn"), reversed(days), strict=True):
        BlacklistedDomain.objects.create(domain=domain, reason="传播违法信息", source="通知", since=since)
    numbers = [str(website.number), str(website.subject.number), str(register_rows.website(website.subject).number)]

    assert [one["listed_since"] for one in results(key, *numbers)] == [str(days[0]), str(days[0]), None]
    alone = [Client().get(f"/api/v1/records/{number}").json()["listed_since"] for number in numbers]
    assert alone == [str(days[0]), str(days[0]), None]


def test_a_record_without_services_is_found(key):
    found = results(key, str(register_rows.subject().number))

    assert [(one["outcome"], one["services"]) for one in found] == [("found", [])]


def test_the_name_of_an_individual_is_gone_when_the_record_is_cancelled(key):
    person = register_rows.subject(
        name="王小明", nature=5, cert_type=register_rows.RESIDENT_ID, cert_number="110105199001010011"
    )
    website = register_rows.website(person)
    assert [one["services"][0]["host"] for one in results(key, website.domain, str(person.number))] == ["王小明"] * 2
    ends.cancel_subject(person.pk, LATER)

    answer = send(key, {"texts": [website.domain, str(person.number)]})
    assert "王小明" not in answer.content.decode()
    assert [one["services"][0]["host"] for one in answer.json()["results"]] == ["", ""]


def test_a_past_day_is_that_of_the_address_of_a_number_and_of_a_domain(key, website):
    number, day = str(website.number), LATER - timedelta(days=1)
    ends.cancel_subject(website.subject_id, LATER)
    alone = Client().get(f"/api/v1/records/{number}", {"on": str(day)}).json()
    answer = send(key, {"texts": [number, website.domain, number], "on": str(day)}).json()

    assert answer["as_of"] == str(day)
    first, domain, last = answer["results"]
    assert first == last
    assert first["services"] == domain["services"] == alone["services"]
    for other in (LATER, TODAY - timedelta(days=1)):
        found = results(key, number, website.domain, on=str(other))
        assert [one["outcome"] for one in found] == ["not_found", "not_found"]
    future = results(key, number, website.domain, on=str(timezone.localdate() + timedelta(days=1)))
    words = "This day is in the future. Enter today or a past day."
    assert [(one["outcome"], one["refusal"]) for one in future] == [("not_looked_up", words)] * 2


@pytest.mark.parametrize(("more", "most"), [({}, 9), ({"on": str(TODAY)}, 13)])
def test_the_number_of_queries_does_not_grow_with_the_texts(key, more, most):
    rows = [register_rows.website(register_rows.subject(cert_number=f"cert-{n}", name=f"第{n}家")) for n in range(12)]
    numbers = [text for row in rows for text in (str(row.number), str(row.subject.number))]
    texts = [*numbers, *(row.domain for row in rows), *("京ICP备05000001号", "1.1.1.1", "…")]

    def count(asked: list[str]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            results(key, *asked, **more)
        return len(queries)

    results(key, "a.cn")  # the day of use is noted
    few = count([texts[0], texts[-4], *texts[-3:-1]])
    assert few == count(texts)
    assert few <= most


# --- The key ----------------------------------------------------------------------------------------------


def test_without_a_key_nothing_is_looked_up():
    answer = send(None, {"texts": ["a.cn"]})

    assert refusal(answer) == (401, "key")
    assert answer["WWW-Authenticate"] == 'Bearer realm="ICP"'


@pytest.mark.parametrize(
    "given",
    [
        *("", " ", "x", "Bearer", "Bearer ", "Basic YTpi", "bearer \u00e9", "Bearer icp_00000000_" + "A" * 43),
        *("Bearer icp_00000000_", "Bearer " + "A" * 5_000, "Bearer null", "Bearer \x7f\x01"),
    ],
)
def test_what_is_no_key_is_refused(given, key):
    answer = send(None, {"texts": ["a.cn"]}, authorization=given)

    assert refusal(answer) == (401, "key")
    assert answer["WWW-Authenticate"] == 'Bearer realm="ICP", error="invalid_token"'


def test_the_prefix_or_the_digest_is_no_key(key):
    row = ApiKey.objects.get()

    assert row.digest not in key
    assert [refusal(send(text, {"texts": ["a.cn"]})) for text in (row.prefix, row.digest, key[:-1], key + "A")] == [
        (401, "key")
    ] * 4


def test_an_ended_key_and_one_of_a_suspended_account_are_refused(key, owner):
    other = api_keys.make(owner, "another")[1]
    api_keys.end(owner, ApiKey.objects.get(name="nightly check").pk)
    assert refusal(send(key, {"texts": ["a.cn"]})) == (401, "key")
    assert send(other, {"texts": ["a.cn"]}).status_code == 200

    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert refusal(send(other, {"texts": ["a.cn"]})) == (401, "key")
    assert LookUps.objects.get().texts == 1


def test_a_session_is_no_key(owner):
    client = Client()
    client.force_login(owner)
    answer = client.post(reverse("api:batch"), json.dumps({"texts": ["a.cn"]}), content_type="application/json")

    assert refusal(answer) == (401, "key")


def test_a_key_in_the_address_is_not_read(key):
    answer = Client().post(
        f"{reverse('api:batch')}?key={key}&access_token={key}", '{"texts": ["a.cn"]}', content_type="application/json"
    )

    assert refusal(answer) == (401, "key")


def test_a_key_opens_nothing_else(key):
    given = {"authorization": f"Bearer {key}"}

    assert refusal(Client().get("/api/filings/1/findings", headers=given)) == (401, "signed_out")
    assert Client().get("/keys/", headers=given).status_code == 302


# --- Bodies -----------------------------------------------------------------------------------------------


DEEP = "[" * 50_000 + "]" * 50_000


@pytest.mark.parametrize(
    ("body", "expected", "names"),
    [
        ({"texts": []}, (422, "invalid"), ["texts"]),
        ({"texts": ["a.cn"] * (MOST_TEXTS + 1)}, (422, "invalid"), ["texts"]),
        ({"texts": ["a.cn"] * 200_000}, (422, "invalid"), ["texts"]),
        ({}, (422, "invalid"), ["texts"]),
        ({"texts": None}, (422, "invalid"), ["texts"]),
        ({"texts": "a.cn"}, (422, "invalid"), ["texts"]),
        ({"texts": {"0": "a.cn"}}, (422, "invalid"), ["texts"]),
        ({"texts": ["a.cn", None, 7, True, ["b.cn"], {}]}, (422, "invalid"), [f"texts.{n}" for n in range(1, 6)]),
        ({"texts": ["x" * 256]}, (422, "invalid"), ["texts.0"]),
        ({"texts": ["a.cn"], "On": "2026-01-01"}, (422, "invalid"), ["On"]),
        ({"texts": ["a.cn"], "on": "2026-02-30"}, (422, "invalid"), ["on"]),
        ({"texts": ["a.cn"], "on": 0}, (422, "invalid"), ["on"]),
        ({"texts": ["a.cn"], "on": "0"}, (422, "invalid"), ["on"]),
        ({"texts": ["a.cn"], "on": "2026-01-01T00:00:00"}, (422, "invalid"), ["on"]),
        ({"texts": ["a.cn"], "on": ["2026-01-01"]}, (422, "invalid"), ["on"]),
        (["a.cn"], (422, "invalid"), ["body"]),
        ("null", (422, "invalid"), ["body"]),
        ("", (422, "invalid"), ["body"]),
        ('{"texts": ["\\ud800"]}', (422, "invalid"), ["texts.0"]),
        ("{", (400, "unreadable"), None),
        (b"\xff\xfe{}", (400, "unreadable"), None),
        (b'{"texts": ["\xff"]}', (400, "unreadable"), None),
        (DEEP, (400, "unreadable"), None),
        ('{"texts": ["' + "x" * 3_000_000 + '"]}', (400, "unreadable"), None),
    ],
    ids=range(24),
)
def test_what_is_no_batch_is_refused_and_counts_nothing(key, body, expected, names):
    answer = send(key, body)

    assert refusal(answer) == expected
    assert [value["name"] for value in answer.json().get("values", [])] == (names or [])
    assert not LookUps.objects.exists()


@pytest.mark.parametrize(
    "text", ["a\x00b.cn", "\x00", "' OR 1=1 --", "\u202e", "京ICP备" + "9" * 200, "xn--a.cn", "[::1]", "1e9"]
)
def test_strange_texts_have_a_result_like_any_other(key, text):
    (found,) = results(key, text)

    assert found["text"] == text
    assert found["outcome"] != "found"
    assert found["refusal"]


def test_another_content_type_is_read_as_the_same_json(key):
    answer = Client().post(
        reverse("api:batch"),
        '{"texts": ["a.cn"]}',
        content_type="text/plain",
        headers={"authorization": f"Bearer {key}"},
    )

    assert answer.status_code == 200
