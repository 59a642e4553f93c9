"""Reminders, digests and take-overs of an absent reviewer reach the cover."""

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from bureaus import morning_mail
from bureaus.models import Absence, Reviewer
from bureaus.tests.absences_entered import again, away, held
from filings import services
from filings.actors import Actor
from filings.deadlines import sweeps
from filings.models import Filing
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import BEIJING, Case, case_at, chief, client_of, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def address_of(actor: Actor) -> str:
    return User.objects.get(pk=actor.user_id).email


def heard() -> list[str]:
    found = sorted(address for mail in Email.objects.all() for address in mail.to)
    Email.objects.all().delete()
    return found


def in_five_days(time_machine) -> Case:
    """Return a filing reassigned to a reviewer, five working days before the due date, on a working day."""
    time_machine.move_to("2026-07-06 10:00 +0800")
    case = case_at(Status.WITH_BUREAU)
    to = reviewer()
    services.claim(case.filing.pk, case.reviewer)
    assignment.hand_over(case.filing.pk, case.reviewer, to=to, note="")
    case.reviewer = to
    time_machine.move_to("2026-07-27 08:30 +0800")
    Email.objects.all().delete()
    return case.refresh()


def test_reminders_go_to_the_cover_and_to_the_bureau_when_nobody_is_there(time_machine):
    case = in_five_days(time_machine)
    cover = reviewer()
    away(case.reviewer, cover)
    sweeps.watch_deadlines()
    assert heard() == [address_of(cover)]

    Reviewer.objects.filter(user=cover.user_id).delete()
    Filing.objects.update(reminded_level=0)
    sweeps.watch_deadlines()
    assert heard() == [case.filing.bureau.contact_email]


def test_in_a_ring_that_got_past_us_the_bureau_hears(time_machine):
    case = in_five_days(time_machine)
    other = reviewer()
    for user, cover in ((case.reviewer, other), (other, case.reviewer)):
        Absence.objects.create(
            bureau_id=BEIJING,
            user_id=user.user_id,
            cover_id=cover.user_id,
            first_day=timezone.localdate(),
            last_day=timezone.localdate(),
        )
    sweeps.watch_deadlines()

    assert heard() == [case.filing.bureau.contact_email]
    assert (again(other).covers, again(case.reviewer).covers) == ((), ())


def test_the_digest_goes_to_the_cover_with_what_the_absent_one_has_and_not_to_the_absent_one(time_machine):
    case = in_five_days(time_machine)
    cover = reviewer()
    away(case.reviewer, cover)

    morning_mail.write()

    mails = {mail.to[0]: mail.message for mail in Email.objects.all()}
    assert address_of(case.reviewer) not in mails
    assert "Filings of colleagues on leave for whom you are the cover" in mails[address_of(cover)]
    assert f"{case.reviewer.name}: 1 to decide" in mails[address_of(cover)]
    others = [message for to, message in mails.items() if to != address_of(cover)]
    assert others
    assert not [message for message in others if "for whom you are the cover" in message]


def test_what_is_meant_for_an_absent_chief_goes_to_the_chief_s_cover(time_machine):
    case, head, cover = in_five_days(time_machine), chief(), reviewer()
    time_machine.move_to("2026-07-30 08:30 +0800")  # two working days are left: the chief hears too
    away(head, cover)

    sweeps.watch_deadlines()
    assert heard() == sorted([address_of(case.reviewer), address_of(cover)])

    morning_mail.write()
    mails = {mail.to[0]: mail.message for mail in Email.objects.all()}
    assert "Filings by reviewer" in mails[address_of(cover)]
    assert "Filings by reviewer" not in mails[address_of(case.reviewer)]
    assert address_of(head) not in mails
    assert client_of(cover).get("/bureau/board/").status_code == 404  # a cover reads the mails and is no chief


def test_of_a_take_over_from_somebody_absent_the_cover_is_told():
    case, cover, head = held(), reviewer(), chief()
    away(case.reviewer, cover)
    assignment.take_over(case.filing.pk, head)
    assert heard() == [address_of(cover)]


def test_nobody_is_told_of_a_take_over_from_somebody_who_has_left():
    case, head = held(), chief()
    Reviewer.objects.filter(user=case.reviewer.user_id).delete()
    assignment.take_over(case.filing.pk, head)
    assert heard() == []
    assert case.refresh().filing.claimant_id() == head.user_id
