"""Mails about records: each once, to whom they belong, on the day they are due, and never again once it is done."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import Party, User
from filings import clock, services
from filings.agreements import mandates
from filings.deadlines import reminder_levels
from filings.kinds import Kind
from filings.models import Adoption, Filing
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import BEIJING, Case, case_at, host, number, provider, user
from ministry.models import Access, ProvinceRule, Subject
from ministry.reference.topics import Topic
from ministry.register import ends
from ministry.rules.rules import save_rule
from records import annual_confirmation, expiry_dates, police_filing, reminders, visibility
from records.models import ExpiryDate, ExpiryKind, SubjectUpkeep, Upkeep, YearlyAnswer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
POLICE = "京公网安备11010802000001号"
# What has to be said beside, of the kinds of filing that leave a shell behind.
DECLARED: dict[Kind, dict[str, object]] = {
    Kind.CANCEL_ACCESS: {"cancellation.only_access": True},
    Kind.CANCEL_WEBSITE: {},
}


@pytest.fixture
def case() -> Case:
    made = case_at(Status.FILED)
    ExpiryDate.objects.all().delete()
    Email.objects.all().delete()
    return made


def address_of(case: Case) -> str:
    return User.objects.get(pk=case.host.user_id).email


def on(day: date) -> time_machine.travel:
    return time_machine.travel(clock.moment(day) + timedelta(hours=9, minutes=40), tick=False)


def told_between(first: date, days: int) -> list[tuple[int, str]]:
    """What the sweep of each day writes: (day, subject of the mail)."""
    found = []
    for day in range(days):
        with on(first + timedelta(days=day)):
            Email.objects.all().delete()
            if reminders.sweep().told:
                assert reminders.sweep().told == 0  # whatever runs a second time finds nothing
            found += [(day, mail.subject.split(":")[1].strip()) for mail in Email.objects.order_by("pk")]
    return found


def rule(first: date, last: date | None, **columns: object) -> ProvinceRule:
    made = {"province": BEIJING, "topic": Topic.YEARLY_CONFIRMATION, "source": "示例公告"} | columns
    return save_rule(ProvinceRule(valid_from=first, valid_to=last, **made), user(Party.MINISTRY))


def test_a_run_ends_when_its_time_is_over_and_the_next_one_continues_after_the_last_key(monkeypatch):
    case = Case(websites=3).to(Status.FILED)
    Email.objects.all().delete()
    today, subject = timezone.localdate(), Subject.objects.get().pk
    for label in ("one", "two"):
        expiry_dates.save(subject, case.host, website_id=None, kind=ExpiryKind.DOMAIN, label=label, ends_on=today)
    Upkeep.objects.update(police_due_on=today)
    keys = list(Upkeep.objects.order_by("pk").values_list("pk", flat=True))
    monkeypatch.setattr(reminders, "SECONDS", 0)

    runs, place = [], reminders.SweepPlace()
    while place:
        runs.append(reminders.sweep(place, batch=1))
        place = runs[-1].place

    assert len(keys) == 3
    assert runs == [
        *(reminders.SweepRun(1, reminders.SweepPlace(0, key)) for key in keys),
        *[reminders.SweepRun(1, reminders.SweepPlace(1, subject))] * 2,
        reminders.SweepRun(0),
    ]
    assert Email.objects.filter(to=address_of(case)).count() == 3 + 2


def test_a_sealed_value_that_no_key_opens_keeps_no_record_from_being_reminded(case):
    """Every sweep: the mails about the broken record and those about the one after it go out."""
    other, today = case_at(Status.FILED), timezone.localdate()
    for one in (case, other):
        watch = {"kind": ExpiryKind.DOMAIN, "label": "example.cn", "ends_on": today}
        expiry_dates.save(one.filing.subject_id, one.host, website_id=None, **watch)
    Email.objects.all().delete()
    Upkeep.objects.update(police_due_on=today)
    rule(today - timedelta(days=1), today)
    with connection.cursor() as cursor:
        for table, key in (("subject", "id"), ("website", "subject_id")):
            sealed = "responsible_name = 'broken', responsible_mobile = 'broken', responsible_email = 'broken'"
            cursor.execute(f"UPDATE ministry_{table} SET {sealed} WHERE {key} = %s", [case.filing.subject_id])

    assert reminders.sweep().told == 2 * 3
    Access.objects.update(live=False, cancelled_on=today)
    assert reminders.sweep().told == 2

    assert Counter(mail.to[0] for mail in Email.objects.all()) == {address_of(case): 4, address_of(other): 4}


# --- The levels ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "level"), [(400, 60), (61, 60), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-100, 7)]
)
def test_the_lowest_level_that_is_reached_is_told(left, level):
    today = timezone.localdate()
    assert reminder_levels.reached(reminder_levels.WATCHED, today + timedelta(days=left), today) == level


# --- The police filing ----------------------------------------------------------------------------------


def test_the_police_filing_is_told_ten_days_before_the_thirtieth_and_on_it(case):
    approved = case.filing.subject.approved_on
    by = f"file with the police by {(approved + timedelta(days=30)):%a} {(approved + timedelta(days=30)).day}"

    told = told_between(approved, 45)

    assert [day for day, _words in told] == [20, 30]
    assert all(words.startswith(by) for _day, words in told)


def test_the_mail_leads_to_the_page_where_the_number_is_entered(case, settings):
    upkeep = Upkeep.objects.get()
    with on(upkeep.police_due_on):
        reminders.sweep()

    mail = Email.objects.get()
    assert mail.to == [address_of(case)]
    assert f"{settings.SITE_URL}{reverse('records:police', args=[upkeep.pk])}" in mail.message
    assert case.filing.get("responsible.mobile") not in mail.message


@pytest.mark.parametrize("said", [{"number": POLICE, "done": False}, {"number": "", "done": True}])
def test_it_stops_once_the_host_has_entered_the_number_or_said_so(case, said):
    police_filing.save(Upkeep.objects.get().pk, case.host, opened_on=None, **said)
    assert told_between(case.filing.subject.approved_on, 45) == []


def test_it_stops_when_the_website_is_cancelled(case):
    ends.cancel_website(Upkeep.objects.get().pk, timezone.localdate())
    told = told_between(case.filing.subject.approved_on, 45)
    assert [words for _day, words in told] == ["the record becomes an empty shell"]


def test_after_a_silence_of_the_portal_one_mail_is_written_and_not_one_a_level(case):
    due_on = Upkeep.objects.get().police_due_on
    assert len(told_between(due_on + timedelta(days=3), 3)) == 1


def test_several_websites_of_one_host_are_one_mail():
    case = Case(websites=3).to(Status.FILED)
    ExpiryDate.objects.all().delete()
    Email.objects.all().delete()
    with on(Upkeep.objects.first().police_due_on):
        reminders.sweep()
    mail = Email.objects.get()
    assert all(str(website.number) in mail.message for website in case.filing.subject.websites.all())


# --- Watched dates --------------------------------------------------------------------------------------


def watch(case: Case, days: int) -> ExpiryDate:
    return expiry_dates.save(
        case.filing.subject_id,
        case.host,
        website_id=None,
        kind=ExpiryKind.DOMAIN,
        label="示例.cn",
        ends_on=timezone.localdate() + timedelta(days=days),
    )


def expiries(first: date, days: int) -> list[int]:
    return [day for day, words in told_between(first, days) if words.startswith("expiry on")]


def test_a_watched_day_is_told_sixty_thirty_and_seven_days_before(case):
    watch(case, 90)
    assert expiries(timezone.localdate(), 100) == [30, 60, 83]


def test_one_entered_late_begins_with_the_level_it_has_reached(case):
    watch(case, 20)
    assert expiries(timezone.localdate(), 25) == [0, 13]


def test_a_new_day_begins_anew(case):
    row = watch(case, 5)
    assert expiries(timezone.localdate(), 2) == [0]
    expiry_dates.change(row.pk, case.host, timezone.localdate() + timedelta(days=200))
    assert expiries(timezone.localdate(), 150) == [140]


# --- Shells ---------------------------------------------------------------------------------------------


def shells(days: int = 1) -> list[str]:
    with on(timezone.localdate() + timedelta(days=days)):
        Email.objects.all().delete()
        reminders.sweep()
        return [mail.to[0] for mail in Email.objects.filter(subject__contains="empty shell")]


def test_a_website_without_access_is_told_once_and_again_only_after_it_had_one(case):
    assert shells() == []
    Access.objects.update(live=False)

    assert (shells(), shells()) == ([address_of(case)], [])

    Access.objects.update(live=True)
    assert shells() == []
    assert Upkeep.objects.get().shell_told_on is None
    Access.objects.update(live=False)
    assert shells() == [address_of(case)]


def test_a_subject_without_websites_is_told_once_and_a_cancelled_one_never(case):
    ends.cancel_website(Upkeep.objects.get().pk, timezone.localdate())
    assert (shells(), shells()) == ([address_of(case)], [])
    assert SubjectUpkeep.objects.get().shell_told_on is not None

    other = case_at(Status.FILED)
    ends.cancel_subject(other.filing.subject_id, timezone.localdate())
    assert shells() == []


def cancelling(case: Case, kind: Kind) -> Filing:
    """A filing handed in that would cancel the only access, or the only website."""
    filing = play_kinds.complete_draft(
        case.host, kind, play_kinds.target_of(case.filing), case.provider.pk, number(), **DECLARED[kind]
    )
    Email.objects.all().delete()
    return filing


@pytest.mark.parametrize("kind", DECLARED)
def test_a_host_is_warned_once_before_its_record_becomes_a_shell_while_it_can_still_be_stopped(case, kind):
    filing = cancelling(case, kind)
    assert shells() == []  # a draft is only thought of

    play.submit(filing, case.host)

    assert (shells(), shells()) == ([address_of(case)], [])
    services.withdraw(filing.pk, case.host, version=None)
    assert shells() == []
    again = cancelling(case, kind)
    play_kinds.approved(again, case.host, case.staff, case.reviewer)
    assert (shells(), shells()) == ([address_of(case)], [])


def test_nobody_is_warned_where_another_access_stays(case):
    access = Access.objects.get()
    Access.objects.create(
        website=access.website, provider=provider(), ways=access.ways, places=access.places, ip_ranges=["1.1.1.1"]
    )
    play.submit(cancelling(case, Kind.CANCEL_ACCESS), case.host)
    assert shells() == []


# --- The yearly confirmation ----------------------------------------------------------------------------


def confirmations(first: date, days: int) -> list[int]:
    return [day for day, words in told_between(first, days) if words.startswith("confirm your record")]


def test_the_confirmation_is_told_at_its_beginning_and_thirty_and_seven_days_before_its_end(case):
    first = timezone.localdate() + timedelta(days=5)
    rule(first, first + timedelta(days=90))
    assert confirmations(timezone.localdate(), 100) == [5, 65, 88]


def test_it_stops_with_the_confirmation(case):
    first = timezone.localdate()
    rule(first, first + timedelta(days=90))
    assert confirmations(first, 2) == [0]
    annual_confirmation.confirm(Upkeep.objects.get().pk, case.host, YearlyAnswer.UNCHANGED)
    assert confirmations(first, 95) == []


def test_the_next_year_is_told_by_itself(case):
    first = timezone.localdate()
    rule(first, first + timedelta(days=20))
    rule(first + timedelta(days=30), first + timedelta(days=50))
    assert confirmations(first, 40) == [0, 13, 30]


@pytest.mark.parametrize(
    ("columns", "asked"),
    [
        ({"province": "440000"}, False),
        ({"province": ""}, True),
        ({"audience": "individuals"}, False),
        ({"audience": "units"}, True),
    ],
)
def test_only_those_whom_the_rule_concerns_are_told(case, columns, asked):
    rule(timezone.localdate(), None, **columns)
    assert confirmations(timezone.localdate(), 3) == ([0] if asked else [])


def test_a_provinces_own_rule_stands_before_the_one_for_everybody(case):
    rule(timezone.localdate(), None, province="")
    rule(timezone.localdate(), None, audience="individuals")
    assert confirmations(timezone.localdate(), 2) == []


def test_of_two_rules_that_concern_a_host_the_first_is_told_of_and_no_more(case):
    """The later one can't be confirmed, so nobody is asked to; and neither takes the other's turn again and again."""
    first = timezone.localdate()
    rule(first, first + timedelta(days=20))
    rule(first, first + timedelta(days=20), audience="units")
    assert confirmations(first, 12) == [0]
    annual_confirmation.confirm(Upkeep.objects.get().pk, case.host, YearlyAnswer.UNCHANGED)
    assert confirmations(first, 30) == []


# --- To whom --------------------------------------------------------------------------------------------


def test_nobody_is_written_at_a_closed_account(case):
    User.objects.filter(pk=case.host.user_id).update(is_active=False)
    assert told_between(case.filing.subject.approved_on, 45) == []


def test_a_host_without_an_account_is_written_at_the_address_its_mandate_names(case):
    mandate = mandates.ask(case.staff, "nobody.yet@example.cn", "示例公司", 30)
    Filing.objects.filter(pk=case.filing.pk).update(host=None, mandate=mandate)
    with on(Upkeep.objects.get().police_due_on):
        Email.objects.all().delete()
        reminders.sweep()
    assert Email.objects.get().to == ["nobody.yet@example.cn"]


def test_who_has_taken_the_record_into_an_account_is_written_too_and_sees_it(case):
    member = host()
    Adoption.objects.create(host_id=member.user_id, subject=case.filing.subject)

    with on(Upkeep.objects.get().police_due_on):
        reminders.sweep()

    owners = [address_of(case), User.objects.get(pk=member.user_id).email]
    assert [mail.to[0] for mail in Email.objects.order_by("pk")] == owners
    assert visibility.websites(member).exists()


# --- Cost -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("websites", [1, 5])
def test_a_sweep_costs_the_same_however_many_records_it_tells_about(websites, django_assert_num_queries):
    Case(websites=websites).to(Status.FILED)
    ExpiryDate.objects.all().delete()
    with on(Upkeep.objects.first().police_due_on), django_assert_num_queries(31):
        reminders.sweep()
