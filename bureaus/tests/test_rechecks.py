"""Second readings: drawn once and repeatably, read blind by somebody else, compared afterwards."""

import re
from datetime import timedelta

import pgtrigger
import pytest
import time_machine
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bureaus import rechecks
from bureaus.models import Draw, Outcome, Recheck, RecheckRate, SecondReading
from filings import services
from filings.errors import MoveRefused
from filings.models import Look
from filings.services import splitting
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, chief, client_of, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

APPROVE, RETURN = {"verdict": "approve"}, {"verdict": "return", "codes": ["P301"], "note": "名称不符"}
SEED = "5eed" * 8
HALF = ({}, {"verdict": "return"}, APPROVE | {"codes": ["P301"]}, RETURN | {"codes": ["X"]})


def all_of_them(day=None) -> None:
    """Set the rate so that every decided filing is drawn."""
    day = day or timezone.localdate()
    member = User.objects.get(pk=reviewer().user_id)
    RecheckRate.objects.create(bureau_id=BEIJING, percent=100, valid_from=day, set_by=member)


def drawn(case: Case) -> Recheck:
    all_of_them()
    assert rechecks.draw(BEIJING, timezone.localdate()) == 1
    return Recheck.objects.get(filing=case.filing)


def page_of(recheck: Recheck) -> str:
    return reverse("bureau_desk:recheck", args=[recheck.pk])


# --- The draw -----------------------------------------------------------------------------------------


def test_a_seed_draws_the_same_filings_each_time_and_about_as_many_as_the_rate():
    filings = range(1, 20_001)
    first = rechecks.chosen(filings, SEED, 5)

    assert first == rechecks.chosen(filings, SEED, 5) != rechecks.chosen(filings, SEED[::-1], 5)
    assert 850 < len(first) < 1150
    assert rechecks.chosen(filings, SEED, 0) == []
    assert rechecks.chosen(filings, SEED, 100) == list(filings)
    assert set(first) < set(rechecks.chosen(filings, SEED, 10))
    assert [filing for filing in (41, 3, 9) if filing in set(first)] == rechecks.chosen((41, 3, 9), SEED, 5)


def test_a_day_is_drawn_once_and_a_filing_once_in_its_life():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    recheck = drawn(case)
    assert (recheck.decision.name, recheck.decided_by_id, recheck.round) == ("return", case.reviewer.user_id, 1)
    assert rechecks.draw(BEIJING, timezone.localdate()) == 0

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        case.send_back().submit().verify().approve()
        assert rechecks.draw(BEIJING, timezone.localdate()) == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert rechecks.draw_all() == 0
    assert Recheck.objects.count() == 1
    assert list(Draw.objects.values_list("candidates", "drawn")) == [(0, 0), (1, 1)]


def test_a_day_is_drawn_from_its_own_decisions_though_another_has_followed():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    all_of_them()
    day = timezone.localdate()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        case.send_back().submit().verify().approve()
        assert rechecks.draw(BEIJING, day) == 1

    assert Recheck.objects.get().decision.name == "return"


def test_of_a_filing_returned_and_split_on_one_day_the_return_is_read_again():
    """It is a verdict on the whole filing; the approval of some of its websites is none."""
    case = case_at(Status.RETURNED_TO_PROVIDER, websites=2)
    play.verify(case.filing, case.staff)
    services.claim(case.filing.pk, case.reviewer)
    remark = services.RemarkDraft("websites.1.name", "1020", "与企业业务不符", "改为能反映业务的名称")
    splitting.approve_in_part(case.filing.pk, case.reviewer, version=case.refresh().filing.version, remarks=[remark])
    rest = splitting.continuation_of(case.refresh().filing)
    all_of_them()

    assert rechecks.draw(BEIJING, timezone.localdate()) == 2

    found = Recheck.objects.order_by("filing").values_list("filing", "decision__name", "round")
    assert list(found) == [(case.filing.pk, "return", 1), (rest.pk, "return", 1)]


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (1, 1), (14, 1), (15, 0)])
def test_the_sweep_draws_when_the_day_is_over_and_no_later_than_two_weeks(days, expected):
    case = case_at(Status.FILED)
    all_of_them()
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert [rechecks.draw_all() for _run in range(2)] == [expected, 0]
    assert list(Recheck.objects.values_list("filing", flat=True)) == [case.filing.pk] * expected


def test_a_draw_can_be_drawn_again_and_a_changed_one_is_found():
    made = drawn(case_at(Status.FILED)).draw
    assert rechecks.is_as_drawn(made)

    for change in ("seed = 'f', percent = 0", "candidates_sha256 = repeat('0', 64)"):
        with pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE bureaus_draw SET {change} WHERE id = %s", [made.pk])
        made.refresh_from_db()
        assert not rechecks.is_as_drawn(made)


def test_a_second_draw_of_a_filing_is_refused_by_the_database():
    recheck = drawn(case_at(Status.FILED))
    recheck.pk = None
    with pytest.raises(IntegrityError):
        recheck.save(force_insert=True)


def test_the_rate_is_dated_and_the_chiefs():
    boss, tomorrow = chief(), timezone.localdate() + timedelta(days=1)
    assert rechecks.percent_on(BEIJING, tomorrow) == rechecks.DEFAULT_PERCENT
    rechecks.set_rate(boss, 20, tomorrow)
    rechecks.set_rate(boss, 30, tomorrow)

    assert rechecks.percent_on(BEIJING, tomorrow) == 30
    assert rechecks.percent_on(BEIJING, timezone.localdate()) == rechecks.DEFAULT_PERCENT
    assert rechecks.percent_on(GUANGDONG, tomorrow) == rechecks.DEFAULT_PERCENT
    with pytest.raises(MoveRefused, match=_("Only the chief sets the rate.")):
        rechecks.set_rate(reviewer(), 0, tomorrow)
    too_soon = _("A new rate starts tomorrow at the earliest; today's decisions are drawn at today's rate.")
    with pytest.raises(MoveRefused, match=too_soon):
        rechecks.set_rate(boss, 0, timezone.localdate())


def test_the_chief_sets_the_rate_on_the_page_and_a_reviewer_finds_none():
    url = reverse("bureau_desk:rechecks") + "?tab=draws"
    tomorrow = timezone.localdate() + timedelta(days=1)
    sent = {"percent": 7, "valid_from": tomorrow.isoformat()}
    drawn(case_at(Status.FILED))
    boss = client_of(chief())

    assert client_of(reviewer()).post(url, sent).status_code == 404
    assert client_of(reviewer()).get(url).status_code == 404
    assert boss.post(url, sent).status_code == 302
    assert rechecks.percent_on(BEIJING, tomorrow) == 7
    assert boss.post(url, sent | {"percent": 101}).status_code == 200
    assert boss.post(url, sent | {"valid_from": timezone.localdate().isoformat()}).status_code == 200
    assert RecheckRate.objects.filter(percent=7).count() == 1
    assert Draw.objects.get().seed in boss.get(url).content.decode()


# --- Blind --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.RETURNED_TO_PROVIDER, Status.FILED])
def test_the_blind_page_tells_the_facts_and_nothing_of_the_decision(status):
    case = case_at(status)
    recheck = drawn(case)
    page = client_of(reviewer()).get(page_of(recheck)).content.decode()
    page = re.sub(r'<div id="id_codes".*?</form>', "", page, flags=re.DOTALL)  # every code there is

    assert case.filing.subject_name in page
    assert case.filing.get("websites.0.name") in page
    decider = User.objects.get(pk=case.reviewer.user_id)
    leaks = [decider.name, decider.email, case.filing.get_status_display(), f"/filings/{case.filing.pk}/"]
    leaks += [text for remark in case.filing.remarks.all() for text in (remark.seen, remark.expected)]
    if case.filing.subject:
        leaks.append(str(case.filing.subject.number))
    assert [text for text in leaks if text in page] == []


def test_the_blind_page_shows_the_round_that_was_decided_whatever_came_after():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    recheck = drawn(case)
    before = case.filing.get("websites.0.name")
    case.send_back().submit().verify().approve()
    after = case.filing.get("websites.0.name")
    assert before != after

    page = client_of(reviewer()).get(page_of(recheck)).content.decode()

    assert before in page
    assert after not in page
    assert str(case.filing.subject.number) not in page


def test_the_blind_page_of_a_second_round_shows_what_has_changed_since_the_first():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    before = case.filing.get("websites.0.name")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        case.send_back().submit().verify().approve()
        recheck = drawn(case)
        changes = client_of(reviewer()).get(page_of(recheck)).context["changes"]

    assert recheck.round == 2
    changed = [(one.old, one.new) for one in changes if not one.is_picture]
    assert changed == [(before, case.filing.get("websites.0.name"))]


def test_numbers_are_masked_until_asked_for_and_each_look_is_on_record():
    case = case_at(Status.FILED)
    recheck, reader = drawn(case), reviewer()
    browser, number = client_of(reader), case.filing.get("subject.cert_number")

    assert number not in browser.get(page_of(recheck)).content.decode()
    assert number in browser.get(page_of(recheck) + "?full=1").content.decode()
    picture = case.filing.evidence.first()
    shown = browser.get(reverse("bureau_desk:recheck_evidence", args=[recheck.pk, picture.pk]))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert list(Look.objects.filter(user=reader.user_id).values_list("what", flat=True)) == [
        "second reading",
        picture.path,
    ]


def test_the_list_names_neither_host_nor_reviewer():
    case = case_at(Status.FILED)
    recheck = drawn(case)
    page = client_of(reviewer()).get(reverse("bureau_desk:rechecks")).content.decode()

    assert page_of(recheck) in page
    decider = User.objects.get(pk=case.reviewer.user_id)
    assert [text for text in (decider.name, case.filing.subject_name, case.filing.domain) if text in page] == []


# --- Who reads ----------------------------------------------------------------------------------------


def test_nobody_reads_an_own_decision_again():
    case = case_at(Status.FILED)
    recheck = drawn(case)
    own = client_of(case.reviewer)

    assert page_of(recheck) not in own.get(reverse("bureau_desk:rechecks")).content.decode()
    assert own.get(page_of(recheck)).status_code == 404
    assert own.post(page_of(recheck), APPROVE).status_code == 404
    with pytest.raises(MoveRefused, match=_("You made the first decision, so a colleague must check it.")):
        rechecks.answer(recheck.pk, case.reviewer, verdict="approve", codes=[], note="")
    assert not SecondReading.objects.exists()


def test_another_province_or_party_finds_nothing():
    case = case_at(Status.FILED)
    recheck, picture = drawn(case), case.filing.evidence.first()
    urls = [page_of(recheck), reverse("bureau_desk:recheck_evidence", args=[recheck.pk, picture.pk])]
    for actor in (reviewer(GUANGDONG), chief(GUANGDONG), case.staff, case.host):
        assert [client_of(actor).get(url).status_code for url in urls] == [404, 404]
        assert client_of(actor).post(urls[0], APPROVE).status_code == 404
    with pytest.raises(Recheck.DoesNotExist):
        rechecks.answer(recheck.pk, reviewer(GUANGDONG), verdict="approve", codes=[], note="")
    assert not SecondReading.objects.exists()


def test_a_picture_of_another_round_or_filing_is_not_shown_here():
    case, stranger = case_at(Status.FILED), case_at(Status.WITH_BUREAU)
    recheck, other = drawn(case), stranger.filing.evidence.first()
    url = reverse("bureau_desk:recheck_evidence", args=[recheck.pk, other.pk])
    assert client_of(reviewer()).get(url).status_code == 404


# --- What it comes to ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "sent", "outcome"),
    [
        (Status.FILED, APPROVE, Outcome.AGREES),
        (Status.FILED, RETURN, Outcome.DIFFERS),
        (Status.RETURNED_TO_PROVIDER, APPROVE, Outcome.DIFFERS),
        (Status.RETURNED_TO_PROVIDER, RETURN, Outcome.AGREES),
        (Status.RETURNED_TO_PROVIDER, RETURN | {"codes": ["P102", "P103"]}, Outcome.DIFFERS),
    ],
)
def test_the_reader_learns_the_first_decision_afterwards(status, sent, outcome):
    case = case_at(status)
    recheck, reader = drawn(case), reviewer()
    browser = client_of(reader)

    assert browser.post(page_of(recheck), sent).status_code == 302

    reading = SecondReading.objects.get()
    assert (reading.outcome, reading.verdict, reading.reader_id) == (outcome, sent["verdict"], reader.user_id)
    assert reading.codes == sent.get("codes", [])
    page = browser.get(page_of(recheck))
    first = User.objects.get(pk=case.reviewer.user_id)
    codes = ["、".join(said) or "—" for said in (rechecks.first_codes(recheck), reading.codes)]
    assert [page.context["rows"][at][1:] for at in (0, -1)] == [(first, reading.reader), tuple(codes)]
    assert all(str(one) in page.content.decode() for one in (first, reading.get_outcome_display()))


@pytest.mark.parametrize("sent", HALF)
def test_half_an_answer_is_refused_in_words_and_nothing_is_told(sent):
    case = case_at(Status.FILED)
    recheck = drawn(case)
    answer = client_of(reviewer()).post(page_of(recheck), sent)
    assert answer.status_code == 200
    assert User.objects.get(pk=case.reviewer.user_id).name not in answer.content.decode()
    assert not SecondReading.objects.exists()


def test_a_double_click_and_a_slower_colleague_leave_one_reading():
    recheck, reader, slower = drawn(case_at(Status.FILED)), reviewer(), reviewer()
    first = client_of(reader)
    assert first.post(page_of(recheck), APPROVE).status_code == 302
    again = first.post(page_of(recheck), RETURN)
    assert again.status_code == 200  # the page of what it came to

    assert client_of(slower).get(page_of(recheck)).status_code == 404
    with pytest.raises(MoveRefused, match=_("This decision has already been checked.")):
        rechecks.answer(recheck.pk, slower, verdict="approve", codes=[], note="")
    assert SecondReading.objects.get().verdict == "approve"


@pytest.mark.parametrize("of", [reviewer, chief])
@pytest.mark.parametrize("sent", [RETURN, {"verdict": "return", "note": "名称不符"}], ids=["whole", "half"])
def test_who_was_slower_gets_the_note_back_and_a_page_that_stays_blind(of, sent):
    case = case_at(Status.RETURNED_TO_PROVIDER)
    recheck, slower = drawn(case), client_of(of())
    rechecks.answer(recheck.pk, (winner := reviewer()), verdict="approve", codes=[], note="胜者所记")

    answer = slower.post(page_of(recheck), sent)

    page = re.sub(r"<select.*?</select>", "", answer.content.decode(), flags=re.DOTALL)
    assert answer.status_code == 200
    assert "名称不符" in page
    assert answer.context["lost"]
    names = [User.objects.get(pk=one.user_id).name for one in (case.reviewer, winner)]
    assert [text for text in (*names, "胜者所记", case.filing.remarks.get().seen) if text in page] == []
    assert SecondReading.objects.get().reader_id == winner.user_id


def test_who_made_the_first_decision_gets_no_page_by_being_slow():
    case = case_at(Status.FILED)
    recheck = drawn(case)
    rechecks.answer(recheck.pk, reviewer(), verdict="approve", codes=[], note="")

    assert client_of(case.reviewer).post(page_of(recheck), RETURN).status_code == 404
    assert client_of(reviewer(GUANGDONG)).post(page_of(recheck), RETURN).status_code == 404


def test_what_differs_is_listed_for_the_chief_alone():
    case = case_at(Status.FILED)
    recheck, reader, boss = drawn(case), reviewer(), chief()
    client_of(reader).post(page_of(recheck), RETURN)
    url = reverse("bureau_desk:rechecks") + "?tab=differing"

    assert page_of(recheck) in client_of(boss).get(url).content.decode()
    assert "名称不符" in client_of(boss).get(page_of(recheck)).content.decode()
    assert client_of(reader).get(url).status_code == 404
    assert client_of(case.reviewer).get(page_of(recheck)).status_code == 404
    assert page_of(recheck) not in client_of(chief(GUANGDONG)).get(url).content.decode()


def test_what_was_read_can_not_be_changed():
    recheck = drawn(case_at(Status.FILED))
    rechecks.answer(recheck.pk, reviewer(), verdict="approve", codes=[], note="")
    reading = SecondReading.objects.get()
    reading.outcome = Outcome.DIFFERS
    with pytest.raises(Exception, match="Cannot update or delete"):
        reading.save()


def test_pages_cost_the_same_with_many_rows(django_assert_max_num_queries):
    boss, case, listed = chief(), case_at(Status.RETURNED_TO_PROVIDER), reverse("bureau_desk:rechecks")
    first = drawn(case)
    rechecks.answer(first.pk, boss, verdict="approve", codes=[], note="")
    browser = client_of(boss)
    browser.get(reverse("desk"))

    def costs() -> list[int]:
        found = []
        for url in (f"{listed}?tab=mine", f"{listed}?tab=differing", page_of(first)):
            with django_assert_max_num_queries(100) as captured:
                assert browser.get(url).status_code == 200
            found.append(len(captured))
        return found

    one = costs()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        for _number in range(2):
            play.return_to_provider(Case().submit().verify().filing, case.reviewer)
        rechecks.draw(BEIJING, timezone.localdate())
    for recheck in Recheck.objects.filter(reading=None):
        rechecks.answer(recheck.pk, boss, verdict="approve", codes=[], note="")
    assert one == costs()
    assert max(one) <= 8
