"""Actions of reviewers in the bureau's queue: claim, reassign, assign, take over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from bureaus.models import Reviewer
from bureaus.tests.queue_pages import QUEUE, act, due, listed, numbers, text
from filings import clock, services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Event, Filing
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, chief, client_of, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def last(case: Case) -> Event:
    return case.filing.events.order_by("-pk").first()


def mailed() -> list[str]:
    return sorted(address for mail in Email.objects.all() for address in mail.to)


def address_of(actor: Actor) -> str:
    return User.objects.get(pk=actor.user_id).email


def test_one_takes_puts_back_and_hands_over_from_the_queue():
    case, to = case_at(Status.WITH_BUREAU), reviewer()
    client = client_of(case.reviewer)
    act(client, "claim", case)
    assert "Reassign" in text(client.get(QUEUE))
    act(client, "release", case)
    assert case.refresh().filing.claimed_by_id is None
    act(client, "claim", case)

    page = act(client, "hand_over", case, to=to.user_id, note="只差前置审批")

    case.refresh()
    assert f"Reassigned to {to.name}." in text(page)
    assert case.filing.claimant_id() == to.user_id
    assert timezone.localdate(case.filing.claimed_until) == case.filing.due_on
    assert (last(case).name, last(case).note) == ("hand_over", f"→ {to.name}：只差前置审批")
    assert mailed()[-1:] == [address_of(to)] or address_of(to) in mailed()
    assert f"{reverse('bureau_desk:review', args=numbers(case))}" in Email.objects.order_by("-pk").first().message
    assert listed(client_of(to), tab="mine") == numbers(case)


def test_what_is_overdue_is_a_colleague_s_until_the_next_working_day_ends():
    case, to = due(case_at(Status.WITH_BUREAU), -3), reviewer()
    services.claim(case.filing.pk, case.reviewer)

    assignment.hand_over(case.filing.pk, case.reviewer, to=to, note="")

    assert case.refresh().filing.claimed_until == clock.end_of_next_working_day()


@pytest.mark.parametrize("stranger", ["provider", "province", "gone"])
def test_nothing_is_handed_over_to_anybody_but_a_present_colleague(stranger):
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    to = {"provider": case.staff, "province": reviewer(GUANGDONG), "gone": reviewer()}[stranger]
    if stranger == "gone":
        Reviewer.objects.filter(user=to.user_id).delete()
    client = client_of(case.reviewer)

    page = act(client, "hand_over", case, to=to.user_id)

    assert "Reassigned" not in text(page)
    assert case.refresh().filing.claimant_id() == case.reviewer.user_id
    if stranger != "gone":
        with pytest.raises(MoveRefused, match="your own bureau"):
            assignment.hand_over(case.filing.pk, case.reviewer, to=to, note="")


def test_the_chief_takes_over_and_gives_out_and_both_are_told():
    case, head, to = case_at(Status.WITH_BUREAU), chief(), reviewer()
    services.claim(case.filing.pk, case.reviewer)
    Email.objects.all().delete()
    client = client_of(head)

    act(client, "take_over", case)
    case.refresh()
    assert (case.filing.claimant_id(), last(case).name) == (head.user_id, "take_over")
    assert mailed() == [address_of(case.reviewer)]

    Email.objects.all().delete()
    services.release(case.filing.pk, head)
    services.claim(case.filing.pk, case.reviewer)
    page = client.post(
        reverse("bureau_desk:assign"), {"filing": numbers(case), "to": to.user_id, "view": "tab=work"}, follow=True
    )
    case.refresh()
    assert f"One filing assigned to {to.name}." in text(page)
    assert (case.filing.claimant_id(), last(case).name) == (to.user_id, "assign")
    assert timezone.localdate(case.filing.claimed_until) == case.filing.due_on
    assert mailed() == sorted([address_of(case.reviewer), address_of(to)])


def test_pressing_twice_gives_once_and_says_so():
    case, head, to = case_at(Status.WITH_BUREAU), chief(), reviewer()
    client = client_of(head)
    sent = {"filing": numbers(case), "to": to.user_id, "view": "tab=work"}
    client.post(reverse("bureau_desk:assign"), sent)
    Email.objects.all().delete()

    page = client.post(reverse("bureau_desk:assign"), sent)

    assert f"{to.name} already has this filing." in text(page)
    assert case.filing.events.filter(name="assign").count() == 1
    assert mailed() == []


def test_a_reviewer_has_none_of_the_chief_s_acts():
    case, other = case_at(Status.WITH_BUREAU), reviewer()
    services.claim(case.filing.pk, case.reviewer)
    client = client_of(other)
    url = reverse("bureau_desk:take_over", args=numbers(case))

    answers = [client.get(url).status_code, client.post(url).status_code]
    answers.append(
        client.post(reverse("bureau_desk:assign"), {"filing": numbers(case), "to": other.user_id}).status_code
    )

    assert answers == [404, 404, 404]
    assert 'name="filing"' not in text(client.get(QUEUE, {"tab": "work"}))
    with pytest.raises(MoveRefused, match="chief"):
        assignment.take_over(case.filing.pk, other)
    (outcome,) = assignment.assign(numbers(case), other, to=other)
    assert "chief" in outcome.refusal
    assert case.refresh().filing.claimant_id() == case.reviewer.user_id


def test_nothing_is_given_that_does_not_lie_with_the_bureau():
    filed, strange, to, head = (
        case_at(Status.FILED),
        case_at(Status.WITH_BUREAU, province=GUANGDONG),
        reviewer(),
        chief(),
    )
    page = client_of(head).post(
        reverse("bureau_desk:assign"), {"filing": [*numbers(filed, strange), "x", "9" * 30], "to": to.user_id}
    )

    assert "is not with you" in text(page)
    assert "There is no such filing." in text(page)
    assert not Event.objects.filter(name="assign").exists()


def test_a_lease_of_a_colleague_is_open_to_all_once_its_time_is_over():
    case, other = case_at(Status.WITH_BUREAU), reviewer()
    services.claim(case.filing.pk, case.reviewer)
    Filing.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))

    assert listed(client_of(case.reviewer), tab="mine") == listed(client_of(other), tab="free") == numbers(case)


def test_who_takes_what_in_a_bureau_is_told_to_nobody_outside_it():
    case, to = case_at(Status.WITH_BUREAU), reviewer()
    services.claim(case.filing.pk, case.reviewer)
    assignment.hand_over(case.filing.pk, case.reviewer, to=to, note="内部的话")

    args = numbers(case)
    pages = (
        (case.staff, reverse("provider_desk:verify", args=args)),
        (case.staff, "/provider/?tab=bureau"),
        (case.host, reverse("filings:status", args=args)),
    )
    for who, url in pages:
        page = text(client_of(who).get(url))
        assert case.filing.domain in page
        for word in ("内部的话", "Reassigned", to.name, case.reviewer.name):
            assert (url, word in page) == (url, False)


def test_who_works_on_a_returned_filing_at_the_provider_is_told_to_no_reviewer():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    client = client_of(case.reviewer)

    for url in ("/bureau/?tab=returned", reverse("bureau_desk:review", args=numbers(case))):
        page = text(client.get(url))
        assert case.filing.domain in page
        assert f"{case.staff.name} is working" not in page
    assert case.staff.name not in text(client.get("/bureau/?tab=returned"))


def test_who_has_a_filing_hands_it_over_from_its_page_and_nobody_else_is_offered_that():
    case = case_at(Status.WITH_BUREAU)
    page, act = (reverse(f"bureau_desk:{name}", args=[case.filing.pk]) for name in ("review", "hand_over"))
    assert act not in text(client_of(case.reviewer).get(page))

    services.claim(case.filing.pk, case.reviewer)
    assert act in text(client_of(case.reviewer).get(page))
    for other in (reviewer(), chief()):
        assert act not in text(client_of(other).get(page))
    assert act not in text(client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk])))
