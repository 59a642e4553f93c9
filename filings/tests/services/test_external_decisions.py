"""Decisions that a bureau has made in a system of its own are entered here, with its numbers."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from bureaus.models import Bureau
from filings import services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Event, Filing, FilingMail, Opinion, Verdict
from filings.rules import ownership
from filings.services import external_decisions, splitting
from filings.services.external_decisions import IssuedNumbers
from filings.states import Status
from filings.tests.kinds.passing import Passing
from filings.tests.services.decided_elsewhere import NUMBER, approve, numbers, send_back, split, waiting
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import GUANGDONG, PASSWORD, Case, case_at, number, on_record, provider, staff
from ministry.models import NumberSeries, Subject, Website
from records.tests.comparison.compared import find

pytestmark = pytest.mark.django_db

NAMED = "北京市通信管理局"


def counted() -> tuple[int, ...]:
    """Return how many rows there are of what a decision adds."""
    return tuple(model.objects.count() for model in (Event, Opinion, FilingMail, Subject, Website))


# --- Approval -----------------------------------------------------------------------------------------------


def test_an_approval_brings_the_numbers_of_the_other_system():
    case = approve(waiting(), numbers(3), opinion="同意")

    website = Website.objects.get()
    assert (case.filing.status, str(website.number)) == (Status.FILED, f"{NUMBER}-3")
    assert case.filing.subject.last_sequence == 3
    assert [one.pk for one in ownership.websites_of(case.filing)] == [website.pk]
    event, opinion = case.filing.events.get(name="approve"), case.filing.opinions.get()
    assert (event.role, event.user, event.record_number) == ("bureau", None, NUMBER)
    assert event.shown_actor == opinion.reviewer_name
    assert event.shown_actor.startswith(NAMED)
    assert (opinion.verdict, opinion.text, opinion.source) == (Verdict.APPROVE, "同意", "file 1")
    assert find() == []


def test_no_filing_password_is_made():
    subject = approve(waiting()).filing.subject

    assert (subject.password_wanted_at, subject.password_sent_at, subject.password_hash) == (None, None, "")


def test_the_portal_never_issues_such_a_number_again(time_machine):
    time_machine.move_to(datetime(2026, 9, 14, 10, tzinfo=timezone.get_default_timezone()))  # the year of the number
    approve(waiting())
    Bureau.objects.update(external=False)

    assert str(case_at(Status.FILED).filing.subject.number) == "京ICP备2026004712号"


def test_a_number_below_the_last_one_leaves_the_counter_alone():
    approve(waiting())
    approve(waiting(), numbers(1, subject="京ICP备2026000815号"))

    assert NumberSeries.objects.get().last == 4711


def test_the_other_system_may_leave_numbers_out_and_count_otherwise():
    case = approve(waiting(websites=3), numbers(5, 2, 9))

    said = dict(Website.objects.values_list("sequence", "domain"))
    assert said == {one: case.filing.get(f"websites.{place}.domain") for place, one in enumerate((5, 2, 9))}
    assert (list(case.filing.sequences), case.filing.subject.last_sequence) == ([5, 2, 9], 9)
    assert find() == []


def test_a_later_website_may_get_a_lower_number():
    case = approve(waiting(), numbers(7))
    added = about(case, Kind.NEW_WEBSITE)
    external_decisions.enter_approval(added.pk, issued=numbers(4), decided_at=timezone.now(), source="file 2")

    assert sorted(Website.objects.values_list("sequence", flat=True)) == [4, 7]
    assert Subject.objects.get().last_sequence == 7
    assert find() == []


WRITTEN = {
    Kind.CHANGE_SUBJECT: {"subject.address": "示例路九号二层201室"},
    Kind.CHANGE_WEBSITE: {"websites.0.name": "示例换名网"},
    Kind.CHANGE_RECORD: {"subject.address": "示例路九号二层201室", "websites.0.name": "示例换名网"},
    Kind.CHANGE_ACCESS: {"websites.0.access.ip_ranges": "192.31.196.77"},
    Kind.NEW_ACCESS: {},
    Kind.CANCEL_ACCESS: {"cancellation.only_access": True},
    Kind.CANCEL_WEBSITE: {},
    Kind.CANCEL_SUBJECT: {},
}


def about(case: Case, kind: Kind, **written: object) -> Filing:
    """Return a filing of this kind about the case's record, with the bureau."""
    Subject.objects.update(password_hash=make_password(PASSWORD))
    other = provider() if kind == Kind.NEW_ACCESS else case.provider
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, kind, target, other.pk, number(), password=PASSWORD, **written)
    play.submit(draft, case.host)
    play.verify(draft, staff(other))
    draft.refresh_from_db()
    return draft


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_about_a_record_keeps_its_numbers(kind):
    case = approve(waiting())
    filing = about(case, kind, **WRITTEN[kind])
    said = {"decided_at": timezone.now(), "source": "file 2"}
    named = {0: f"{NUMBER}-1"} if filing.about_website else {}

    wrong = IssuedNumbers(NUMBER, {0: f"{NUMBER}-2"})
    words = _("%(number)s is not the number of the record that this filing is about.") % {"number": f"{NUMBER}-2"}
    with pytest.raises(MoveRefused, match=words):
        external_decisions.enter_approval(filing.pk, issued=wrong, **said)
    external_decisions.enter_approval(filing.pk, issued=IssuedNumbers(NUMBER, named), **said)

    filing.refresh_from_db()
    assert (filing.status, str(filing.subject.number)) == (Status.FILED, NUMBER)
    assert Website.objects.get().live == (kind not in (Kind.CANCEL_WEBSITE, Kind.CANCEL_SUBJECT))
    assert find() == []


def test_a_website_migrates_under_the_new_hosts_number():
    passing = Passing()
    filing = passing.with_bureau()
    Bureau.objects.update(external=True)
    issued = numbers(2, subject="粤ICP备2026004711号")

    external_decisions.enter_approval(filing.pk, issued=issued, decided_at=timezone.now(), source="file 1")

    assert str(Website.objects.get(live=True).number) == "粤ICP备2026004711号-2"
    assert find() == []


# --- Return and split ---------------------------------------------------------------------------------------


def test_a_return_gives_its_opinion_to_provider_and_host():
    case = send_back(waiting())

    assert case.filing.status == Status.RETURNED_TO_PROVIDER
    opinion = "网站名称与主体不符"
    assert (case.filing.events.get(name="return").note, case.filing.opinions.get().text) == (opinion, opinion)
    mails = Email.objects.order_by("-pk")[:2]
    assert [opinion.strip() in mail.message for mail in mails] == [True, True]


def test_what_was_returned_is_verified_again_and_approved():
    case = send_back(waiting())
    play.verify(case.filing, case.staff)

    approve(case, source="file 2")

    assert [one.verdict for one in case.filing.opinions.all()] == [Verdict.RETURN, Verdict.APPROVE]


def test_some_websites_are_approved_and_the_others_returned():
    case = split(waiting(websites=3), IssuedNumbers(NUMBER, {0: f"{NUMBER}-1", 2: f"{NUMBER}-2"}))

    rest = splitting.continuation_of(case.filing)
    assert rest
    assert (case.filing.status, case.filing.withheld, list(case.filing.sequences)) == (Status.FILED, [1], [1, 2])
    assert (rest.status, rest.claimed_by, rest.opinions.get().text) == (
        Status.RETURNED_TO_PROVIDER,
        None,
        "管局自有系统尚未说明退回理由，收到后将另行发送。",
    )
    assert find() == []


def test_what_could_not_be_sent_goes_back_in_its_round_and_to_the_provider_s_system_too():
    case = waiting()
    seen: list[tuple[int, list[object], str]] = []
    services.AFTER_RETURN.append(lambda filing, remarks, why: seen.append((filing.pk, list(remarks), why)))
    with pytest.raises(MoveRefused, match="已重新核验"):
        external_decisions.take_back(case.filing.pk, reported_round=case.filing.round + 1, why="含有无法传输的字符")
    assert case.refresh().filing.status == Status.WITH_BUREAU
    seen.clear()

    external_decisions.take_back(case.filing.pk, reported_round=case.filing.round, why="含有无法传输的字符")
    services.AFTER_RETURN.pop()

    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER
    assert seen == [(case.filing.pk, [], "含有无法传输的字符")]
    assert not case.filing.opinions.exists()
    play.verify(case.filing, case.staff)
    assert case.refresh().filing.round == 2


# --- The same again -----------------------------------------------------------------------------------------


def test_the_same_approval_again_does_nothing():
    case = approve(waiting())
    before = counted()

    approve(case)
    approve(case, source="file 2", decided_at=timezone.now() - timedelta(minutes=1))

    assert counted() == before
    with pytest.raises(MoveRefused, match=_("This filing has already been approved with other numbers.")):
        approve(case, numbers(2))


def test_the_same_return_again_does_nothing_even_in_the_next_round():
    case, at = waiting(), timezone.now()
    send_back(case, decided_at=at)
    before = counted()
    send_back(case, decided_at=at)
    send_back(case, decided_at=at, source="file 2")
    assert counted() == before

    play.verify(case.filing, case.staff)
    send_back(case, decided_at=at)

    assert case.filing.status == Status.WITH_BUREAU
    with pytest.raises(MoveRefused, match=_("The same message has already contained another decision.")):
        approve(case)


def test_the_same_split_again_does_nothing():
    issued = IssuedNumbers(NUMBER, {1: f"{NUMBER}-1"})
    case = split(waiting(websites=2), issued)
    before = counted()

    split(case, issued)

    assert counted() == before


# --- Refused ------------------------------------------------------------------------------------------------

OTHER_PROVINCE = "粤ICP备2026004711号"
WRONG = [
    (numbers(1, subject=OTHER_PROVINCE), f"{OTHER_PROVINCE} .*{NAMED}"),
    (numbers(1, subject="京ICP备05000001号"), "京ICP备05000001号"),
    (IssuedNumbers(f"{NUMBER}-1", {0: f"{NUMBER}-1"}), f"{NUMBER}-1"),
    (IssuedNumbers(NUMBER, {0: "京ICP备2026004712号-1"}), "京ICP备2026004712号-1"),
    (IssuedNumbers(NUMBER, {0: NUMBER}), NUMBER),
    (numbers(1, letter="A"), f"{NUMBER}-1A"),
    (IssuedNumbers(NUMBER), "1"),
    (numbers(1, 2), "2"),
    (IssuedNumbers(NUMBER, {-1: f"{NUMBER}-1"}), "0"),
    (IssuedNumbers("一二三", {0: f"{NUMBER}-1"}), "一二三"),
]


@pytest.mark.parametrize(("issued", "named"), WRONG)
def test_numbers_that_can_not_be_the_filings_are_refused(issued, named):
    case = waiting()
    before = counted()

    with pytest.raises(MoveRefused, match=named):
        approve(case, issued)

    assert (counted(), case.refresh().filing.status) == (before, Status.WITH_BUREAU)
    assert not NumberSeries.objects.exists()


def test_a_number_of_another_record_is_refused():
    """Also of a cancelled one, and of a website of the same record."""
    taken = on_record(provider())
    case = waiting()
    words = _("%(number)s has already been issued to another record.")

    with pytest.raises(MoveRefused, match=words % {"number": taken.subject.number}):
        approve(case, numbers(1, subject=str(taken.subject.number)))
    assert case.refresh().filing.status == Status.WITH_BUREAU

    approve(case)
    added = about(case, Kind.NEW_WEBSITE)
    with pytest.raises(MoveRefused, match=words % {"number": f"{NUMBER}-1"}):
        external_decisions.enter_approval(added.pk, issued=numbers(1), decided_at=timezone.now(), source="file 2")


def test_two_services_with_one_number_are_refused():
    with pytest.raises(MoveRefused, match=_("Two services have the same number.")):
        approve(waiting(websites=2), numbers(1, 1))


def test_a_bureau_that_decides_here_gets_nothing_from_outside():
    case = case_at(Status.WITH_BUREAU)

    words = _("%(bureau)s decides in this portal, not in a system of its own.") % {"bureau": NAMED}
    for enter in (approve, send_back):
        with pytest.raises(MoveRefused, match=words):
            enter(case)


def test_a_filing_with_another_bureau_is_refused():
    case = waiting()
    for enter in (approve, send_back):
        with pytest.raises(MoveRefused, match=_("There is no such filing with this bureau.")):
            enter(case, bureau_id=GUANGDONG)
    case.filing.pk = 0
    with pytest.raises(MoveRefused, match=_("There is no such filing with this bureau.")):
        external_decisions.enter_return(0, opinion="", decided_at=timezone.now(), source="file 1")


def test_a_filing_that_is_not_with_the_bureau_is_refused():
    case = send_back(waiting())
    services.withdraw(case.filing.pk, case.host, version=None)
    for enter in (approve, send_back):
        with pytest.raises(MoveRefused, match=str(Status.WITHDRAWN.label)):
            enter(case, source="file 2")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_decision_before_the_receipt_or_after_today_is_refused(days):
    case = waiting()
    with pytest.raises(MoveRefused, match=str(timezone.localdate().year)):
        approve(case, decided_at=timezone.now() + timedelta(days=days))
