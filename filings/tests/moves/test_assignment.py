"""Who works on what inside a provider: handing over, taking over, giving out, on hold, reminding the host."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import User
from desks.progress import timelines
from filings import services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Event, Filing
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, provider, staff
from providers.models import StaffRole

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FRIDAY_EVENING = datetime(2026, 11, 27, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def taken() -> Case:
    """A filing its member of staff has in work; mails so far are gone."""
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    Email.objects.all().delete()
    return case.refresh()


def supervisor(case: Case) -> Actor:
    return staff(case.provider, StaffRole.SUPERVISOR)


def last(case: Case) -> Event:
    return case.filing.events.order_by("-pk").first()


def mailed() -> list[str]:
    return sorted(address for mail in Email.objects.all() for address in mail.to)


def address_of(actor: Actor) -> str:
    return User.objects.get(pk=actor.user_id).email


@pytest.mark.parametrize(
    "move",
    [
        lambda case: assignment.hand_over(case.filing.pk, case.staff, to=staff(case.provider), note=""),
        lambda case: assignment.pause(
            case.filing.pk, case.staff, until=timezone.localdate() + timedelta(days=1), reason="等材料"
        ),
    ],
    ids=["hand_over", "pause"],
)
def test_who_had_a_filing_that_is_with_the_bureau_now_can_neither_hand_it_over_nor_put_it_on_hold(move):
    case = case_at(Status.WITH_BUREAU)

    with pytest.raises(MoveRefused) as refused:
        move(case)

    assert str(refused.value) == _("This filing is “%(status)s” and is not with you.") % {
        "status": case.refresh().filing.get_status_display()
    }


# --- Handing over -----------------------------------------------------------------------------------


def test_a_filing_handed_over_is_the_colleagues_until_the_next_working_day_ends(time_machine):
    time_machine.move_to(FRIDAY_EVENING, tick=False)
    case = taken()
    colleague = staff(case.provider)

    assignment.hand_over(case.filing.pk, case.staff, to=colleague, note="材料已核对，只差拍照")

    case.refresh()
    assert case.filing.claimant_id() == colleague.user_id
    assert timezone.localtime(case.filing.claimed_until).date() == date(2026, 11, 30)
    assert (last(case).name, last(case).note) == ("hand_over", f"→ {colleague.name}：材料已核对，只差拍照")
    assert mailed() == [address_of(colleague)]
    with pytest.raises(MoveRefused, match=colleague.name):
        services.send_back(case.filing.pk, case.staff, version=None, remarks=[])


def test_taking_what_was_handed_over_does_not_shorten_its_time():
    case = taken()
    colleague = staff(case.provider)
    assignment.hand_over(case.filing.pk, case.staff, to=colleague, note="")
    until = case.refresh().filing.claimed_until

    services.claim(case.filing.pk, colleague)

    assert case.refresh().filing.claimed_until == until


def test_nothing_is_handed_to_strangers_or_by_those_who_do_not_have_it():
    case = taken()
    colleague = staff(case.provider)
    stranger, working = _("Choose a colleague of your own provider."), _("%(name)s is working on this filing.")
    for actor, to, words in (
        (case.staff, staff(provider()), stranger),
        (case.staff, case.host, stranger),
        (case.staff, case.reviewer, stranger),
        (case.staff, case.staff, _("You already have this filing; choose a colleague.")),
        (colleague, colleague, working % {"name": case.staff.name}),
    ):
        with pytest.raises(MoveRefused, match=words):
            assignment.hand_over(case.filing.pk, actor, to=to, note="")
    with pytest.raises(Filing.DoesNotExist):
        assignment.hand_over(case.filing.pk, staff(provider()), to=colleague, note="")

    assert case.refresh().filing.claimant_id() == case.staff.user_id
    assert mailed() == []


def test_after_the_lease_has_ended_nothing_is_handed_over_and_the_words_say_so():
    case = taken()
    Filing.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    with pytest.raises(MoveRefused, match="或领取时限已过"):
        assignment.hand_over(case.filing.pk, case.staff, to=staff(case.provider), note="")


def test_one_puts_back_what_one_s_time_has_run_out_for():
    case = taken()
    Filing.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    services.release(case.filing.pk, case.staff)

    assert case.refresh().filing.claimed_by is None


# --- Taking over, giving out --------------------------------------------------------------------------


def test_a_supervisor_takes_over_and_the_colleague_is_told():
    case = taken()
    chief = supervisor(case)

    assignment.take_over(case.filing.pk, chief)

    case.refresh()
    assert case.filing.claimant_id() == chief.user_id
    assert (last(case).name, case.staff.name in last(case).note) == ("take_over", True)
    assert mailed() == [address_of(case.staff)]


def test_verifiers_and_other_providers_supervisors_take_nothing_over():
    case = taken()

    with pytest.raises(MoveRefused, match=_("Only a supervisor or an administrator may do this.")):
        assignment.take_over(case.filing.pk, staff(case.provider))
    with pytest.raises(Filing.DoesNotExist):
        assignment.take_over(case.filing.pk, staff(provider(), StaffRole.ADMINISTRATOR))

    assert case.refresh().filing.claimant_id() == case.staff.user_id


def test_what_nobody_has_is_taken_and_not_taken_over():
    case = case_at(Status.WITH_PROVIDER)
    with pytest.raises(MoveRefused, match=_("This filing is no longer claimed by a colleague. Claim it as usual.")):
        assignment.take_over(case.filing.pk, supervisor(case))


def test_giving_out_tells_each_of_the_two_once_and_names_what_was_refused():
    case = taken()
    chief, colleague = supervisor(case), staff(case.provider)
    free = Case(of=case.provider).submit()
    gone = case_at(Status.WITH_BUREAU, of=case.provider)
    stranger = case_at(Status.WITH_PROVIDER)
    Email.objects.all().delete()

    outcomes = assignment.assign(
        [stranger.filing.pk, gone.filing.pk, free.filing.pk, case.filing.pk, case.filing.pk], chief, to=colleague
    )

    done = {outcome.filing_id for outcome in outcomes if not outcome.refusal}
    assert len(outcomes) == 4
    assert done == {case.filing.pk, free.filing.pk}
    assert {case.refresh().filing.claimant_id(), free.refresh().filing.claimant_id()} == {colleague.user_id}
    assert stranger.refresh().filing.claimed_by is None
    assert mailed() == sorted([address_of(colleague), address_of(case.staff)])


def test_a_verifier_gives_nothing_out():
    case = taken()

    outcomes = assignment.assign([case.filing.pk], staff(case.provider), to=staff(case.provider))

    assert [outcome.refusal for outcome in outcomes] == [_("Only a supervisor or an administrator may do this.")]
    assert case.refresh().filing.claimant_id() == case.staff.user_id


# --- On hold ------------------------------------------------------------------------------------------


def test_a_filing_on_hold_is_back_by_itself_on_its_day(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    case = taken()
    arrived = case.filing.arrived_at

    assignment.pause(case.filing.pk, case.staff, until=date(2026, 11, 26), reason="等工商变更")

    assert case.refresh().filing.is_paused
    time_machine.move_to(TUESDAY + timedelta(days=1, hours=13), tick=False)
    assert case.filing.is_paused
    time_machine.move_to(TUESDAY + timedelta(days=1, hours=14, minutes=1), tick=False)
    assert not case.filing.is_paused
    assert case.filing.arrived_at == arrived, "the provider's promise runs on"
    assert case.filing.claimed_by_id == case.staff.user_id


def test_taking_a_filing_ends_its_hold_on_record():
    case = taken()
    assignment.pause(case.filing.pk, case.staff, until=timezone.localdate() + timedelta(days=2), reason="等材料")

    services.claim(case.filing.pk, staff(case.provider))

    assert not case.refresh().filing.is_paused
    assert [event.name for event in case.filing.events.order_by("-pk")[:3]] == ["claim", "unpause", "pause"]


@pytest.mark.parametrize("days", [0, -1, 31, 4000])
def test_a_hold_ends_on_a_day_soon_to_come(days):
    case, last_day = taken(), timezone.localdate() + assignment.LONGEST_PAUSE
    with pytest.raises(
        MoveRefused,
        match=_("Choose a day after today and not later than %(last)s.")
        % {"last": date_format(last_day, "DATE_FORMAT")},
    ):
        assignment.pause(case.filing.pk, case.staff, until=timezone.localdate() + timedelta(days=days), reason="等材料")


def test_a_hold_needs_a_reason_and_the_filing_in_hand():
    case = taken()
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(MoveRefused, match=_("Say why the filing is on hold.")):
        assignment.pause(case.filing.pk, case.staff, until=tomorrow, reason=" \n")
    with pytest.raises(MoveRefused, match=_("%(name)s is working on this filing.") % {"name": case.staff.name}):
        assignment.pause(case.filing.pk, staff(case.provider), until=tomorrow, reason="等材料")

    assert not case.refresh().filing.is_paused


def test_a_hold_stops_nothing_for_the_host_and_ends_with_the_round():
    case = taken()
    assignment.pause(case.filing.pk, case.staff, until=timezone.localdate() + timedelta(days=1), reason="内部原因")

    services.withdraw(case.filing.pk, case.host, version=case.filing.version)

    assert (case.refresh().filing.status, case.filing.paused_until) == (Status.WITHDRAWN, None)


def test_host_and_bureau_learn_nothing_of_who_works_on_what():
    case = taken()
    assignment.pause(case.filing.pk, case.staff, until=timezone.localdate() + timedelta(days=1), reason="内部原因")
    case.verify()

    own, host, bureau = (
        {entry.title for entry in timelines.context(case.filing, actor)["events"]}
        for actor in (case.staff, case.host, case.reviewer)
    )

    inner = {str(states.EVENT_LABELS[name]) for name in ("claim", "pause", "unpause")}
    assert inner <= own
    assert not inner & host
    assert not inner & bureau


# --- Reminding ----------------------------------------------------------------------------------------


def test_a_host_is_reminded_once_a_day(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    case = case_at(Status.RETURNED_TO_HOST)
    Email.objects.all().delete()

    first = assignment.remind([case.filing.pk], case.staff)
    again = assignment.remind([case.filing.pk], staff(case.provider))

    assert [outcome.refusal for outcome in first] == [""]
    assert again[0].refusal
    assert mailed() == [case.filing.host.email]
    assert last(case).name == "remind"
    time_machine.move_to(TUESDAY + timedelta(days=1), tick=False)
    assert [outcome.refusal for outcome in assignment.remind([case.filing.pk], case.staff)] == [""]


def test_only_hosts_whose_turn_it_is_are_reminded_and_only_by_their_provider():
    with_us, strangers = case_at(Status.WITH_PROVIDER), case_at(Status.RETURNED_TO_HOST)
    Email.objects.all().delete()

    outcomes = assignment.remind([with_us.filing.pk, strangers.filing.pk], with_us.staff)

    assert all(outcome.refusal for outcome in outcomes)
    assert mailed() == []
    assert strangers.refresh().filing.nudged_on is None


def test_a_reminder_does_not_count_as_the_host_s_own_work():
    case = case_at(Status.RETURNED_TO_HOST)
    before = (case.filing.version, case.filing.touched_at)

    assignment.remind([case.filing.pk], case.staff)

    case.refresh()
    assert (case.filing.version, case.filing.touched_at) == before
