"""Two at once about one record: sweeps, confirmations, proofs, dates. Nothing is written twice."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from accounts.models import Party
from filings.states import Status
from icp_portal.demo import old_records
from icp_portal.tests.builders import BEIJING, Case, number, on_record, provider, reviewer, user
from icp_portal.tests.racing import LONGEST, Racer
from ministry.models import LiveDomain, ProvinceRule, Website
from ministry.reference.topics import Topic
from ministry.register.entry_types import RegisterConflict
from ministry.rules.rules import save_rule
from records import annual_confirmation, confirmation_desk, expiry_dates, proofs, reminders
from records.models import Confirmation, ExpiryDate, ExpiryKind, Proof, Upkeep, YearlyAnswer, YearlyReminder

pytestmark = pytest.mark.usefixtures("transactional_db")


def filed(websites: int = 1) -> Case:
    case = Case(websites=websites).to(Status.FILED)
    ExpiryDate.objects.all().delete()
    Email.objects.all().delete()
    return case


def at_once(count: int, act: object) -> list[BaseException | None]:
    ready = threading.Barrier(count)

    def run() -> None:
        ready.wait(LONGEST)
        act()

    racers = [Racer(run) for _n in range(count)]
    return [racer.finish().error for racer in racers]


def test_a_domain_is_one_websites_though_one_has_it_beside_another():
    """What one enters as a further domain of an old website, another one enters as its only domain."""
    ready, of, wanted = threading.Barrier(2), provider(), "wanted-twice.cn"

    def old() -> None:
        ready.wait(LONGEST)
        old_records.enter(number(), of.pk, ["old-one.cn", wanted], province=BEIJING)

    def new() -> None:
        ready.wait(LONGEST)
        on_record(of, domain=wanted)

    racers = Racer(old), Racer(new)
    for racer in racers:
        racer.join(LONGEST)

    assert [type(racer.error) for racer in racers if racer.error] == [RegisterConflict]
    assert LiveDomain.objects.filter(domain=wanted).count() == 1
    assert sum(wanted in website.all_domains for website in Website.objects.filter(live=True)) == 1


def test_several_sweeps_at_once_write_each_mail_once():
    filed(websites=6)
    Upkeep.objects.update(police_due_on=timezone.localdate(), shell_told_on=None)

    assert at_once(4, lambda: reminders.sweep(batch=1)) == [None] * 4

    lines = [line for mail in Email.objects.all() for line in mail.message.splitlines() if " · " in line]
    assert len(lines) == len(set(lines)) == 6


def test_a_sweep_leaves_what_another_one_has_in_hand_and_finds_it_when_that_one_dies():
    filed()
    Upkeep.objects.update(police_due_on=timezone.localdate())
    locked, may_die = threading.Event(), threading.Event()

    def die() -> None:
        with transaction.atomic():
            Upkeep.objects.select_for_update(no_key=True).get()
            locked.set()
            may_die.wait(LONGEST)
            raise RuntimeError

    dying = Racer(die)
    assert locked.wait(LONGEST)
    assert reminders.sweep().told == 0
    may_die.set()
    dying.join(LONGEST)
    assert isinstance(dying.error, RuntimeError)

    assert (reminders.sweep().told, reminders.sweep().told) == (1, 0)
    assert Email.objects.count() == 1


def test_what_the_host_enters_meanwhile_is_not_told():
    """The sweep has read the row before the host's number was committed; under the lock it looks again."""
    filed()
    Upkeep.objects.update(police_due_on=timezone.localdate())
    entered, may_commit = threading.Event(), threading.Event()

    def enter() -> None:
        with transaction.atomic():
            Upkeep.objects.update(police_done_at=timezone.now())
            entered.set()
            may_commit.wait(LONGEST)

    host = Racer(enter)
    assert entered.wait(LONGEST)
    assert reminders.sweep().told == 0
    may_commit.set()
    host.finish()
    assert reminders.sweep().told == 0
    assert not Email.objects.exists()


def asked() -> None:
    """A yearly confirmation runs, and nobody was reminded today."""
    made = ProvinceRule(
        province=BEIJING, topic=Topic.YEARLY_CONFIRMATION, source="示例公告", valid_from=timezone.localdate()
    )
    save_rule(made, user(Party.MINISTRY))
    reminders.sweep()
    Upkeep.objects.update(yearly_told_on=None)
    Email.objects.all().delete()


def test_a_double_click_confirms_once():
    case = filed()
    asked()
    website_id = Upkeep.objects.get().pk

    assert at_once(4, lambda: annual_confirmation.confirm(website_id, case.host, YearlyAnswer.UNCHANGED)) == [None] * 4

    assert Confirmation.objects.count() == 1


def test_of_two_different_answers_at_once_the_later_one_is_told_the_first():
    case = filed()
    asked()
    website_id, answers = Upkeep.objects.get().pk, iter([YearlyAnswer.UNCHANGED, YearlyAnswer.CANCELLED])

    told = at_once(2, lambda: annual_confirmation.confirm(website_id, case.host, next(answers), 0))

    assert sorted(type(error).__name__ for error in told) == ["MoveRefused", "NoneType"]
    assert Confirmation.objects.get().answer == Upkeep.objects.get().yearly_answer


def test_a_host_whom_both_desks_remind_at_once_gets_one_mail():
    case = filed(websites=2)
    asked()
    desks = iter([case.reviewer, case.staff, reviewer(), case.reviewer])

    def remind() -> None:
        actor = next(desks)
        confirmation_desk.remind(actor, Upkeep.objects.visible_to(actor))

    told = at_once(4, remind)

    assert sorted(type(error).__name__ for error in told) == ["MoveRefused"] * 3 + ["NoneType"]
    assert Email.objects.count() == 1
    assert YearlyReminder.objects.count() == 2


def test_a_double_click_makes_one_proof():
    case = filed()
    website_id = Upkeep.objects.get().pk

    assert at_once(4, lambda: proofs.of_website(website_id, case.host)) == [None] * 4

    assert Proof.objects.count() == 1


def test_a_double_click_watches_one_day():
    case = filed()
    day = timezone.localdate() + timedelta(days=90)

    def keep() -> None:
        expiry_dates.save(
            case.filing.subject_id, case.host, website_id=None, kind=ExpiryKind.DOMAIN, label="示例.cn", ends_on=day
        )

    assert at_once(4, keep) == [None] * 4
    assert ExpiryDate.objects.count() == 1
