"""A filing that gets no number can be ended by both who have it: withdrawn by its host, closed by its provider."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import services
from filings.errors import MoveRefused
from filings.models import Filing, Reservation
from filings.states import Status
from filings.verification import one_time_codes
from icp_portal.tests.builders import Case, case_at, code_for, provider, sign_in, staff, user_of
from ops.mailsink import MailSink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

OPEN_TO_WITHDRAWAL = (
    Status.DRAFT,
    Status.WITH_PROVIDER,
    Status.RETURNED_TO_HOST,
    Status.WITH_PERSONS,
    Status.RETURNED_TO_PROVIDER,
)
WORDS = {"reason": "unreachable", "words": "三次致电均无人接听。"}


def owner_again(case: Case) -> Filing:
    """Somebody else's draft with the same certificate and domain, submitted."""
    invented = {"invented": case.number}
    other = Case(**invented).submit()
    return other.filing


# --- The host withdraws -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", OPEN_TO_WITHDRAWAL)
def test_a_host_withdraws_on_its_page_whenever_the_bureau_is_not_deciding(client, status):
    case = case_at(status)
    sign_in(client, user_of(case.host))
    page, ask = (reverse(f"filings:{name}", args=[case.filing.pk]) for name in ("status", "withdraw"))

    assert ask in client.get(page).content.decode()
    assert client.post(ask, {"version": case.filing.version}).status_code == 302

    assert case.refresh().filing.status == Status.WITHDRAWN
    assert not Reservation.objects.exists()
    assert owner_again(case).status == Status.WITH_PROVIDER


def test_nothing_is_withdrawn_while_the_bureau_decides(client):
    case = case_at(Status.WITH_BUREAU)
    sign_in(client, user_of(case.host))
    page, ask = (reverse(f"filings:{name}", args=[case.filing.pk]) for name in ("status", "withdraw"))
    assert ask not in client.get(page).content.decode()

    client.post(ask, {"version": case.filing.version})

    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_the_codes_of_a_withdrawn_filing_open_nothing(mailbox: MailSink):
    case = case_at(Status.WITH_PERSONS)
    check = case.filing.person_checks.get()
    code = code_for(check, mailbox)
    last = str(case.filing.get("responsible.cert_number"))[-6:]

    case.withdraw()

    with pytest.raises(MoveRefused, match="找不到"):
        one_time_codes.prove(check.mobile, last, code, address="127.0.0.1")
    assert case.refresh().filing.status == Status.WITHDRAWN
    assert one_time_codes.owed() == []
    assert one_time_codes.end_expired() == 0


# --- The provider closes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.RETURNED_TO_PROVIDER])
def test_a_provider_closes_a_filing_with_a_reason_that_its_host_reads(client, status):
    case = case_at(status)
    services.claim(case.filing.pk, case.staff)
    sign_in(client, user_of(case.staff))
    verify, close = (reverse(f"provider_desk:{name}", args=[case.filing.pk]) for name in ("verify", "close"))
    Email.objects.all().delete()

    assert close in client.get(verify).content.decode()
    assert "终止备案单" in client.get(close).content.decode()
    assert client.post(close, WORDS).status_code == 302

    filing = case.refresh().filing
    event = filing.events.last()
    assert (filing.status, filing.claimed_by_id) == (Status.CLOSED, None)
    assert (event.name, event.user_id) == ("close", case.staff.user_id)
    assert event.note == "联系不上网站主办者，或其未答复：三次致电均无人接听。"
    mail = Email.objects.get()
    assert mail.to == [user_of(case.host).email]
    assert event.note in mail.message
    assert "用这份资料重新填写" in mail.message
    assert not Reservation.objects.exists()
    assert owner_again(case).status == Status.WITH_PROVIDER
    assert f"/filings/{filing.pk}/" in client.get(f"{reverse('provider_desk:index')}?tab=withdrawn").content.decode()


def test_what_a_provider_has_closed_begins_another_filing(client):
    case = case_at(Status.CLOSED)
    sign_in(client, user_of(case.host))
    page = client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()
    assert "三次致电均无人接听。" in page
    assert reverse("filings:copy", args=[case.filing.pk]) in page

    copied = services.copy(case.filing.pk, case.host)

    assert copied.facts == case.filing.facts
    services.submit(copied.pk, case.host, version=None)


@pytest.mark.parametrize(
    ("typed", "field", "refusal"),
    [
        ({**WORDS, "reason": ""}, "reason", "Choose why the filing is closed."),
        ({**WORDS, "reason": "none"}, "reason", "Choose why the filing is closed."),
        ({**WORDS, "words": " "}, "words", "Say in one sentence why the filing is closed; the host can read it."),
    ],
)
def test_a_filing_is_not_closed_without_reason_and_words(client, typed, field, refusal):
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    sign_in(client, user_of(case.staff))

    response = client.post(reverse("provider_desk:close", args=[case.filing.pk]), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert case.refresh().filing.status == Status.WITH_PROVIDER
    with pytest.raises(MoveRefused, match=_(refusal)):
        services.close(case.filing.pk, case.staff, version=None, **typed)


def test_a_refused_closing_keeps_what_was_typed(client):
    case = case_at(Status.WITH_PROVIDER)
    sign_in(client, user_of(case.staff))  # has not taken the filing

    response = client.post(reverse("provider_desk:close", args=[case.filing.pk]), WORDS)

    assert "您尚未领取此备案单，或领取时限已过" in response.content.decode()
    assert WORDS["words"] in response.content.decode()
    assert case.refresh().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("status", [Status.RETURNED_TO_HOST, Status.WITH_PERSONS, Status.WITH_BUREAU, Status.FILED])
def test_what_does_not_lie_with_the_provider_is_not_closed_by_it(status):
    case = case_at(status)
    with pytest.raises(MoveRefused, match=str(Status(status).label)):
        services.close(case.filing.pk, case.staff, version=None, **WORDS)


def test_strangers_close_nothing():
    case = case_at(Status.WITH_PROVIDER)
    stranger = staff(provider())
    with pytest.raises(Filing.DoesNotExist):
        services.close(case.filing.pk, stranger, version=None, **WORDS)
    close = reverse("provider_desk:close", args=[case.filing.pk])
    for actor in (stranger, case.host, case.reviewer):
        assert sign_in(Client(), user_of(actor)).post(close, WORDS).status_code in (302, 404)
    assert case.refresh().filing.status == Status.WITH_PROVIDER
