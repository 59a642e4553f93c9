"""Automatic assignment: to the least load among those present; the filings of who has left are released."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from bureaus import absences, distribution
from bureaus.models import Bureau, Reviewer
from bureaus.tests.queue_pages import text
from bureaus.tests.reviewing import in_review, propose, set_rules
from filings import services
from filings.actors import Actor
from filings.models import Event, Filing
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, chief, client_of, provider, reviewer
from ministry import audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def received(count: int, province: str = BEIJING) -> list[Case]:
    """Return filings with a bureau, and delete the reviewers that the builders made."""
    of = provider()
    cases = [case_at(Status.WITH_BUREAU, of=of, province=province) for _n in range(count)]
    Reviewer.objects.all().delete()
    return cases


def wanted(province: str = BEIJING) -> Actor:
    """Switch automatic assignment on; return the bureau's chief, its only reviewer so far."""
    head = chief(province)
    absences.give_out_by_load(head, wanted=True)
    return head


def holders() -> Counter[int | None]:
    return Counter(Filing.objects.filter(status=Status.WITH_BUREAU).values_list("claimed_by", flat=True))


def test_nothing_is_given_out_where_nobody_asked_for_it():
    received(2)
    chief()
    assert distribution.give_out() == 0
    assert distribution._give_some(BEIJING) == 0  # switched off since the bureaus that want it were listed
    assert holders() == {None: 2}


def test_each_filing_goes_to_whoever_has_least_and_of_equals_to_the_senior():
    cases = received(5)
    head = wanted()
    one, two = reviewer(), reviewer()
    services.claim(cases[0].filing.pk, one)

    assert (distribution.give_out(), distribution.give_out()) == (4, 0)

    assert holders() == {head.user_id: 2, one.user_id: 2, two.user_id: 1}
    first = Filing.objects.get(pk=cases[1].filing.pk)
    assert first.claimed_by_id == head.user_id  # nobody has less than the two who have none; the chief came first
    assert timezone.localdate(first.claimed_until) == first.due_on
    event = first.events.order_by("-pk").first()
    assert (event.name, event.role, event.user_id, event.note) == ("allot", "bureau", None, f"→ {head.name}")
    assert first.version == cases[1].filing.version  # nothing on the paper has changed


def test_who_is_absent_is_given_nothing_and_with_nobody_there_all_stays():
    received(2)
    head = wanted()
    one = reviewer()
    today = timezone.localdate()
    absences.enter(head, head.user_id, today, today, one.user_id)
    distribution.give_out()
    assert holders() == {one.user_id: 2}

    received(1)  # and with it every reviewer is gone
    assert distribution.give_out() == 0


def test_what_a_reviewer_puts_back_is_left_for_people_to_take():
    (case,) = received(1)
    wanted()
    one = reviewer()
    distribution.give_out()
    holder = Filing.objects.get().claimed_by
    services.release(case.filing.pk, {head.user_id: head for head in [one, reviewer_of(holder)]}[holder.pk])

    assert distribution.give_out() == 0
    assert holders() == {None: 1}


def reviewer_of(user: User) -> Actor:
    return Actor(role="bureau", user_id=user.pk, name=str(user), bureau_id=BEIJING)


def test_a_proposal_is_given_to_somebody_else_than_whoever_made_it():
    case = in_review()
    set_rules(two_reviewers=True)
    Reviewer.objects.exclude(user=case.reviewer.user_id).delete()
    Bureau.objects.filter(pk=BEIJING).update(assigns_by_load=True)
    propose(case)
    assert distribution.give_out() == 0  # only the first one is there

    second, third = reviewer(), reviewer()
    assert distribution.give_out() == 1

    assert Filing.objects.get(pk=case.filing.pk).claimed_by_id == second.user_id
    page = text(client_of(third).get("/bureau/?tab=work"))
    assert f"approval proposed by {case.reviewer.name}" in page


def test_what_comes_back_after_a_return_is_given_out_anew():
    (case,) = received(1)
    head = wanted()
    distribution.give_out()
    services.release(case.filing.pk, head)
    assert distribution.give_out() == 0
    services.claim(case.filing.pk, head)
    case.reviewer = head
    case.return_to_provider().verify()

    assert distribution.give_out() == 1


def test_each_bureau_s_filings_go_to_its_own_reviewers():
    received(1)
    received(1, GUANGDONG)
    head = wanted()
    there = chief(GUANGDONG)

    assert distribution.give_out() == 1

    assert dict(Filing.objects.values_list("bureau", "claimed_by")) == {BEIJING: head.user_id, GUANGDONG: None}
    absences.give_out_by_load(there, wanted=True)
    assert distribution.give_out() == 1


def test_no_mail_says_so_and_no_other_party_sees_it():
    (case,) = received(1)
    head = wanted()
    Email.objects.all().delete()

    distribution.give_out()

    assert not Email.objects.exists()
    assert "Assigned automatically" in text(client_of(head).get(f"/bureau/filings/{case.filing.pk}/"))
    for who, url in ((case.staff, "/provider/filings/{}/"), (case.host, "/filings/{}/")):
        page = text(client_of(who).get(url.format(case.filing.pk)))
        assert "Assigned automatically" not in page
        assert head.name not in page


@pytest.mark.parametrize("how", ["appointment ended", "account closed", "another bureau"])
def test_what_somebody_who_left_has_goes_back_and_is_given_to_others(how):
    one, two = received(2)
    leaver = reviewer()
    services.claim(one.filing.pk, leaver)
    Filing.objects.filter(pk=one.filing.pk).update(claimed_until=timezone.now() + timedelta(days=9))
    match how:
        case "appointment ended":
            Reviewer.objects.filter(user=leaver.user_id).delete()
        case "account closed":
            User.objects.filter(pk=leaver.user_id).update(is_active=False)
        case _:
            Reviewer.objects.filter(user=leaver.user_id).update(bureau=Bureau.objects.get(pk=GUANGDONG))

    assert (distribution.put_back_of_those_who_left(), distribution.put_back_of_those_who_left()) == (1, 0)
    assert holders() == {None: 2}
    released = Event.objects.get(name="release")
    assert (released.role, released.user_id) == ("bureau", None)

    head = wanted()
    assert distribution.give_out() == 2
    assert holders() == {head.user_id: 2}
    assert two.refresh().filing.claimed_by_id == head.user_id


def test_what_a_provider_has_taken_after_a_return_is_no_affair_of_the_bureau():
    case = case_at(Status.WITH_BUREAU).return_to_provider()
    services.claim(case.filing.pk, case.staff)

    assert distribution.put_back_of_those_who_left() == 0
    assert case.refresh().filing.claimed_by_id == case.staff.user_id


def test_who_is_still_here_keeps_what_they_have_though_their_time_ran_out():
    (case,) = received(1)
    head = wanted()
    distribution.give_out()
    Filing.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))

    assert (distribution.put_back_of_those_who_left(), distribution.give_out()) == (0, 0)
    assert case.refresh().filing.claimed_by_id == head.user_id


def test_a_filing_that_was_taken_meanwhile_is_not_given_again():
    (case,) = received(1)
    head, other = wanted(), reviewer()
    services.claim(case.filing.pk, other)
    assert not assignment.allot(case.filing.pk, head, to=head)
    assert case.refresh().filing.claimed_by_id == other.user_id


def test_the_audit_log_still_proves_after_all_of_this():
    received(3)
    wanted()
    distribution.give_out()
    audit.seal()
    assert audit.check().fault == ""
