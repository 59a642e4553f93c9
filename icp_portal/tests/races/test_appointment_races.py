"""Two hosts book the last free time at once: one gets it, the other is told which are free next."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from filings.appointments import booking, slots
from filings.models import Appointment, MeetingPlace
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, meeting_place, staff
from icp_portal.tests.racing import Gate, one_then_the_other
from providers.models import StaffRole
from providers.organisation import places

pytestmark = pytest.mark.usefixtures("transactional_db")


def two_hosts() -> tuple[Case, Case, MeetingPlace, datetime]:
    first = case_at(Status.WITH_PROVIDER)
    place = meeting_place(first.provider)
    return first, case_at(Status.WITH_PROVIDER, of=first.provider), place, slots.free(place)[0].starts


def booking_of(case: Case, place: MeetingPlace, when: datetime) -> Any:
    return lambda: booking.book(case.filing.pk, case.host, place.pk, when, seen=0)


def test_the_last_free_time_goes_to_one_host(monkeypatch):
    first, second, place, when = two_hosts()
    gate = Gate(monkeypatch, slots, "free")  # called with the place locked

    leader, follower = one_then_the_other(gate, booking_of(first, place, when), booking_of(second, place, when))

    assert leader.error is None
    assert str(follower.error).startswith("该时段已约满。最近的可约时段：")
    assert Appointment.objects.get().filing_id == first.filing.pk
    assert second.refresh().filing.meets_at is None


def test_a_day_is_not_booked_while_it_is_closed(monkeypatch):
    first, _second, place, when = two_hosts()
    administrator, day = staff(first.provider, StaffRole.ADMINISTRATOR), timezone.localdate(when)
    gate = Gate(monkeypatch, places.records, "record")  # called with the places locked

    leader, follower = one_then_the_other(
        gate, lambda: places.close_day(administrator, day, "盘点"), booking_of(first, place, when)
    )

    assert leader.result == 0
    assert str(follower.error).startswith("该时段已约满")
    assert not Appointment.objects.exists()


def test_a_host_who_books_while_the_provider_passes_the_filing_comes_for_nothing_no_more(monkeypatch):
    first, _second, place, when = two_hosts()
    gate = Gate(monkeypatch, slots, "free")

    leader, follower = one_then_the_other(gate, booking_of(first, place, when), first.send_back)

    assert leader.error is None
    assert follower.error is None
    assert Appointment.objects.get().state == "dropped"
    assert first.refresh().filing.meets_at is None
    assert when > timezone.now() - timedelta(days=1)
