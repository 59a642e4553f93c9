"""Absences and covers: who may enter them, what the cover sees, claims and is told, and that there is no ring."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bureaus import absences
from bureaus.access import present
from bureaus.covers import cover_of, covered_by
from bureaus.models import Absence, Bureau, OfficeChange, OfficeWhat, Reviewer
from bureaus.tests.absences_entered import again, away, held
from bureaus.tests.queue_pages import act, listed, numbers, text
from filings import services
from filings.errors import MoveRefused
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import BEIJING, GUANGDONG, chief, client_of, reviewer
from ministry.models.audit import AuditWaiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

OFFICE = "/bureau/office/"


# --- Who covers, as data ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "covers"),
    [
        ({}, {1: 1, 2: 2, 3: 3}),
        ({1: 2}, {1: 2, 2: 2, 3: 3}),
        ({1: 2, 2: 3}, {1: 3, 2: 3, 3: 3}),
        ({1: 3, 2: 3}, {1: 3, 2: 3, 3: 3}),
        ({1: 2, 2: 1}, {1: None, 2: None, 3: 3}),
        ({1: 2, 2: 3, 3: 1}, {1: None, 2: None, 3: None}),
        ({1: 2, 2: 3, 3: 2}, {1: None, 2: None, 3: None}),
        ({1: 1}, {1: None, 2: 2, 3: 3}),
    ],
)
def test_a_cover_s_cover_covers_and_in_a_ring_nobody_does(pairs, covers):
    assert {person: cover_of(person, pairs) for person in covers} == covers
    for person in covers:
        wanted = tuple(absent for absent in sorted(pairs) if covers[absent] == person)
        assert covered_by(person, pairs) == wanted


# --- Entering -----------------------------------------------------------------------------------------


def test_a_reviewer_enters_their_own_absence_and_it_is_on_record_for_good():
    me, cover = reviewer(), reviewer()
    today = timezone.localdate()
    sent = {"who": me.user_id, "first_day": today, "last_day": today + timedelta(days=2), "cover": cover.user_id}

    page = client_of(me).post(OFFICE, sent, follow=True)

    absence = Absence.objects.get()
    assert (absence.user_id, absence.cover_id, absence.bureau_id) == (me.user_id, cover.user_id, BEIJING)
    change = OfficeChange.objects.get()
    assert (change.what, change.actor_name, change.about, change.cover) == (
        OfficeWhat.ABSENT,
        me.name,
        me.name,
        cover.name,
    )
    assert change.words in text(page)
    assert "The leave is entered." in text(page)
    ended = client_of(me).post(reverse("bureau_desk:end_absence", args=[absence.pk]), follow=True)
    assert f"The leave of {me.name} has ended." in text(ended)
    assert AuditWaiting.objects.filter(name="bureaus_officechange", row=change.pk).exists()
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        OfficeChange.objects.update(about="")


def test_the_chief_enters_anybody_s_and_a_reviewer_nobody_else_s():
    head, me, other = chief(), reviewer(), reviewer()
    today = timezone.localdate()
    sent = {"who": me.user_id, "first_day": today, "last_day": today, "cover": other.user_id}

    page = client_of(other).post(OFFICE, sent)
    assert (page.status_code, Absence.objects.count()) == (200, 0)
    with pytest.raises(MoveRefused, match="chief"):
        away(me, other, by=other)

    client_of(head).post(OFFICE, sent)
    assert Absence.objects.get().user_id == me.user_id


def test_nothing_reaches_another_bureau():
    head, stranger, there = chief(), reviewer(GUANGDONG), chief(GUANGDONG)
    me, cover = reviewer(), reviewer()
    for who, covers in ((stranger, cover), (me, stranger)):
        with pytest.raises(MoveRefused, match="your own bureau"):
            away(who, covers, by=head)
    absence = away(me, cover)

    answer = client_of(there).post(reverse("bureau_desk:end_absence", args=[absence.pk]))

    assert answer.status_code == 404
    assert me.name not in text(client_of(there).get(OFFICE))
    assert Absence.objects.get().ended_at is None
    assert again(stranger).covers == ()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(2, 1, "before the first"), (-3, -1, "in the past"), (0, 366, "at most one year")],
)
def test_days_that_make_no_absence_are_refused(first, last, words):
    with pytest.raises(MoveRefused, match=words):
        away(reviewer(), reviewer(), first, last)
    assert not OfficeChange.objects.exists()


def test_one_is_absent_once_a_day_and_never_covers_for_oneself():
    me, cover = reviewer(), reviewer()
    with pytest.raises(MoveRefused, match="as cover"):
        away(me, me)
    away(me, cover, 0, 3)
    for first, last in ((3, 5), (-1, 0), (1, 2)):
        with pytest.raises(MoveRefused, match="already entered"):
            away(me, cover, first, last)
    away(me, cover, 4, 5)
    assert Absence.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(
            bureau_id=BEIJING, user_id=1, cover_id=1, first_day=date(2026, 1, 1), last_day=date(2026, 1, 1)
        )


def test_two_who_cover_for_each_other_on_the_same_day_are_refused_and_so_is_a_longer_ring():
    one, two, three = reviewer(), reviewer(), reviewer()
    away(one, two, 0, 5)
    with pytest.raises(MoveRefused, match="on leave too"):
        away(two, one, 5, 6)

    away(two, three, 5, 6)  # on the fifth day two's cover covers for one as well
    with pytest.raises(MoveRefused, match="on leave too"):
        away(three, one, 5, 5)

    away(two, one, 7, 8)  # one is back by then
    assert Absence.objects.count() == 3


def test_an_absence_ends_early_once_by_the_absent_or_the_chief_alone():
    me, cover, head = reviewer(), reviewer(), chief()
    absence = away(me, cover)
    with pytest.raises(MoveRefused, match="chief"):
        absences.end(cover, absence.pk)
    client = client_of(head)
    url = reverse("bureau_desk:end_absence", args=[absence.pk])

    assert "has ended" in text(client.post(url, follow=True))
    assert "already ended" in text(client.post(url, follow=True))

    assert again(cover).covers == ()
    assert "End the leave" not in text(client_of(me).get(OFFICE))
    assert list(OfficeChange.objects.order_by("pk").values_list("what", flat=True)) == ["absent", "back"]


def test_days_entered_at_a_former_bureau_do_not_count_at_the_next():
    me, cover = reviewer(), reviewer()
    away(me, cover)
    Reviewer.objects.filter(user=me.user_id).update(bureau=GUANGDONG)
    assert present(GUANGDONG).filter(user=me.user_id).exists()


def test_who_has_left_enters_nothing_any_more():
    me, cover = reviewer(), reviewer()
    Reviewer.objects.filter(user=me.user_id).delete()
    with pytest.raises(MoveRefused, match="no longer work for this bureau"):
        away(me, cover)


# --- What the cover sees and takes ----------------------------------------------------------------------


def test_what_an_absent_reviewer_has_is_the_cover_s_to_see_to_take_and_to_decide():
    case, cover, other = held(), reviewer(), reviewer()
    assignment.hand_over(case.filing.pk, case.reviewer, to=other, note="")
    until = case.refresh().filing.claimed_until
    away(other, cover)

    page = text(client_of(cover).get("/bureau/"))
    assert listed(client_of(cover), tab="mine") == numbers(case)
    assert "on leave, you are the cover" in page
    assert "Claim as cover" in page
    assert listed(client_of(case.reviewer), tab="mine") == []
    act(client_of(cover), "claim", case)

    event = case.refresh().filing.events.order_by("-pk").first()
    assert (event.name, event.note, event.user_id) == ("cover", f"from {other.name}", cover.user_id)
    assert case.filing.claimant_id() == cover.user_id
    assert case.filing.claimed_until == until  # what was given until the due date stays so
    with pytest.raises(MoveRefused, match="is working on this filing"):
        services.approve(case.filing.pk, other, version=None)
    services.approve(case.filing.pk, again(cover), version=None)
    assert case.refresh().filing.status == Status.FILED


def test_before_and_after_the_absence_the_filing_is_the_holder_s_alone(time_machine):
    time_machine.move_to("2026-11-25 10:00+08:00", tick=False)
    case, cover, holder = held(), reviewer(), reviewer()
    assignment.hand_over(case.filing.pk, case.reviewer, to=holder, note="")
    away(holder, cover, 1, 2)

    seen = {}
    for day in ("25", "26", "27", "28"):
        time_machine.move_to(f"2026-11-{day} 10:00+08:00", tick=False)
        seen[day] = listed(client_of(cover), tab="mine")
    assert seen == {"25": [], "26": numbers(case), "27": numbers(case), "28": []}
    with pytest.raises(MoveRefused, match="is working on this filing"):
        services.claim(case.filing.pk, again(cover))


def test_nobody_but_the_cover_takes_what_the_absent_one_has():
    case, cover, other = held(), reviewer(), reviewer()
    away(case.reviewer, cover)
    with pytest.raises(MoveRefused, match="is working on this filing"):
        services.claim(case.filing.pk, again(other))
    assert listed(client_of(other), tab="mine") == []


def test_nothing_is_handed_over_or_given_to_who_is_absent():
    case, cover, absent, head = held(), reviewer(), reviewer(), chief()
    away(absent, cover)

    act(client_of(case.reviewer), "hand_over", case, to=absent.user_id)
    sent = {"filing": numbers(case), "to": absent.user_id}
    page = client_of(head).post(reverse("bureau_desk:assign"), sent, follow=True)

    assert "Choose a colleague first." in text(page)
    assert case.refresh().filing.claimant_id() == case.reviewer.user_id


# --- Giving out by load: the switch -----------------------------------------------------------------------


def test_only_the_chief_switches_giving_out_by_load_and_twice_is_once():
    head, other = chief(), reviewer()
    url = reverse("bureau_desk:by_load")
    assert client_of(other).post(url, {"wanted": "1"}).status_code == 404
    with pytest.raises(MoveRefused, match="chief"):
        absences.give_out_by_load(other, wanted=True)
    client = client_of(head)

    said = [text(client.post(url, {"wanted": wanted}, follow=True)) for wanted in ("1", "1", "0")]

    assert "From now on, the portal assigns the filings the bureau receives." in said[0]
    assert "From now on, reviewers claim the filings the bureau receives themselves." in said[2]
    assert list(OfficeChange.objects.order_by("pk").values_list("what", "value")) == [
        ("by_load", "1"),
        ("by_load", "0"),
    ]
    assert not Bureau.objects.filter(assigns_by_load=True).exists()
    assert "switch" not in text(client_of(other).get(OFFICE)).lower().replace("switched", "")


def test_the_page_says_who_is_there_and_who_is_absent():
    me, cover = reviewer(), reviewer()
    away(me, cover, 0, 1)
    away(cover, me, 5, 6)
    page = text(client_of(cover).get(OFFICE))

    assert (
        f"until {(timezone.localdate() + timedelta(days=1)).strftime('%b')}" in page or f"{cover.name} covers" in page
    )
    assert page.count("End the leave") == 1  # one's own
