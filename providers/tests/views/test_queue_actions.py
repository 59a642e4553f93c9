"""What staff do from the provider's queue: claim, reassign and hold one filing, or act on several at once."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from desks import paging
from desks.staff import queue_acts
from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, provider, staff
from providers.models import StaffRole
from providers.tests.queue_pages import QUEUE, access_provider, bulk, listed, numbers, sheet_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- One filing -------------------------------------------------------------------------------------


def test_a_filing_is_handed_over_through_its_page():
    of, verifier, _chief = access_provider()
    colleague, case = staff(of), case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    client, url = client_of(verifier), reverse("provider_desk:hand_over", args=numbers(case))

    assert url in text(client.get(QUEUE))
    response = client.post(url, {"to": colleague.user_id, "note": "只差拍照"})

    assert response.status_code == 302
    assert case.refresh().filing.claimant_id() == colleague.user_id
    assert listed(client_of(colleague), tab="mine") == numbers(case)
    assert "只差拍照" in text(client_of(colleague).get(reverse("provider_desk:verify", args=numbers(case))))


def test_a_refused_act_keeps_what_was_typed():
    of, verifier, _chief = access_provider()
    colleague, case = staff(of), case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    client = client_of(verifier)
    Filing.objects.update(claimed_until=timezone.now())

    page = client.post(
        reverse("provider_desk:hand_over", args=numbers(case)), {"to": colleague.user_id, "note": "长长的说明"}
    )

    assert page.status_code == 200
    assert "or your claim has expired" in text(page)
    assert "长长的说明" in text(page)


def test_no_stranger_is_offered_or_taken_as_a_colleague():
    of, verifier, _chief = access_provider()
    stranger, case = staff(provider()), case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    client, url = client_of(verifier), reverse("provider_desk:hand_over", args=numbers(case))

    for to in (stranger.user_id, verifier.user_id, "", "x", "9" * 30, "\x00"):
        assert stranger.name not in text(client.get(url))
        assert client.post(url, {"to": to, "note": ""}).status_code == 200
    assert case.refresh().filing.claimant_id() == verifier.user_id


def test_taking_over_is_offered_to_supervisors_alone():
    of, verifier, chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    url = reverse("provider_desk:take_over", args=numbers(case))

    assert client_of(staff(of)).get(url).status_code == 404
    assert client_of(staff(of)).post(url).status_code == 404
    assert client_of(staff(provider(), StaffRole.ADMINISTRATOR)).post(url).status_code == 404
    assert case.refresh().filing.claimant_id() == verifier.user_id
    assert url not in text(client_of(staff(of)).get(QUEUE, {"tab": "colleagues"}))
    assert url in text(client_of(chief).get(QUEUE, {"tab": "colleagues"}))
    assert verifier.name in text(client_of(chief).get(url))
    assert client_of(chief).post(url).status_code == 302
    assert case.refresh().filing.claimant_id() == chief.user_id


def test_a_take_over_that_is_refused_is_answered_even_if_nothing_at_all_was_sent():
    of, _verifier, chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)

    page = client_of(chief).post(reverse("provider_desk:take_over", args=numbers(case)))

    assert page.status_code == 200
    assert "This filing is no longer claimed by a colleague. Claim it as usual." in text(page)


BAD_HOLDS = [
    ("", "等材料"),
    ("2026-02-30", "等材料"),
    ("1999-01-01", "等材料"),
    ("9999-12-31", "等材料"),
    ("x\x00", "y"),
]


@pytest.mark.parametrize(("until", "reason"), BAD_HOLDS)
def test_a_bad_hold_is_answered_and_the_reason_kept(until, reason):
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)

    page = client_of(verifier).post(
        reverse("provider_desk:pause", args=numbers(case)), {"until": until, "reason": reason}
    )

    assert page.status_code == 200
    assert reason in text(page)
    assert not case.refresh().filing.is_paused


def test_a_hold_shows_its_reason_in_the_queue_and_nowhere_to_the_host():
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    until = timezone.localdate() + timedelta(days=2)

    client_of(verifier).post(
        reverse("provider_desk:pause", args=numbers(case)), {"until": until.isoformat(), "reason": "内部：等主管"}
    )

    assert "内部：等主管" in text(client_of(staff(of)).get(QUEUE, {"tab": "hold"}))
    host = client_of(case.host)
    for name in ("filings:status", "filings:rounds", "filings:home"):
        args = [] if name == "filings:home" else numbers(case)
        page = text(host.get(reverse(name, args=args)))
        assert "等主管" not in page
        assert "on hold" not in page


# --- Several at once --------------------------------------------------------------------------------


def test_a_supervisor_gives_out_several_and_is_told_of_each_that_was_refused():
    of, verifier, chief = access_provider()
    one, two, gone = case_at(Status.WITH_PROVIDER, of=of), Case(of=of).submit(), case_at(Status.WITH_BUREAU, of=of)
    stranger = case_at(Status.WITH_PROVIDER)

    page = bulk(client_of(chief), "assign", numbers(one, two, gone, stranger), to=verifier.user_id)

    assert listed(client_of(verifier), tab="mine") == numbers(one, two)
    words = dict(re.findall(r"<td[^>]*>(\d+)</td>\s*<td[^>]*>(.*?)</td>", text(page), re.S))
    assert {int(pk): "tone-done" in what for pk, what in words.items()} == {
        one.filing.pk: True,
        two.filing.pk: True,
        gone.filing.pk: False,
        stranger.filing.pk: False,
    }
    assert "There is no such filing" in words[str(stranger.filing.pk)]
    assert stranger.refresh().filing.claimed_by is None


def test_verifiers_give_nothing_out_and_strangers_are_given_nothing():
    of, verifier, chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)

    bulk(client_of(verifier), "assign", numbers(case), to=verifier.user_id)
    for to in (staff(provider()).user_id, case.filing.host_id, "", "x", "9" * 30):
        bulk(client_of(chief), "assign", numbers(case), to=to)

    assert case.refresh().filing.claimed_by is None


def test_hosts_are_reminded_from_the_queue_once_a_day():
    of, verifier, _chief = access_provider()
    case = case_at(Status.RETURNED_TO_HOST, of=of)
    Email.objects.all().delete()
    client = client_of(verifier)
    assert "Remind the host" in text(client.get(QUEUE, {"tab": "host"}))

    assert bulk(client, "remind", numbers(case)).status_code == 302
    again = bulk(client, "remind", numbers(case))

    assert "has already been reminded of this filing today" in text(again)
    assert "Reminded today" in text(client.get(QUEUE, {"tab": "host"}))
    assert Email.objects.count() == 1


@pytest.mark.parametrize("chosen", [[], ["x"], ["\x00"], ["9" * 30], ["-1"], ["１"]])
def test_without_a_choice_nothing_is_done(chosen):
    client = client_of(staff(provider(), StaffRole.SUPERVISOR))

    for act in ("assign", "remind"):
        assert bulk(client, act, chosen).status_code == 302
    assert bulk(client, "delete", chosen).status_code == 404
    assert bulk(client, "", [1]).status_code == 404


def test_after_several_one_is_back_at_one_s_view_and_never_elsewhere():
    client = client_of(staff(provider()))

    for view in ("tab=work&nature=4", "tab=work&nature=4&next=//evil.example", "//evil.example?tab=work&nature=4"):
        response = client.post(reverse("provider_desk:bulk"), {"act": "remind", "view": view})
        assert response["Location"].startswith(f"{QUEUE}?")
        assert "evil" not in response["Location"]


def everything(client: Client, act: str, view: str, **more: object) -> HttpResponse:
    """Press a button with “All … of this view” ticked."""
    return client.post(reverse("provider_desk:bulk"), {"act": act, "all": "1", "view": view, **more}, follow=True)


def test_all_filings_of_the_filter_are_given_out_not_only_the_page_s(monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 1)
    of, verifier, chief = access_provider()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(3)]
    person = Case(of=of, individual=True).submit()  # outside the filter
    case_at(Status.WITH_PROVIDER)  # another provider's
    nature = cases[0].filing.subject_nature
    client = client_of(chief)
    shown = text(client.get(QUEUE, {"tab": "work", "nature": nature}))
    assert "All 3 of this view" in shown

    page = everything(client, "assign", f"tab=work&nature={nature}", to=verifier.user_id, filing=numbers(person))

    assert f"3 filings assigned to {verifier.name}." in text(page)
    assert list(Filing.objects.filter(claimed_by=verifier.user_id).order_by("pk")) == [case.filing for case in cases]


def test_one_press_acts_on_so_many_and_says_how_many_are_left(monkeypatch):
    monkeypatch.setattr(queue_acts, "MOST_AT_ONCE", 2)
    of, verifier, chief = access_provider()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(5)]

    page = everything(client_of(chief), "assign", "tab=work", to=verifier.user_id)

    assert f"2 filings assigned to {verifier.name}." in text(page)
    assert "At most 2 filings at once: 3 of this view are left." in text(page)
    assert listed(client_of(verifier), tab="mine") == numbers(*cases[:2])


def test_each_refusal_of_all_is_shown():
    of, _verifier, _chief = access_provider()
    case, again = (case_at(Status.RETURNED_TO_HOST, of=of) for _n in range(2))
    client = client_of(staff(of))
    bulk(client, "remind", numbers(again))

    page = text(everything(client, "remind", "tab=host"))

    assert "One host reminded." in page
    assert page.count("has already been reminded of this filing today") == 1
    assert case.refresh().filing.nudged_on == timezone.localdate()


def test_all_of_a_search_or_of_nothing():
    of, verifier, chief = access_provider()
    case, other = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    client = client_of(chief)

    everything(client, "assign", urlencode({"q": case.filing.domain}), to=verifier.user_id)
    assert [one.refresh().filing.claimed_by_id for one in (case, other)] == [verifier.user_id, None]
    assert "Choose at least one filing." in text(everything(client, "assign", "tab=hold", to=verifier.user_id))
    assert everything(client, "assign", "tab=nothing", to=verifier.user_id).status_code == 404
    _head, *lines = sheet_of(everything(client, "export", "tab=work", filing=numbers(case)))
    assert [line[0] for line in lines] == numbers(other)


def test_a_verifier_gives_nothing_out_by_all_either():
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)

    page = everything(client_of(verifier), "assign", "tab=work", to=verifier.user_id)

    assert "Only a supervisor or an administrator may do this." in text(page)
    assert case.refresh().filing.claimed_by is None
