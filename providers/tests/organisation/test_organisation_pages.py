"""A provider's public pages: its administrator changes them, hosts see it at once, every change is recorded."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from PIL import Image
from pytest_django import Settings

from accounts.models import Party
from icp_portal.tests.builders import organisation_change, provider, sign_in, user
from providers.models import OrganisationChange, Provider, StaffRole, What

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
EDIT = "/provider/organisation/edit/"


def typed(access_provider: Provider, **changes: Any) -> dict[str, Any]:
    """Return the form as it stands, with changes; a box is ticked by being sent."""
    last = OrganisationChange.objects.filter(provider=access_provider).order_by("-pk").first()
    kept = {
        "about": access_provider.about,
        "contact_phone": access_provider.contact_phone,
        "contact_email": access_provider.contact_email,
        "address": access_provider.address,
        "promised_days": access_provider.promised_days or "",
        "accepts_new": "on",
        "version": last.pk if last else 0,
    }
    return {name: value for name, value in (kept | changes).items() if value is not None}


def picture(width: int = 640, height: int = 240, kind: str = "PNG") -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", (width, height), "#205493").save(target, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", target.getvalue())


def test_a_change_takes_effect_and_is_on_record(access_provider: Provider, browser: Browser) -> None:
    administrator = browser(access_provider)

    answer = administrator.post(EDIT, typed(access_provider, address="新址二层", promised_days="3", about="云服务器"))

    assert answer.status_code == 302
    entrance = Client().get(f"/providers/{access_provider.slug}/").content.decode()
    assert "新址二层" in entrance
    assert "Verified within 3 working days" in entrance
    directory = Client().get("/navigation/").content.decode()
    assert "Verified within 3 working days" in directory
    rows = (
        OrganisationChange.objects.filter(provider=access_provider)
        .order_by("what")
        .values_list("what", "before", "after")
    )
    assert list(rows) == [
        ("about", "", "云服务器"),
        ("address", "示例大厦一层", "新址二层"),
        ("promised_days", "", "3"),
    ]
    page = administrator.get("/provider/organisation/changes/").content.decode()
    assert "新址二层" in page


def test_nothing_changed_leaves_no_record(access_provider: Provider, browser: Browser) -> None:
    assert browser(access_provider).post(EDIT, typed(access_provider)).status_code == 302
    assert not OrganisationChange.objects.exists()


def test_no_promise_is_said_where_none_was_made(access_provider: Provider) -> None:
    assert "working day" not in Client().get(f"/providers/{access_provider.slug}/").content.decode()


def test_who_takes_no_new_filings_is_not_listed(access_provider: Provider, browser: Browser) -> None:
    browser(access_provider).post(EDIT, typed(access_provider, accepts_new=None))

    assert access_provider.name not in Client().get("/navigation/").content.decode()
    change = OrganisationChange.objects.get()
    assert (change.what, change.before, change.after) == ("accepts_new", "1", "0")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("promised_days", "0", "greater than or equal to 1"),
        ("promised_days", "21", "less than or equal to 20"),
        ("promised_days", "三", "whole number"),
        ("contact_phone", "请来电", "not a telephone number"),
        ("contact_email", "nobody", "not an e-mail address"),
        ("address", "", "required"),
        ("about", "看不见\u202e的字", "invisible character"),
        ("about", "长" * 501, "at most 500"),
    ],
)
def test_a_bad_value_is_named_and_what_was_typed_stays(
    access_provider: Provider, browser: Browser, field: str, value: str, words: str
) -> None:
    answer = browser(access_provider).post(EDIT, typed(access_provider, **{"address": "新址二层", field: value}))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert f'href="#id_{field}"' in page
    if field != "address":
        assert "新址二层" in page
    access_provider.refresh_from_db()
    assert access_provider.address == "示例大厦一层"


def test_what_the_licence_says_can_not_be_sent_along(access_provider: Provider, browser: Browser) -> None:
    browser(access_provider).post(
        EDIT, typed(access_provider, name="冒名", licence="B1-9", provinces="440000", slug="x", is_active="")
    )

    kept = Provider.objects.get(pk=access_provider.pk)
    assert (kept.name, kept.licence, kept.provinces, kept.slug, kept.is_active) == (
        access_provider.name,
        access_provider.licence,
        access_provider.provinces,
        access_provider.slug,
        True,
    )


def test_the_page_says_why_the_licence_is_closed(access_provider: Provider, browser: Browser) -> None:
    page = browser(access_provider, StaffRole.VERIFIER).get("/provider/organisation/").content.decode()

    assert access_provider.licence in page
    assert "maintained by the ministry" in page
    assert EDIT not in page


@pytest.mark.parametrize("role", [StaffRole.VERIFIER, StaffRole.SUPERVISOR])
def test_only_an_administrator_changes_the_pages(access_provider: Provider, browser: Browser, role: StaffRole) -> None:
    other = browser(access_provider, role)

    assert other.get(EDIT).status_code == 404
    assert other.post(EDIT, typed(access_provider, address="别处")).status_code == 404
    assert other.get("/provider/organisation/changes/").status_code == 404
    access_provider.refresh_from_db()
    assert access_provider.address == "示例大厦一层"


def test_another_providers_administrator_changes_its_own_organisation_only(
    access_provider: Provider, browser: Browser
) -> None:
    stranger = provider()
    browser(stranger).post(EDIT, typed(stranger, address="别处"))

    access_provider.refresh_from_db()
    assert access_provider.address == "示例大厦一层"
    assert "别处" not in browser(access_provider).get("/provider/organisation/changes/").content.decode()


def test_the_slower_of_two_keeps_what_was_typed_and_learns_who_was_faster(
    access_provider: Provider, browser: Browser
) -> None:
    slow, fast = browser(access_provider), browser(access_provider)
    stale = typed(access_provider, address="慢的地址")
    fast.post(EDIT, typed(access_provider, address="快的地址"))

    answer = slow.post(EDIT, stale)

    page = answer.content.decode()
    assert (OrganisationChange.objects.get().actor_name in page, "慢的地址" in page) == (True, True)
    access_provider.refresh_from_db()
    assert access_provider.address == "快的地址"
    last = typed(access_provider, address="慢的地址")
    organisation_change(access_provider, what=What.ROLE)  # which is none of these pages
    assert slow.post(EDIT, last).status_code == 302


# --- The logo ---------------------------------------------------------------------------------------------


def logo_of(page: str) -> str:
    return page.split('class="provider-logo" src="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew_and_shown_to_everybody(
    access_provider: Provider, browser: Browser, kind: str, settings: Settings
) -> None:
    browser(access_provider).post(EDIT, typed(access_provider, logo_file=picture(kind=kind)))

    url = logo_of(Client().get(f"/providers/{access_provider.slug}/").content.decode())
    assert url in Client().get("/navigation/").content.decode()
    answer = Client().get(url)
    drawn = Image.open(BytesIO(answer.content))
    assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGB", (480, 180))
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert (answer["X-Content-Type-Options"], answer["Content-Disposition"]) == ("nosniff", "inline")


def test_another_logo_has_another_address_and_the_old_one_is_gone(
    access_provider: Provider, browser: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    administrator = browser(access_provider)
    administrator.post(EDIT, typed(access_provider, logo_file=picture()))
    access_provider.refresh_from_db()
    first, storage, name = access_provider.logo_stamp, access_provider.logo.storage, access_provider.logo.name

    with django_capture_on_commit_callbacks(execute=True):
        administrator.post(EDIT, typed(access_provider, logo_file=picture(400, 400)))

    assert Client().get(f"/providers/{access_provider.slug}/logo/{first}.png").status_code == 404
    assert not storage.exists(name)


def test_a_logo_can_be_taken_away(access_provider: Provider, browser: Browser) -> None:
    administrator = browser(access_provider)
    administrator.post(EDIT, typed(access_provider, logo_file=picture()))
    administrator.post(EDIT, typed(access_provider, remove_logo="on"))

    assert "provider-logo" not in Client().get(f"/providers/{access_provider.slug}/").content.decode()
    assert list(OrganisationChange.objects.values_list("what", flat=True)) == ["logo", "logo"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a complete JPEG or PNG"),
        (b"", "not a complete JPEG or PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "not a complete JPEG or PNG"),
        (picture(100, 100).read(), "too small"),
    ],
)
def test_only_a_picture_becomes_a_logo(access_provider: Provider, browser: Browser, content: bytes, words: str) -> None:
    sent = SimpleUploadedFile("logo.png", content, content_type="image/png")

    answer = browser(access_provider).post(EDIT, typed(access_provider, logo_file=sent))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Provider.objects.get(pk=access_provider.pk).logo


@pytest.mark.parametrize("stamp", ["0" * 32, "x", "logo"])
def test_a_made_up_address_of_a_logo_is_none(access_provider: Provider, stamp: str) -> None:
    assert Client().get(f"/providers/{access_provider.slug}/logo/{stamp}.png").status_code == 404


# --- The record -------------------------------------------------------------------------------------------


def test_the_database_refuses_to_alter_the_record(access_provider: Provider, browser: Browser) -> None:
    browser(access_provider).post(EDIT, typed(access_provider, address="新址二层"))

    with pytest.raises(Error), transaction.atomic():
        OrganisationChange.objects.update(after="别的")
    with pytest.raises(Error), transaction.atomic():
        OrganisationChange.objects.all().delete()


def test_what_the_ministry_changes_is_on_the_record_too(
    access_provider: Provider, browser: Browser, client: Client
) -> None:
    administrator = browser(access_provider)
    operator = sign_in(client, user(Party.MINISTRY, name="部级运营员"))
    columns = ("name", "slug", "about", "contact_phone", "contact_email", "address")
    sent = {name: getattr(access_provider, name) for name in columns} | {
        "provinces": ["110000", "440000"],
        "licence": "B1-新",
        "accepts_new": "on",
        "is_active": "on",
        "ip_ranges-TOTAL_FORMS": "0",
        "ip_ranges-INITIAL_FORMS": "0",
    }

    answer = operator.post(f"/ministry/providers/provider/{access_provider.pk}/change/", sent)

    assert answer.status_code == 302
    page = administrator.get("/provider/organisation/changes/").content.decode()
    assert [words in page for words in ("部级运营员", "B1-新", "Beijing, Guangdong")] == [True] * 3


def test_the_record_is_read_in_the_ministry_and_changed_nowhere(
    access_provider: Provider, browser: Browser, client: Client
) -> None:
    browser(access_provider).post(EDIT, typed(access_provider, address="新址二层"))
    operator = sign_in(client, user(Party.MINISTRY))

    listed = operator.get("/ministry/providers/organisationchange/")

    assert "新址二层" in listed.content.decode()
    assert operator.get("/ministry/providers/organisationchange/add/").status_code == 403
    change = OrganisationChange.objects.get()
    assert (
        operator.post(f"/ministry/providers/organisationchange/{change.pk}/change/", {"after": "x"}).status_code == 403
    )


def test_a_long_record_has_pages(access_provider: Provider, browser: Browser) -> None:
    administrator = browser(access_provider)
    member = user(Party.PROVIDER)
    for number in range(30):
        organisation_change(access_provider, user=member, after=f"第{number:02d}次" + "长" * 1000)

    first = administrator.get("/provider/organisation/changes/")
    following = first.content.decode().split('href="?after=')[1].split('"')[0]
    second = administrator.get(f"/provider/organisation/changes/?after={following}")

    shown = [f"第{number:02d}次" for number in range(30)]
    assert [word for word in shown if word in first.content.decode()] == shown[5:]
    assert [word for word in shown if word in second.content.decode()] == shown[:5]
    assert "长" * 500 not in first.content.decode()
