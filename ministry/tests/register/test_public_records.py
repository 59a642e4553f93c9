"""The public pages of a number and of a domain: state, services, history, and the state on a past day."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from icp_portal.tests import page_parts
from icp_portal.tests.builders import blacklisted_domain
from icp_portal.tests.committed import as_at_commit
from ministry.models import Subject, Website
from ministry.public import too_many
from ministry.reference import code_tables
from ministry.reference.numbers import parse_number
from ministry.register import ends, entry_types, public_records, writer
from ministry.register.record_types import (
    CANCELLED,
    CHANGED,
    ENTERED,
    MOVED,
    RESUMED,
    SUSPENDED,
    PublicRecord,
    RecordChange,
)
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATER, LAST = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
PERSON = {"name": "王小明", "nature": code_tables.PERSON, "cert_type": register_rows.RESIDENT_ID}


@pytest.fixture
def website() -> Website:
    return register_rows.website(register_rows.subject())


def page(what: object, **query: str):
    return Client().get(f"/query/{what}/", query)


def shown(what: object, **query: str) -> PublicRecord:
    return page(what, **query).context["record"]


def person() -> Subject:
    """An individual on record."""
    return register_rows.subject(cert_number="110105199001010011", **PERSON)


def test_a_number_shows_its_record_with_its_services_and_nothing_personal(website):
    other = register_rows.website(website.subject)
    said = page(website.subject.number)
    found = said.context["record"]

    assert [service.number for service in found.services] == [website.number, other.number]
    assert (found.number, found.name, found.bureau) == (
        website.subject.number,
        website.subject.name,
        "Beijing Communications Administration",
    )
    assert [service.providers for service in found.services] == [1, 1]
    assert [service.domains for service in found.services] == [(website.domain,), (other.domain,)]
    text = said.content.decode()
    for hidden in ("responsible_name", "responsible_mobile", "responsible_email", "address"):
        assert getattr(website.subject, hidden) not in text
    assert website.responsible_name not in text
    assert website.responsible_mobile not in text


def test_a_services_number_shows_only_that_service(website):
    register_rows.website(website.subject)

    assert [service.number for service in shown(website.number).services] == [website.number]
    assert page(website.number).context["status"].label == "on record"


def test_a_domain_shows_whose_it_is_and_where_with_nothing_personal(website, django_assert_num_queries):
    with django_assert_num_queries(2):
        said = page(website.domain)
    text = said.content.decode()

    assert [service.providers for service in said.context["found"].services] == [1]
    for told in (
        website.subject.name,
        "Enterprise",
        "Beijing",
        "Beijing Communications Administration",
        "/bureaus/beijing/",
    ):
        assert told in text
    for hidden in ("responsible_name", "responsible_mobile", "responsible_email", "address"):
        assert getattr(website.subject, hidden) not in text


def test_a_domain_of_a_cancelled_individual_names_nobody():
    gone = register_rows.website(person())
    ends.cancel_subject(gone.subject_id, LATER)

    assert "王小明" not in page(gone.domain).content.decode()
    assert "Beijing Communications Administration" in page(gone.domain).content.decode()


def test_other_spellings_lead_to_the_one_address(website):
    loose = str(website.number).replace("号", "").lower()
    response = Client().get("/query/" + loose + "/", {"on": "2026-07-02"})
    domain = Client().get(f"/query/www.{website.domain}/")

    assert (response.status_code, unquote(response["Location"])) == (301, f"/query/{website.number}/?on=2026-07-02")
    assert (domain.status_code, domain["Location"]) == (301, f"/query/{website.domain}/")


def test_a_name_leads_to_the_search(website):
    response = page("某某公司")

    assert (response.status_code, unquote(response["Location"])) == (302, "/query/?q=某某公司")


@pytest.mark.parametrize(
    "what", ["京ICP备2026999999号", "京ICP备2026999999号-7", "nothing.cn", "192.31.196.200", "9" * 12, "…"]
)
def test_what_is_not_on_record_is_404_and_says_so(website, what):
    response = page(what)

    assert response.status_code == 404
    assert "There is no filing at this address" in response.content.decode()


def test_the_history_of_a_number_has_days_and_nothing_else(website):
    other = register_rows.website(website.subject)
    number = website.subject.number
    ends.cancel_website(other.pk, LATER)
    entered = [RecordChange(TODAY, ENTERED, one) for one in (other.number, website.number, number)]

    found = public_records.of_number(number)
    assert found.history == (RecordChange(LATER, CANCELLED, other.number), *entered)
    assert [change.words for change in found.history][:2] == ["Cancelled", "Put on record"]

    ends.cancel_subject(website.subject_id, LAST)
    assert public_records.of_number(number).history[:2] == (
        RecordChange(LAST, CANCELLED, website.number),
        RecordChange(LAST, CANCELLED, number),
    )
    assert page(number).context["status"].label == "cancelled"


def test_a_changed_access_is_no_change_of_the_website(website):
    access = website.accesses.get()
    changed = entry_types.AccessEntry(access.provider_id, ways=[1], places=[1], ip_ranges=["203.0.113.77"])
    writer.change_access(access.pk, changed, LATER)

    assert access.versions.latest("pk").valid_from == LATER
    assert CHANGED not in [change.what for change in public_records.of_number(website.subject.number).history]


def test_a_changed_record_says_when_and_shows_what_it_was(website):
    number, before = website.subject.number, website.name
    approved = {"name": "新名称网站", "domain": website.domain}
    writer.change_website(website.pk, register_rows.entry_of(website, name="新名称网站", facts=approved), LATER)

    assert public_records.of_number(number).history[0] == RecordChange(LATER, CHANGED, website.number)
    assert public_records.of_number(number).history[0].words == "Change of the website"
    assert shown(number).services[0].name == "新名称网站"
    past = shown(number, on=str(LATER - timedelta(days=1)))
    assert (past.services[0].name, past.services[0].domains, past.as_of) == (
        before,
        (website.domain,),
        LATER - timedelta(days=1),
    )
    assert shown(number, on=str(LATER)).services[0].name == "新名称网站"


@pytest.mark.parametrize(
    ("number", "words", "chinese"),
    [
        ("京ICP备2026000001号", "Change of the site host", "变更主体"),
        ("京ICP备2026000001号-1", "Change of the website", "变更网站"),
        ("京ICP备2026000001号-2A", "Change of the APP", "变更APP"),
        ("京ICP备2026000001号-3X", "Change of the mini-program", "变更小程序"),
    ],
)
def test_a_change_says_what_was_changed(number, words, chinese):
    change = RecordChange(TODAY, CHANGED, parse_number(number))

    assert change.words == words
    with override("zh-hans"):
        assert change.words == chinese


def test_a_record_and_its_domain_on_the_list_of_violations_lead_to_each_other(website):
    """Today's list only; the page of a past day tells nothing of today."""
    other = register_rows.website(website.subject)
    blacklisted_domain(website.domain, since=TODAY)
    words = "has been on the list of websites that broke the law since"
    link = f'href="/query/{website.domain}/"'

    for number in (website.subject.number, website.number):
        text = page(number).content.decode()
        assert words in text
        assert link in text
    assert words not in page(other.number).content.decode()
    assert words not in page(website.number, on=str(TODAY)).content.decode()
    text = page(website.domain).content.decode()
    assert words in text
    assert f'href="/query/{website.number}/"' in unquote(text)


def test_the_history_says_when_access_was_suspended_and_resumed(website):
    other, number, today = register_rows.website(website.subject), website.subject.number, timezone.localdate()
    steps = (
        lambda: ends.suspend_website(website.pk, LATER),
        lambda: ends.resume_website(website.pk),
        lambda: ends.suspend_subject(website.subject_id, LAST),
    )
    for step in steps:
        step()
        as_at_commit()  # each in a transaction of its own
    resumed = RecordChange(today, RESUMED, website.number)
    suspended = RecordChange(LATER, SUSPENDED, website.number)
    whole = RecordChange(LAST, SUSPENDED, number)

    assert set(public_records.of_number(number).history[:3]) == {resumed, whole, suspended}
    assert public_records.of_number(other.number).history == (
        whole,
        *(RecordChange(TODAY, ENTERED, one) for one in (other.number, number)),
    )
    assert [change.words for change in (suspended, resumed)] == ["Access suspended", "Access resumed"]
    assert "Access resumed" in page(number).content.decode()
    answer = Client().get(f"/api/v1/records/{number}").json()["history"]
    assert {(one["on"], one["what"]) for one in answer if one["what"] != "entered"} == {
        (str(today), "resumed"),
        (str(LATER), "suspended"),
        (str(LAST), "suspended"),
    }


def test_a_suspension_from_before_the_feed_of_changes_is_in_the_history_once(website):
    Website.objects.filter(pk=website.pk).update(suspended_on=LATER)

    for _turn in ("before it is in the feed", "and after"):
        found = public_records.of_number(website.number).history
        assert [change for change in found if change.what == SUSPENDED] == [
            RecordChange(LATER, SUSPENDED, website.number)
        ]
        as_at_commit()


def test_on_a_day_before_the_approval_or_after_the_end_it_was_not_in_force(website):
    number = website.subject.number
    ends.cancel_subject(website.subject_id, LATER)

    for day in (TODAY - timedelta(days=1), LATER, LAST):
        assert shown(number, on=str(day)) is None
        assert "this number was not in force" in page(number, on=str(day)).content.decode()
    past = shown(number, on=str(LATER - timedelta(days=1)))
    assert page(number).context["status"].label == "cancelled"
    assert page(number, on=str(LATER - timedelta(days=1))).context["status"] is None  # the heading is not of that day
    assert [service.providers for service in past.services] == [1]
    assert (past.cancelled_on, past.services[0].cancelled_on) == (None, None)


@pytest.mark.parametrize("typed", ["x", "2026-02-30", "9999-12-31", "0000-01-01", "", "2026-07-01' OR 1=1"])
def test_a_wrong_day_is_named_and_the_record_of_today_stays(website, typed):
    response = page(website.subject.number, on=typed)
    future = page(website.subject.number, on=str(timezone.localdate() + timedelta(days=1)))

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"on"}
    assert response.context["record"].name == website.subject.name
    assert future.context["form"].errors == {"on": ["This day is in the future. Enter today or a past day."]}
    for refused in (future, page(website.domain, on="rubbish")):  # above today's state, where it is read first
        (why,) = page_parts.texts(refused, "//*[@data-error-summary]//a[@href='#id_on']")
        assert why.startswith("State on this day · ")


def test_a_cancelled_individual_has_no_name_any_more():
    subject = person()
    website = register_rows.website(subject)
    assert shown(subject.number).name == PERSON["name"]

    ends.cancel_subject(subject.pk, LATER)

    for url in (f"/query/{subject.number}/", f"/query/{website.domain}/", f"/query/?q={website.domain}&kind=cancelled"):
        response = Client().get(url)
        assert response.status_code == 200
        assert PERSON["name"] not in response.content.decode()
    past = page(subject.number, on=str(TODAY))
    assert past.context["record"].as_of == TODAY
    assert PERSON["name"] not in past.content.decode()


def test_a_domain_shows_who_has_it_and_who_had_it(website):
    ends.cancel_website(website.pk, LATER)
    second = register_rows.website(register_rows.subject(name="第二有限公司"), domain=website.domain)

    found = page(website.domain).context["found"]

    assert [(one.number, one.cancelled_on) for one in found.services] == [
        (second.number, None),
        (website.number, LATER),
    ]
    assert found.listed_since is None


def test_a_blacklisted_domain_says_since_when_and_not_why():
    blacklisted_domain("bad.cn", since=date(2026, 1, 5))

    text = page("bad.cn").content.decode()

    assert "on the list of websites that broke the law since 5 January 2026" in text
    assert "There is no filing for bad.cn." in text


def test_a_moved_website_leads_to_its_new_number(website):
    there = register_rows.website(register_rows.subject(name="新主办有限公司"))
    ends.cancel_website(website.pk, LATER)
    Website.objects.filter(pk=website.pk).update(migrated_to=there)

    (newest, *_older) = public_records.of_number(website.number).history

    assert newest == RecordChange(LATER, MOVED, website.number, there.number)
    assert newest.words == f"Moved to {there.number}"


def test_a_record_without_services_is_shown():
    subject = register_rows.subject()

    assert shown(subject.number).services == ()
    assert page(f"{subject.number}-1").status_code == 404


def test_many_queries_of_a_record_are_refused_politely(website):
    *answers, refused = [page(website.domain) for _n in range(61)]

    assert ({answer.status_code for answer in answers}, refused.status_code) == ({200}, 429)
    text, wait = refused.content.decode(), int(refused["Retry-After"])
    assert 0 < wait <= too_many.WINDOW
    assert f"Try again in {wait} second" in text
    assert "At most 60 look-ups a minute are answered for one network address" in text
    assert 'action="/query/" ' in text
    assert f'value="{website.domain}"' in text


def test_a_refused_search_keeps_what_was_typed_and_asked(website):
    for _n in range(60):
        page(website.domain)
    typed = '"><script>alert(1)</script>'
    refused = Client().get("/query/", {"q": typed, "kind": "app", "part": '"1'})
    text = refused.content.decode()

    assert refused.status_code == 429
    assert f'value="{escape(typed)}"' in text
    assert '<input type="hidden" name="kind" value="app">' in text
    assert '<input type="hidden" name="part" value="&quot;1">' in text
    assert Client().get("/query/").status_code == 200
