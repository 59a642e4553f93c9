"""Which messages an event writes, for whom, and at what cost."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import services
from filings.appointments import booking, slots
from filings.deadlines import sweeps
from filings.errors import MoveRefused
from filings.models import EndpointState, Event, Filing, WebhookEndpoint, WebhookMessage
from filings.moves import assignment, endings
from filings.review import host_questions, questions
from filings.services import splitting, transfers
from filings.states import EVENT_LABELS, Status
from filings.tests.webhooks.conftest import Endpoint
from filings.webhooks import writing
from filings.webhooks.events import LABELS, SENT
from icp_portal.tests.builders import Case, case_at, meeting_place, provider, staff
from icp_portal.tests.costs.test_costs_of_moves import APPROVAL
from ministry.reference import code_tables
from providers.models import Provider, StaffRole
from providers.organisation import webhooks

pytestmark = pytest.mark.django_db


def written(of: Provider | None = None) -> list[dict[str, Any]]:
    rows = WebhookMessage.objects.filter(provider=of) if of else WebhookMessage.objects.all()
    return [json.loads(row.body) for row in rows.order_by("pk")]


def types(of: Provider | None = None) -> list[str]:
    return [message["type"] for message in written(of)]


def test_a_filing_from_submission_to_the_number(endpoint: Endpoint, settings):
    case = Case()
    endpoint(case.provider)

    case.submit().verify().return_to_provider().verify().approve()

    assert types() == [f"filing.{name}" for name in ("submit", "verify", "return", "verify", "approve")]
    last, event = written()[-1], Event.objects.get(filing=case.filing, name="approve")
    number = str(case.filing.subject.number)
    assert last == {
        "type": "filing.approve",
        "timestamp": f"{event.at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "data": {
            "filing": case.filing.pk,
            "status": "filed",
            "version": case.filing.version,
            "number": number,
            "websites": [f"{number}-1"],
            "url": f"{settings.SITE_URL}/provider/filings/{case.filing.pk}/",
        },
    }
    assert [(message["data"]["number"], message["data"]["websites"]) for message in written()[:-1]] == [(None, [])] * 4
    assert WebhookMessage.objects.get(body__contains="approve").event == event


def test_a_message_has_the_number_of_each_service_with_its_letter(endpoint: Endpoint):
    case = Case(services=[code_tables.WEBSITE, code_tables.APP])
    endpoint(case.provider)

    case.submit().verify().approve()

    number = case.filing.subject.number
    assert written()[-1]["data"]["websites"] == [f"{number}-1", f"{number}-2A"]


def test_a_message_has_the_number_of_an_app_whose_website_was_returned(endpoint: Endpoint):
    case = case_at(Status.WITH_BUREAU, services=[code_tables.WEBSITE, code_tables.APP])
    endpoint(case.provider)
    services.claim(case.filing.pk, case.reviewer)
    remark = services.RemarkDraft("websites.0.domain", "1004", "域名无法访问", "填写实际使用的域名")

    splitting.approve_in_part(case.filing.pk, case.reviewer, version=case.refresh().filing.version, remarks=[remark])

    [approval] = [message for message in written() if message["data"]["status"] == "filed"]
    assert approval["data"]["websites"] == [f"{case.refresh().filing.subject.number}-1A"]


def test_a_message_has_the_version_that_the_filing_has_afterwards(endpoint: Endpoint):
    case = Case()
    endpoint(case.provider)

    case.submit()

    assert written()[0]["data"]["version"] == case.filing.version


def test_no_message_has_anything_that_a_host_has_typed(endpoint: Endpoint):
    case = Case()
    endpoint(case.provider)
    case.submit().send_back()

    said = "".join(WebhookMessage.objects.values_list("body", flat=True))
    assert "filing.send_back" in said
    for text in _texts(case.filing.facts):
        assert text not in said


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) and len(value) > 3 and not value.isdigit() else []


def test_questions_and_answers(endpoint: Endpoint):
    case = case_at(Status.WITH_BUREAU)
    endpoint(case.provider)
    services.claim(case.filing.pk, case.reviewer)
    asked = questions.ask(case.filing.pk, case.reviewer, text="在哪里？", days=3)
    passed_on = host_questions.pass_on(case.filing.pk, case.staff, asked.pk, text="请问在哪里？")
    host_questions.answer(case.filing.pk, case.host, passed_on.pk, text="在北京。")
    questions.answer(case.filing.pk, case.staff, asked.pk, text="在北京。")

    assert types() == ["filing.ask", "filing.pass_on", "filing.host_reply", "filing.reply"]


def test_appointments_and_the_end_of_one_that_is_not_needed(endpoint: Endpoint):
    case = Case().submit()
    place = meeting_place(case.provider)
    endpoint(case.provider)
    first, second = slots.free(place)[:2]
    booked = booking.book(case.filing.pk, case.host, place.pk, first.starts, seen=0)
    booking.book(case.filing.pk, case.host, place.pk, second.starts, seen=booked.pk)
    booking.cancel(case.filing.pk, case.host)
    booked = booking.book(case.filing.pk, case.host, place.pk, first.starts, seen=0)
    booking.call_off(booked.pk, case.staff, "无人在岗")
    booking.book(case.filing.pk, case.host, place.pk, first.starts, seen=0)
    case.refresh().withdraw()

    names = ("book", "rebook", "unbook", "book", "call_off", "book", "withdraw", "drop_booking")
    assert types() == [f"filing.{name}" for name in names]
    assert WebhookMessage.objects.values("event").distinct().count() == len(names)


def test_an_overdue_filing(endpoint: Endpoint):
    case = case_at(Status.WITH_BUREAU)
    endpoint(case.provider)
    Filing.objects.update(due_on=timezone.localdate() - timedelta(days=1), reminded_level=0)

    sweeps.watch_deadlines()

    assert types() == ["filing.overdue"]


def test_a_draft_is_no_providers(endpoint: Endpoint):
    case = Case()
    endpoint(case.provider)

    case.withdraw()

    assert (case.filing.status, types()) == (Status.WITHDRAWN, [])


def test_what_a_desk_does_for_itself_is_not_sent(endpoint: Endpoint):
    case = case_at(Status.WITH_PROVIDER)
    endpoint(case.provider)
    services.claim(case.filing.pk, case.staff)
    colleague = staff(case.provider)
    assignment.hand_over(case.filing.pk, case.staff, to=colleague, note="请接手")

    assert types() == []


def test_only_the_chosen_events(endpoint: Endpoint):
    case = Case()
    endpoint(case.provider, ["approve", "send_back"])

    case.submit().send_back()

    assert types() == ["filing.send_back"]


def test_each_address_gets_its_own_and_strangers_get_nothing(endpoint: Endpoint, system):
    case, other = Case(), provider()
    first = endpoint(case.provider)
    second = endpoint(case.provider, ["submit"], url=system.url(host="localhost"))
    endpoint(other)

    case.submit().verify()

    found = WebhookMessage.objects.order_by("pk").values_list("endpoint", "type")
    assert sorted(found) == sorted(
        [(first.pk, "filing.submit"), (second.pk, "filing.submit"), (first.pk, "filing.verify")]
    )
    assert len(set(WebhookMessage.objects.values_list("webhook_id"))) == 3
    assert types(other) == []


@pytest.mark.parametrize("state", [state for state in EndpointState if state != EndpointState.LIVE])
def test_nothing_is_written_for_an_address_that_is_not_in_use(endpoint: Endpoint, state: str):
    case = Case()
    made = endpoint(case.provider)
    WebhookEndpoint.objects.filter(pk=made.pk).update(state=state)

    case.submit()

    assert types() == []


def closed_and_moved(case: Case, to: Provider) -> None:
    Provider.objects.filter(pk=case.provider.pk).update(accepts_new=False)
    transfers.transfer(case.filing.pk, case.host, to.pk, version=case.refresh().filing.version)


@pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.RETURNED_TO_HOST])
def test_a_change_of_provider_is_told_to_the_new_one_only(endpoint: Endpoint, status: Status):
    case, other = case_at(status), provider()
    endpoint(case.provider)
    endpoint(other)

    closed_and_moved(case, other)

    assert (types(case.provider), types(other)) == ([], ["filing.transfer"])
    assert written(other)[0]["data"]["url"].endswith(f"/provider/filings/{case.filing.pk}/")


def test_a_provider_with_no_system_before_and_one_after(endpoint: Endpoint):
    case, other = case_at(Status.WITH_PROVIDER), provider()
    endpoint(other)

    closed_and_moved(case, other)

    assert types() == ["filing.transfer"]


def test_nothing_is_written_when_the_move_is_rolled_back(endpoint: Endpoint):
    case = case_at(Status.WITH_PROVIDER)
    endpoint(case.provider)

    with transaction.atomic():
        endings.withdraw(case.filing.pk, case.host, version=None)
        assert types() == ["filing.withdraw"]
        transaction.set_rollback(True)
    mine = _("You have already done this in another window: %(event)s. What you typed has been kept.")
    with pytest.raises(MoveRefused, match=mine % {"event": EVENT_LABELS["submit"]}):
        endings.withdraw(case.filing.pk, case.host, version=case.filing.version + 1)

    assert types() == []


def test_a_worker_is_told_after_the_commit_once_for_each_address(endpoint: Endpoint, monkeypatch, system):
    told = []
    monkeypatch.setattr(writing, "after_commit", lambda task, *ids: told.append((task, *ids)))
    case = case_at(Status.WITH_PROVIDER)
    made = [endpoint(case.provider), endpoint(case.provider, url=system.url(host="localhost"))]

    case.withdraw()

    assert told == [("filings.deliver_webhooks", row.pk) for row in made]


@pytest.mark.parametrize(("listening", "cost"), [(None, 0), (["withdraw"], 1), (["submit"], 1), (SENT, 1)])
def test_a_move_costs_one_statement_more_where_a_system_listens_and_none_elsewhere(endpoint: Endpoint, listening, cost):
    plain, case = case_at(Status.WITH_PROVIDER), case_at(Status.WITH_PROVIDER)
    if listening:
        endpoint(case.provider, listening)
        endpoint(case.provider, listening, url="http://127.0.0.1:1/second")
    counted = []
    for one in (plain, case):
        with CaptureQueriesContext(connection) as sent:
            endings.withdraw(one.filing.pk, one.host, version=None)
        counted.append(len(sent))

    assert counted[1] - counted[0] == cost


def test_an_approval_costs_one_statement_more_too(endpoint: Endpoint):
    case = Case().submit().verify()
    endpoint(case.provider)
    services.claim(case.filing.pk, case.reviewer)

    with CaptureQueriesContext(connection) as sent:
        services.approve(case.filing.pk, case.reviewer, version=case.filing.version)

    assert len(sent) == APPROVAL + 1


def test_every_event_that_is_sent_has_words_and_fits_its_column():
    assert set(SENT) <= set(EVENT_LABELS)
    assert len(set(SENT)) == len(SENT)
    assert {str(label) for label in LABELS.values()} == {str(EVENT_LABELS[name]) for name in SENT}
    limit = WebhookMessage._meta.get_field("type").max_length
    assert max(map(len, writing.TYPES.values())) <= limit


def test_the_events_that_are_not_sent_were_looked_at():
    """A new event stands here or among those sent."""
    assert set(EVENT_LABELS) - set(SENT) == {
        *("start", "copy", "fill", "unlock", "prove", "erase"),  # before the submission, or after the end
        *("claim", "release", "hand_over", "take_over", "assign", "pause", "unpause", "cover", "allot"),  # a desk's own
        *("amend", "photo", "remind", "resend_codes", "password"),  # done by the provider itself
        *("report", "report_persons", "photo_report"),  # done by the provider's own system
        *("propose", "object", "escalate", "clock", "code"),  # inside another organisation
        *("accept", "reason"),  # shown with the provider's reports; the return itself is sent
        *("order", "split"),  # told by orders; told by the approval and by the return of the rest
    }


def test_a_member_of_staff_who_supervises_no_longer_adds_nothing():
    of = provider()
    member = staff(of, StaffRole.VERIFIER)

    with pytest.raises(MoveRefused, match="主管"):
        webhooks.add(member, webhooks.EndpointWritten(url="https://hooks.example.cn/", events=["submit"]))
    assert not WebhookEndpoint.objects.exists()
