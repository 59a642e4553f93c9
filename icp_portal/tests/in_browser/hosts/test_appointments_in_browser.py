"""Appointments in a real browser: chosen, moved and cancelled by a host, seen by the provider; every page whole."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings.appointments import booking, slots
from filings.models import Appointment
from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, with_second_step
from icp_portal.tests.tours import Tour
from providers.models import StaffRole

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_host_books_moves_and_cancels_without_scripts(visitor: Callable[..., Person]) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    builders.meeting_place(case.provider)
    builders.meeting_place(case.provider, name="二号厅")
    host = visitor(java_script_enabled=False).sign_in_as(case.filing.host)
    host.open(f"/filings/{case.filing.pk}/")
    host.follow(_("Choose a time"))
    host.follow("二号厅")

    host.press(_("Book this time"))
    host.reads(_("Choose a time."))
    host.page.get_by_role("radio").last.check()
    host.press(_("Book this time"))
    host.arrives_at(f"/filings/{case.filing.pk}/submitted/")
    booked = Appointment.objects.select_related("place").get()
    host.reads(booked.when)
    assert booked.place.name == "二号厅"

    host.follow(_("Move the appointment"))
    host.page.get_by_role("radio").first.check()
    host.press(_("Move to this time"))
    booked.refresh_from_db()
    host.reads(booked.when)
    host.follow(_("Cancel the appointment"))
    host.press(_("Cancel the appointment"))
    host.arrives_at(f"/filings/{case.filing.pk}/submitted/")
    expect(host.page.get_by_role("status")).to_contain_text(_("Your appointment has been cancelled."))
    assert Appointment.objects.get().state == "cancelled"


def test_every_page_of_appointments_is_whole(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    filing, boss = case.filing, builders.staff(case.provider, StaffRole.ADMINISTRATOR)
    administrator = tour(with_second_step(builders.user_of(boss)))
    administrator.visit(
        "/provider/appointments/", "/provider/organisation/places/", "/provider/organisation/places/new/"
    )
    administrator.press(_("Open the place"), "place, not filled in")
    place = builders.meeting_place(case.provider)
    builders.meeting_place(case.provider, name="二号厅")
    host = tour(filing.host)
    host.visit(f"/filings/{filing.pk}/submitted/", f"/filings/{filing.pk}/appointment/")
    host.press(_("Book this time"), "no time chosen")
    booked = booking.book(filing.pk, case.host, place.pk, slots.free(place)[0].starts, seen=0)
    host.visit(*(f"/filings/{filing.pk}/{page}" for page in ("submitted/", "appointment/", "appointment/cancel/", "")))
    places, day = "/provider/organisation/places/", f"/provider/appointments/?day={booked.starts_at:%Y-%m-%d}"
    administrator.visit(places, f"{places}{place.pk}/", f"{places}{place.pk}/hours/", f"{places}close/", day)
    administrator.press(_("Show"), "another day")
    administrator.visit(f"/provider/appointments/{booked.pk}/")
    administrator.press(_("Cancel the appointment"), "no reason")
    administrator.visit(f"/provider/appointments/cancel/?day={booked.starts_at:%Y-%m-%d}")
    administrator.press(_("Cancel them all"), "no reason for the day")
