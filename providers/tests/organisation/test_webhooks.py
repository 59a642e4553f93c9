"""Pages about a provider's own systems: addresses, secrets shown once, messages, and sending one again."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Party
from filings.models import (
    AttemptOutcome,
    EndpointState,
    MessageState,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)
from filings.tests.webhooks.receiving import Receiver, receiver, respond
from filings.tests.webhooks.test_writing import closed_and_moved
from filings.webhooks import sending
from filings.webhooks.events import SENT
from icp_portal.tests.builders import Case, provider, staff_user, user
from ministry import audit
from providers.models import OrganisationChange, Provider, Staff, StaffRole
from providers.organisation import webhooks

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
HOME = "/provider/organisation/webhooks/"
NEW, MESSAGES = f"{HOME}new/", f"{HOME}messages/"
URL = "https://hooks.example.cn/icp"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def supervisor(access_provider: Provider, browser: Browser) -> Client:
    return browser(access_provider, StaffRole.SUPERVISOR)


def typed(**changes: Any) -> dict[str, Any]:
    return {"url": URL, "events": list(SENT), "version": 0} | changes


def page_of(endpoint: WebhookEndpoint) -> str:
    return f"{HOME}{endpoint.pk}/"


def add(client: Client, **changes: Any) -> tuple[WebhookEndpoint, str]:
    """Add an address by the form; return it with the secret shown."""
    answer = client.post(NEW, typed(**changes))
    assert answer.status_code == 200, answer
    return WebhookEndpoint.objects.latest("pk"), SECRET.search(unescape(answer.content.decode())).group()


def shown(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_the_page_is_useful_while_it_is_empty(supervisor: Client):
    page = shown(supervisor.get(HOME))

    assert "No messages yet" in shown(supervisor.get(MESSAGES))
    for said in ("Add an address", "hook.verify(", "within 15 seconds", "up to 10 times", "webhook-signature"):
        assert said in page


def test_an_address_is_added_and_its_secret_shown_once(access_provider: Provider, supervisor: Client):
    made, secret = add(supervisor, events=["submit", "approve"])

    assert (made.provider, made.url, made.events, made.secret) == (access_provider, URL, ["submit", "approve"], secret)
    pages = [shown(supervisor.get(url)) for url in (HOME, page_of(made), MESSAGES, "/provider/organisation/changes/")]
    assert all(secret not in page for page in pages)
    assert URL in pages[0]
    change = OrganisationChange.objects.get()
    assert (change.what, change.about, secret in change.after) == ("webhook_made", URL, False)
    assert "Submitted to the access provider" in change.after


def test_the_secret_is_sealed_in_the_database_and_in_the_log(supervisor: Client):
    _made, secret = add(supervisor)
    with connection.cursor() as cursor:
        for table in ("filings_webhookendpoint", "ministry_auditwaiting", "providers_housechange", "django_session"):
            cursor.execute(f'SELECT count(*) FROM "{table}" row WHERE row::text LIKE %s', [f"%{secret[6:]}%"])
            assert cursor.fetchone()[0] == 0, table
    audit.seal()
    assert list(audit.faults()) == []


def test_the_page_with_the_secret_is_not_cached(supervisor: Client):
    answer = supervisor.post(NEW, typed())

    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "http://hooks.example.cn/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://hooks.example.cn:22/"}, "url"),
        ({"url": "https://" + "a" * 600}, "url"),
        ({"events": []}, "events"),
        ({"events": ["claim"]}, "events"),
        ({"events": ["no-such-event"]}, "events"),
    ],
)
def test_a_bad_value_is_named(supervisor: Client, changes: dict[str, Any], field: str):
    answer = supervisor.post(NEW, typed(**changes))

    assert (answer.status_code, f'href="#id_{field}' in answer.content.decode()) == (200, True)
    assert not WebhookEndpoint.objects.exists()


def test_the_same_address_is_there_once(supervisor: Client):
    add(supervisor)

    assert "already been added" in shown(supervisor.post(NEW, typed(url="https://HOOKS.example.cn:443/icp")))
    assert WebhookEndpoint.objects.count() == 1


def test_there_is_a_limit_and_deleted_ones_do_not_count(supervisor: Client):
    made = [add(supervisor, url=f"{URL}/{number}")[0] for number in range(5)]
    assert "already 5 addresses" in shown(supervisor.post(NEW, typed()))

    assert supervisor.post(f"{page_of(made[0])}delete/", {"version": 1}).status_code == 302
    add(supervisor)

    assert WebhookEndpoint.objects.exclude(state=EndpointState.DELETED).count() == 5


def test_it_is_changed_and_the_slower_of_two_keeps_what_was_typed(
    access_provider: Provider, supervisor: Client, browser: Browser
):
    made, _secret = add(supervisor)
    other = browser(access_provider, StaffRole.SUPERVISOR)
    assert supervisor.post(page_of(made), typed(events=["submit"], version=1)).status_code == 302

    answer = other.post(page_of(made), typed(url=f"{URL}/slow", version=1))

    assert "A colleague has changed this address" in shown(answer)
    assert f'value="{URL}/slow"' in shown(answer)
    made.refresh_from_db()
    assert (made.url, made.events, made.version) == (URL, ["submit"], 2)
    assert [change.what for change in OrganisationChange.objects.order_by("pk")] == ["webhook_made", "webhook"]


def test_pause_and_use_again(supervisor: Client):
    made, _secret = add(supervisor)
    supervisor.post(page_of(made), {"pause": "1", "version": 1})
    assert "Paused" in shown(supervisor.get(page_of(made)))
    assert "not in use" in shown(supervisor.post(page_of(made), {"test": "1"}, follow=True))

    supervisor.post(page_of(made), {"use": "1", "version": 2})

    made.refresh_from_db()
    assert made.state == EndpointState.LIVE
    assert "A colleague has changed" in shown(supervisor.post(page_of(made), {"pause": "1", "version": 2}, follow=True))


def test_a_new_secret_is_shown_once_and_the_former_one_kept_for_a_day(supervisor: Client):
    made, former = add(supervisor)

    answer = supervisor.post(page_of(made), {"rotate": "1", "version": 1})

    made.refresh_from_db()
    assert "For 24 hours" in shown(answer)
    assert (made.secret, made.former_secret) == (SECRET.search(shown(answer)).group(), former)
    again = shown(supervisor.post(page_of(made), {"rotate": "1", "version": 1}, follow=True))
    assert "A colleague has changed" in again, "a reload makes no further one"
    assert SECRET.search(again) is None
    assert OrganisationChange.objects.filter(what="webhook_secret").count() == 1


def test_a_deleted_address_is_gone_and_its_messages_stay(access_provider: Provider, supervisor: Client):
    made, _secret = add(supervisor)
    Case(of=access_provider).submit()

    assert supervisor.post(f"{page_of(made)}delete/", {"version": 1}).status_code == 302

    assert supervisor.get(page_of(made)).status_code == 404
    assert supervisor.post(page_of(made), {"rotate": "1", "version": 2}).status_code == 404
    assert "filing.submit" in shown(supervisor.get(MESSAGES))
    assert "not in use" in shown(supervisor.post(f"{MESSAGES}{WebhookMessage.objects.get().pk}/again/", follow=True))


@pytest.fixture
def system(settings) -> Any:
    settings.WEBHOOKS_TO_LOCAL = True
    with receiver() as running:
        yield running


def test_a_test_message_and_what_came_of_it(supervisor: Client, system: Receiver):
    made, _secret = add(supervisor, url=system.url())
    answer = supervisor.post(page_of(made), {"test": "1"})
    url = answer["Location"]
    assert "Not sent yet" in shown(supervisor.get(url))
    system.answer = lambda handler: respond(handler, 500, b"<script>alert(1)</script>\x00broken")

    sending.deliver(made.pk)

    page = supervisor.get(url).content.decode()
    assert "Failed, will be tried again" in page
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;broken" in page) == (False, True)
    assert "&quot;type&quot;: &quot;webhook.test&quot;" in page
    assert WebhookMessage.objects.get().public_id in page
    listed = shown(supervisor.get(MESSAGES))
    assert "Answered with an error" in listed
    assert "In use, but failing" in shown(supervisor.get(HOME))


def test_a_message_is_sent_again_by_its_button(access_provider: Provider, supervisor: Client, system: Receiver):
    made, _secret = add(supervisor, url=system.url())
    Case(of=access_provider).submit()
    url = f"{MESSAGES}{WebhookMessage.objects.get().pk}/"
    assert "already waiting" in shown(supervisor.post(f"{url}again/", follow=True))
    sending.deliver(made.pk)
    assert supervisor.get(f"{url}again/").status_code == 405

    assert "with the same identifier" in shown(supervisor.post(f"{url}again/", follow=True))
    sending.deliver(made.pk)

    assert "will be tried again" not in shown(supervisor.get(url))
    assert (len(system.ids), len(set(system.ids))) == (2, 1)
    assert WebhookAttempt.objects.filter(outcome=AttemptOutcome.OK).count() == 2
    assert OrganisationChange.objects.latest("pk").what == "webhook_again"


def test_a_message_that_waits_after_a_failure_is_sent_at_once_by_its_button(
    access_provider: Provider, supervisor: Client, system: Receiver
):
    made, _secret = add(supervisor, url=system.url())
    Case(of=access_provider).submit()
    url = f"{MESSAGES}{WebhookMessage.objects.get().pk}/"
    assert "Send again" not in shown(supervisor.get(url))
    system.answer = lambda handler: respond(handler, 500)
    sending.deliver(made.pk)
    WebhookMessage.objects.update(due_at=timezone.now() + timedelta(hours=20))
    waiting = supervisor.get(url)
    assert "Send again" in shown(waiting)
    assert waiting.context["due_at"] == WebhookMessage.objects.get().due_at

    system.answer = lambda handler: respond(handler, 200)
    assert "with the same identifier" in shown(supervisor.post(f"{url}again/", follow=True))
    sending.deliver(made.pk)

    assert WebhookMessage.objects.get().state == MessageState.SENT
    assert supervisor.get(url).context["due_at"] is None
    assert len(set(system.ids)) == 1


def test_a_message_that_staging_holds_back_is_sent_by_its_button_when_its_host_is_listed(
    access_provider: Provider, supervisor: Client, system: Receiver, settings: Settings
):
    settings.STAGING_HOSTS = []
    made, _secret = add(supervisor, url=system.url())
    Case(of=access_provider).submit()
    url = f"{MESSAGES}{WebhookMessage.objects.get().pk}/"
    sending.deliver(made.pk)
    page = shown(supervisor.get(url))
    assert "Held back: not in STAGING_HOSTS" in page
    assert "When this host is listed, press “Send again”." in page
    assert "Not sent yet" not in page

    settings.STAGING_HOSTS = ["127.0.0.1"]
    supervisor.post(f"{url}again/")
    sending.deliver(made.pk)

    assert (WebhookMessage.objects.get().state, len(system.ids)) == (MessageState.SENT, 1)


def test_a_message_about_a_filing_that_left_is_not_sent_again(
    access_provider: Provider, supervisor: Client, system: Receiver
):
    made, _secret = add(supervisor, url=system.url())
    case = Case(of=access_provider).submit()
    sending.deliver(made.pk)
    closed_and_moved(case, provider())

    answer = supervisor.post(f"{MESSAGES}{WebhookMessage.objects.get().pk}/again/", follow=True)

    assert "no longer with you" in shown(answer)
    assert WebhookMessage.objects.get().state == MessageState.SENT


def test_tests_and_messages_sent_again_are_limited(supervisor: Client, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_TESTS", 2)
    monkeypatch.setattr(webhooks, "MOST_AGAIN", 1)
    made, _secret = add(supervisor)
    for _n in range(2):
        supervisor.post(page_of(made), {"test": "1"})
    assert "2 test messages within an hour" in shown(supervisor.post(page_of(made), {"test": "1"}, follow=True))
    WebhookMessage.objects.update(state=MessageState.GIVEN_UP)
    first, second = WebhookMessage.objects.all()
    with time_machine.travel(timezone.now() - timedelta(minutes=61)):
        supervisor.post(f"{MESSAGES}{first.pk}/again/")
    supervisor.post(f"{MESSAGES}{second.pk}/again/")
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {MessageState.WAITING}
    WebhookMessage.objects.update(state=MessageState.GIVEN_UP)

    assert "1 messages again" in shown(supervisor.post(f"{MESSAGES}{first.pk}/again/", follow=True))


def test_the_list_comes_in_pages_newest_first_at_the_same_cost(access_provider: Provider, supervisor: Client):
    made, _secret = add(supervisor)
    of_page = []
    for count in (2, 60):
        WebhookMessage.objects.bulk_create(_message(made, f"filing.n{number}") for number in range(count))
        with CaptureQueriesContext(connection) as sent:
            supervisor.get(MESSAGES)
        of_page.append(len(sent))
    page = shown(supervisor.get(MESSAGES))

    assert of_page[0] == of_page[1]
    assert re.findall(r"filing\.n(\d+)", page) == [str(number) for number in range(59, 34, -1)]
    following = re.search(r'href="(\?after=[^"]*)"', page)[1]
    assert re.findall(r"filing\.n(\d+)", shown(supervisor.get(MESSAGES + following)))[0] == "34"


def _message(of: WebhookEndpoint, kind: str) -> WebhookMessage:
    return WebhookMessage(endpoint=of, provider_id=of.provider_id, webhook_id=uuid4(), type=kind, body="{}")


def addresses(made: WebhookEndpoint) -> list[str]:
    message = WebhookMessage.objects.get()
    return [HOME, NEW, MESSAGES, page_of(made), f"{page_of(made)}delete/", f"{MESSAGES}{message.pk}/"]


def test_who_may_open_and_press(access_provider: Provider, supervisor: Client, browser: Browser, no_second_factor):
    made, _secret = add(supervisor)
    supervisor.post(page_of(made), {"test": "1"})
    WebhookMessage.objects.update(state=MessageState.GIVEN_UP)
    again = f"{MESSAGES}{WebhookMessage.objects.get().pk}/again/"
    strangers = [browser(access_provider, StaffRole.VERIFIER), *(_signed_in(user(party)) for party in Party)]
    elsewhere = browser(provider(), StaffRole.ADMINISTRATOR)

    assert {supervisor.get(url).status_code for url in addresses(made)} == {200}
    assert {browser(access_provider).get(url).status_code for url in addresses(made)} == {200}
    for stranger in strangers:
        assert {stranger.get(url).status_code for url in addresses(made)} == {404}
        presses = [
            ({"rotate": "1", "version": 1}, page_of(made)),
            ({"version": 1}, f"{page_of(made)}delete/"),
            ({}, again),
        ]
        assert {stranger.post(url, said).status_code for said, url in presses} == {404}
    assert [elsewhere.get(url).status_code for url in addresses(made)] == [200, 200, 200, 404, 404, 404]
    assert {elsewhere.post(url, said).status_code for said, url in presses} == {404}
    assert URL not in shown(elsewhere.get(HOME)) + shown(elsewhere.get(MESSAGES))
    assert Client().get(HOME).status_code == 302
    made.refresh_from_db()
    assert (made.version, made.state, WebhookMessage.objects.get().state) == (1, "live", MessageState.GIVEN_UP)


def _signed_in(member: Any) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_who_is_no_supervisor_any_more_changes_nothing(access_provider: Provider, browser: Browser):
    member = staff_user(access_provider, StaffRole.SUPERVISOR)
    client = _signed_in(member)
    made, _secret = add(browser(access_provider))
    Staff.objects.filter(user=member).update(suspended_at=timezone.now())

    answer = client.post(page_of(made), {"rotate": "1", "version": 1})

    assert answer.status_code in (302, 404)
    made.refresh_from_db()
    assert made.version == 1
