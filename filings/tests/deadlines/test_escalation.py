"""Who hears how late it is: the reviewer, the chief, the ministry; and the digests of the morning."""

from datetime import date

import pytest
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import Party
from bureaus import morning_mail, tasks
from bureaus.models import MorningMail, Reviewer, ReviewerRole
from filings import services
from filings.deadlines import escalation, sweeps
from filings.models import Filing
from icp_portal.tests.builders import GUANGDONG, Case, reviewer, reviewer_user, user
from ministry.models import CalendarYear

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return user(Party.MINISTRY)


def chief(province: str = "110000"):
    member = reviewer_user(province)
    Reviewer.objects.filter(user=member).update(role=ReviewerRole.CHIEF)
    return member


def received(time_machine) -> Case:
    """Received on 2026-07-06, due on 2026-08-03; its mails so far are forgotten."""
    time_machine.move_to("2026-07-06 10:00 +0800")
    case = Case().submit().verify()
    Email.objects.all().delete()
    return case


def mails() -> list[str]:
    found = sorted(address for mail in Email.objects.all() for address in mail.to)
    Email.objects.all().delete()
    return found


def test_each_level_is_reached_in_turn_and_told_once(time_machine, operator):
    case, head = received(time_machine), chief()
    bureau, host, access = case.filing.bureau.contact_email, case.filing.host.email, case.provider.contact_email
    told = {}
    for day in ("07-26", "07-27", "07-30", "08-03", "08-04", "08-07", "08-10", "08-11"):
        time_machine.move_to(f"2026-{day} 09:00 +0800")
        sweeps.watch_deadlines()
        sweeps.watch_deadlines()
        told[day] = mails()

    assert told == {
        "07-26": [],
        "07-27": [bureau],
        "07-30": sorted([bureau, head.email]),
        "08-03": sorted([bureau, head.email]),
        "08-04": sorted([host, access, head.email]),
        "08-07": [],
        "08-10": sorted([head.email, operator.email]),
        "08-11": [],
    }
    assert case.refresh().filing.status == "with_bureau"  # overdue never approves
    assert list(case.filing.events.filter(role="system").values_list("name", flat=True)) == ["overdue", "escalate"]


def test_after_a_long_silence_overdue_is_still_told_to_the_host(time_machine, operator):
    case = received(time_machine)
    time_machine.move_to("2026-09-01 09:00 +0800")

    sweeps.watch_deadlines()

    assert case.filing.host.email in mails()
    assert case.refresh().filing.reminded_level == escalation.ESCALATED.number


def test_a_chief_who_may_not_sign_in_any_more_is_not_written_to(time_machine):
    case, former = received(time_machine), chief()
    former.is_active = False
    former.save()
    time_machine.move_to("2026-07-30 09:00 +0800")

    sweeps.watch_deadlines()

    assert mails() == sorted([case.filing.bureau.contact_email, case.filing.bureau.chief_email])


def test_a_chief_of_another_bureau_hears_nothing(time_machine):
    received(time_machine)
    stranger = chief(GUANGDONG)
    time_machine.move_to("2026-07-30 09:00 +0800")

    sweeps.watch_deadlines()

    assert stranger.email not in mails()


# --- The digests of the morning -------------------------------------------------------------------------


def test_the_digest_comes_once_a_working_day_to_each_reviewer_of_a_bureau_with_work(time_machine, operator):
    case = received(time_machine)
    head, idle = chief(), reviewer(GUANGDONG)
    time_machine.move_to("2026-07-31 08:30 +0800")
    services.claim(case.filing.pk, case.reviewer)

    assert (morning_mail.write(), morning_mail.write()) == (2, 0)

    written = {mail.to[0]: mail.message for mail in Email.objects.all()}
    own = Filing.objects.get().claimed_by
    assert written.keys() == {own.email, head.email}
    assert _("Your filings") in written[own.email]
    assert own.name in written[head.email]
    assert own.name not in written[own.email].replace(own.email, "")
    assert idle.name not in "".join(written.values())


@pytest.mark.parametrize("day", ["2026-08-01", "2026-10-01", "2026-10-06"])
def test_no_digest_on_a_day_off(time_machine, day):
    received(time_machine)
    time_machine.move_to(f"{day} 08:30 +0800")
    assert morning_mail.write() == 0


def test_a_make_up_day_has_its_digest(time_machine):
    received(time_machine)
    time_machine.move_to("2026-10-10 08:30 +0800")
    assert morning_mail.write() > 0


def test_the_ministry_reads_which_bureaus_are_late_and_nothing_when_none_is(time_machine, operator):
    case = received(time_machine)
    time_machine.move_to("2026-08-03 08:30 +0800")
    morning_mail.write()
    assert operator.email not in mails()

    time_machine.move_to("2026-08-04 08:30 +0800")
    morning_mail.write()

    assert case.filing.bureau.name in Email.objects.get(to=operator.email).message


def test_the_ministry_is_warned_once_a_month_while_the_next_year_is_missing(time_machine, operator):
    written = {}
    for day in ("2026-10-31", "2026-11-01", "2026-11-15", "2026-12-01"):
        time_machine.move_to(f"{day} 09:10 +0800")
        tasks.warn_of_missing_calendar()
        written[day] = mails()
    CalendarYear.objects.create(year=2027, published=True, source="通知")
    time_machine.move_to("2027-01-04 09:10 +0800")

    assert written == {
        "2026-10-31": [],
        "2026-11-01": [operator.email],
        "2026-11-15": [],
        "2026-12-01": [operator.email],
    }
    assert morning_mail.warn_of_missing_calendar() == 0
    assert set(MorningMail.objects.values_list("day", flat=True)) == {date(2026, 11, 1), date(2026, 12, 1)}
