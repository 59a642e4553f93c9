"""The small copy of a picture: private like the picture itself, and no look at it."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from filings.evidence.files import content_of
from filings.evidence.limited.picture import THUMB_SIDE
from filings.models import Evidence, Look
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, provider, sign_in, staff, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def address(case: Case, picture: Evidence, query: str = "?thumb") -> str:
    return f"/provider/filings/{case.filing.pk}/evidence/{picture.pk}/{query}"


@pytest.fixture
def case() -> Case:
    return case_at(Status.WITH_PROVIDER)


def test_the_page_of_a_filing_shows_small_copies_and_loads_them_as_privately_as_the_pictures(case: Case) -> None:
    client = sign_in(Client(), user_of(case.staff))
    picture = case.filing.evidence.order_by("pk").first()
    page = client.get(f"/provider/filings/{case.filing.pk}/").content.decode()
    assert page.count('?thumb" alt=""') == case.filing.evidence.count()

    small, full = (client.get(address(case, picture, query)) for query in ("?thumb", ""))

    assert max(Image.open(BytesIO(small.content)).size) == THUMB_SIDE
    assert len(small.content) < len(full.content) / 4
    names = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Disposition")
    assert [small[name] for name in names] == [full[name] for name in names]
    assert small["ETag"] != full["ETag"]
    assert list(Look.objects.values_list("what", flat=True)) == [picture.path]  # the full one


def test_who_has_it_already_gets_it_again_only_when_it_has_changed(case: Case) -> None:
    client = sign_in(Client(), user_of(case.staff))
    first, other = case.filing.evidence.order_by("pk")[:2]
    tag = client.get(address(case, first))["ETag"]

    same, another = (client.get(address(case, one), headers={"If-None-Match": tag}) for one in (first, other))

    assert (same.status_code, same.content, same["Cache-Control"]) == (304, b"", "private, no-store")
    assert another.status_code == 200


def test_a_stranger_and_somebody_signed_out_get_none(case: Case) -> None:
    picture = case.filing.evidence.first()
    stranger = sign_in(Client(), user_of(staff(provider())))

    assert stranger.get(address(case, picture)).status_code == 404
    assert Client().get(address(case, picture)).status_code == 302


def test_an_older_picture_without_a_small_copy_is_shown_itself(case: Case) -> None:
    client = sign_in(Client(), user_of(case.staff))
    picture = case.filing.evidence.first()
    Evidence.objects.filter(pk=picture.pk).update(thumb="")

    page = client.get(f"/provider/filings/{case.filing.pk}/").content.decode()
    assert f'src="{address(case, picture, "")}"' in page
    assert client.get(address(case, picture)).content == content_of(picture.file)
