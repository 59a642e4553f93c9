"""What bureaus, providers and strangers may know of a filing, and from when on."""

import pytest
from django.urls import reverse

from filings import services
from filings.models import Look
from filings.states import Status
from icp_portal.tests.access.access_table import ITS
from icp_portal.tests.builders import GUANGDONG, Case, case_at, reviewer_user
from icp_portal.tests.visitors import World, browser, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", list(Status))
def test_bureaus_and_providers_know_a_filing_from_the_moment_it_reaches_them(status):
    world = World(status)
    reached_provider = status not in (Status.DRAFT, Status.LAPSED)
    reached_bureau = status in (Status.WITH_BUREAU, Status.RETURNED_TO_PROVIDER, Status.FILED)

    seen = [
        world.browser("staff").get(world.url("provider_desk:verify", ITS)).status_code,
        world.browser("reviewer").get(world.url("bureau_desk:review", ITS)).status_code,
    ]

    assert seen == [200 if reached else 404 for reached in (reached_provider, reached_bureau)]


def test_pictures_of_a_filing_that_has_not_arrived_are_closed_too():
    world = World(Status.WITH_PROVIDER)

    assert world.browser("reviewer").get(world.url("bureau_desk:evidence", ("filing", "evidence"))).status_code == 404
    assert world.browser("staff").get(world.url("provider_desk:evidence", ("filing", "evidence"))).status_code == 200


def test_another_bureau_does_not_see_a_filing_because_its_host_thinks_of_moving_there():
    """Returned all the way to the host, the province is edited; the new bureau has not been sent anything."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back()
    guangdong = browser(with_second_factor(reviewer_user(GUANGDONG)))
    review = reverse("bureau_desk:review", args=[case.filing.pk])
    assert guangdong.get(review).status_code == 404

    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.province": GUANGDONG}, version=None)

    assert guangdong.get(review).status_code == 404


def test_a_picture_is_only_found_under_its_own_filing():
    world, other = World(Status.WITH_BUREAU), Case()
    mine = other.filing.evidence.first()
    client = browser(other.filing.host)

    assert client.get(reverse("filings:evidence", args=[other.filing.pk, mine.pk])).status_code == 200
    assert client.get(reverse("filings:evidence", args=[other.filing.pk, world.evidence.pk])).status_code == 404
    assert client.get(reverse("filings:evidence", args=[world.case.filing.pk, mine.pk])).status_code == 404
    assert client.get(reverse("filings:evidence", args=[other.filing.pk, 0])).status_code == 404


@pytest.mark.parametrize(
    ("role", "desk"), [("owner", "filings"), ("staff", "provider_desk"), ("reviewer", "bureau_desk")]
)
def test_a_picture_is_never_stored_on_its_way_nor_taken_for_anything_else(role, desk):
    world = World(Status.WITH_BUREAU)

    response = world.browser(role).get(world.url(f"{desk}:evidence", ("filing", "evidence")))

    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content[:3] == b"\xff\xd8\xff"
    assert Look.objects.filter(user=world.members[role]).count() == (0 if role == "owner" else 1)


def test_numbers_are_masked_on_a_desk_until_asked_for_and_each_look_is_on_record():
    world = World(Status.WITH_BUREAU)
    number = world.case.filing.get("subject.cert_number")
    mobile = world.case.filing.get("responsible.mobile")
    for role, name in (("staff", "provider_desk:verify"), ("reviewer", "bureau_desk:review")):
        client = world.browser(role)
        masked = client.get(world.url(name, ITS)).content.decode()
        assert number not in masked
        assert mobile not in masked
        assert not Look.objects.filter(user=world.members[role]).exists()
        full = client.get(world.url(name, ITS) + "?full=1").content.decode()
        assert number in full
        assert Look.objects.get(user=world.members[role]).what == "facts"
