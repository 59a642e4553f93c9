"""Suspensions and listed domains as of a past day: pages, API and batch say the same."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from hosts.batch_api import MOST_SERVICES
from hosts.tests.batches import send
from icp_portal.demo import invent
from icp_portal.tests.builders import blacklisted_domain, host_user, number
from icp_portal.tests.committed import as_at_commit
from ministry.models import Subject, Website
from ministry.models.feed import IMPORTING
from ministry.register import ends, public_records, writer
from ministry.register.record_types import RESUMED, SUSPENDED
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATER, LAST = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
DAY = timedelta(days=1)


@pytest.fixture
def website() -> Website:
    return register_rows.website(register_rows.subject())


def ask(path: str, on: date | None = None) -> dict[str, Any]:
    return Client().get(f"/api/v1/{path}", {"on": str(on)} if on else {}).json()


def states(website: Website, on: date | None = None) -> set[tuple[str, str | None]]:
    """State and day of suspension of a website as each of the public answers has them, which must be one."""
    path, (_key, secret) = quote(str(website.number)), api_keys.make(host_user(), "states")
    of_batch = send(secret, {"texts": [str(website.number), website.domain], **({"on": str(on)} if on else {})})
    answers = [ask(f"records/{path}", on), ask(f"domains/{website.domain}", on), *of_batch.json()["results"]]
    query = {"on": str(on)} if on else {}
    pages = [Client().get(f"/query/{one}/", query).context for one in (website.number, website.domain)]
    shown = [*pages[0]["record"].services, *pages[1]["found"].services]
    return {
        *((one["services"][0]["state"], one["services"][0]["suspended_on"]) for one in answers),
        *((one.state.value, one.suspended_on and str(one.suspended_on)) for one in shown),
    }


def committed(*steps: Any) -> None:
    """Take each step in a transaction of its own."""
    for step in steps:
        step()
        as_at_commit()


def test_a_suspension_holds_from_its_day_to_the_day_it_was_lifted(website):
    committed(lambda: ends.suspend_website(website.pk, LATER), lambda: ends.resume_website(website.pk))

    assert states(website, LATER - DAY) == {("on_record", None)}
    assert states(website, LATER) == {("suspended", str(LATER))}
    assert states(website, LAST) == {("suspended", str(LATER))}
    assert states(website, timezone.localdate()) == {("on_record", None)}
    assert states(website) == {("on_record", None)}


def test_the_suspension_of_a_host_is_that_of_its_websites(website):
    committed(lambda: ends.suspend_subject(website.subject_id, LATER), lambda: ends.suspend_website(website.pk, LAST))

    assert states(website, LATER - DAY) == {("on_record", None)}
    assert states(website, LATER) == {("suspended", str(LATER))}
    assert states(website, LAST) == states(website) == {("suspended", str(LATER))}
    record = ask(f"records/{quote(str(website.subject.number))}", LATER)
    assert (record["state"], record["suspended_on"]) == ("suspended", str(LATER))


def test_a_host_that_is_resumed_leaves_its_website_suspended(website):
    committed(
        lambda: ends.suspend_website(website.pk, LATER),
        lambda: ends.suspend_subject(website.subject_id, LATER + DAY),
        lambda: ends.resume_subject(website.subject_id),
    )

    assert states(website, LATER + DAY) == {("suspended", str(LATER))}
    assert states(website, timezone.localdate()) == states(website) == {("suspended", str(LATER))}
    record = ask(f"records/{quote(str(website.subject.number))}")
    assert (record["state"], record["suspended_on"]) == ("on_record", None)


@pytest.mark.parametrize("model", [Website, Subject])
def test_a_suspension_from_before_the_feed_counts_from_its_day(website, model):
    """As an import writes it: the rows are not in the feed one by one."""
    model.objects.filter(pk=website.pk if model is Website else website.subject_id).update(suspended_on=LATER)

    assert states(website, LATER - DAY) == {("on_record", None)}
    assert states(website, LATER) == states(website) == {("suspended", str(LATER))}


def test_the_suspensions_of_a_host_and_of_its_website_are_told_apart(website):
    first, later = TODAY + DAY, TODAY + 9 * DAY
    Subject.objects.filter(pk=website.subject_id).update(suspended_on=first)  # as imported
    committed(lambda: ends.suspend_website(website.pk, LAST))

    assert {*states(website, LATER), *states(website, LAST), *states(website)} == {("suspended", str(first))}

    other = register_rows.website(register_rows.subject(cert_number=invent.credit_code(number())))
    Website.objects.filter(pk=other.pk).update(suspended_on=later)
    committed(lambda: ends.suspend_subject(other.subject_id, LATER))
    assert states(other, LATER) == states(other) == {("suspended", str(later))}


@pytest.mark.parametrize("model", [Website, Subject])
def test_a_suspension_that_was_imported_and_lifted_is_told(website, model):
    pk = website.pk if model is Website else website.subject_id
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {IMPORTING} = 'on'")
        model.objects.filter(pk=pk).update(suspended_on=LATER)
        as_at_commit()
        cursor.execute(f"SET LOCAL {IMPORTING} = 'off'")
    committed(lambda: ends.resume_website(pk) if model is Website else ends.resume_subject(pk))

    assert states(website, LATER - DAY) == {("on_record", None)}
    assert states(website, LATER) == {("suspended", str(LATER))}
    assert states(website) == {("on_record", None)}
    told = [(one.what, one.on) for one in public_records.of_number(website.number).history]
    assert {(SUSPENDED, LATER), (RESUMED, timezone.localdate())} <= set(told)


def test_a_cancelled_record_has_been_suspended_on_its_former_days(website):
    committed(lambda: ends.suspend_website(website.pk, LATER), lambda: ends.cancel_website(website.pk, LAST))

    assert states(website, LAST - DAY) == {("suspended", str(LATER))}
    assert states(website) == {("cancelled", str(LATER))}


def test_a_cancelled_service_is_not_suspended_with_its_host_afterwards(website):
    register_rows.website(website.subject)
    committed(lambda: ends.cancel_website(website.pk, LATER), lambda: ends.suspend_subject(website.subject_id, LAST))

    assert states(website) == {("cancelled", None)}


def test_of_a_past_day_the_domains_of_that_day_are_looked_for_on_the_list(website):
    """A domain that was given up was listed while it was held; one that came later was not the website's then."""
    path, first, second = quote(str(website.number)), website.domain, "second.cn"
    Website.objects.filter(pk=website.pk).update(approved_on=date(2016, 5, 16))  # as of a time of several domains
    website.refresh_from_db()
    writer.enter_further_domains(website.pk, [second], LATER)
    alone = {"name": website.name, "domain": first}
    writer.change_website(website.pk, register_rows.entry_of(website, facts=alone), LAST)
    blacklisted_domain(second, since=LATER - DAY)

    def listed(on: date | None) -> list[str | None]:
        (_key, secret) = api_keys.make(host_user(), "listed")
        of_batch = send(secret, {"texts": [str(website.number)], **({"on": str(on)} if on else {})})
        answers = [ask(f"records/{path}", on), *of_batch.json()["results"]]
        return [one["listed_since"] for one in answers]

    def on_page(on: date) -> list[tuple[str, date]]:
        return list(Client().get(f"/query/{website.number}/", {"on": str(on)}).context["listed"])

    assert listed(LATER) == [str(LATER - DAY)] * 2
    assert on_page(LATER) == [(second, LATER - DAY)]
    assert listed(LATER - DAY) == listed(LAST) == listed(None) == [None] * 2
    assert on_page(LATER - DAY) == on_page(LAST) == []

    blacklisted_domain(first, since=LAST)
    assert listed(LAST - DAY) == [str(LATER - DAY)] * 2
    assert listed(LAST) == [str(LAST)] * 2


def test_a_batch_finds_the_services_of_a_past_day_behind_many_cancelled_ones(website):
    for _n in range(MOST_SERVICES):
        ends.cancel_website(register_rows.website(website.subject).pk, LATER)
    last = register_rows.website(website.subject)
    ends.cancel_website(website.pk, LATER)
    blacklisted_domain(last.domain, since=LATER)
    (_key, secret) = api_keys.make(host_user(), "many")

    def first(on: date | None) -> dict[str, Any]:
        texts = {"texts": [str(website.subject.number)], **({"on": str(on)} if on else {})}
        return send(secret, texts).json()["results"][0]

    past, now = first(LAST), first(None)
    assert [one["number"] for one in past["services"]] == [str(last.number)]
    assert (past["more"], past["listed_since"]) == (False, str(LATER))
    assert (len(now["services"]), now["more"], now["listed_since"]) == (MOST_SERVICES, True, str(LATER))


def test_the_page_of_a_past_day_names_the_listed_domain_of_that_day(website):
    blacklisted_domain(website.domain, since=LATER)
    query = {"on": str(LATER)}

    text = Client().get(f"/query/{website.number}/", query).content.decode()
    assert f"On 31 July 2026 {website.domain} was on the list of websites that broke the law." in text
    assert "was on the list" not in Client().get(f"/query/{website.number}/").content.decode()


def test_results_say_since_when_a_record_is_suspended_or_cancelled(website):
    other = register_rows.website(website.subject)
    ends.suspend_website(website.pk, LATER)
    ends.cancel_website(other.pk, LAST)

    suspended, cancelled = "Since 31 July 2026", "Since 30 August 2026"
    for path in (f"/query/?q={website.domain}", f"/query/{website.domain}/", f"/query/{website.number}/"):
        text = Client().get(path).content.decode()
        assert (text.count(suspended), text.count(cancelled)) == (1, 0)
    for path in (f"/query/?q={other.domain}&kind=cancelled", f"/query/{other.domain}/", f"/query/{other.number}/"):
        text = Client().get(path).content.decode()
        assert (text.count(suspended), text.count(cancelled)) == (0, 1)
    found = ask(f"records?q={website.domain}")["services"]
    assert [one["suspended_on"] for one in found] == [str(LATER)]

    ends.suspend_subject(website.subject_id, LAST)
    assert "<dt>Access suspended</dt>" in Client().get(f"/query/{website.subject.number}/").content.decode()
