"""The overview of a host's records in a real browser: every page at both widths, a proof from button to check."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.browser import Person
from icp_portal.tests.tours import Tour
from ministry.models import Website
from ministry.register import ends
from records import footers, proofs

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_pages_of_the_records(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.FILED)
    website = Website.objects.select_related("subject").get()
    access_provider, subject, site = "/records/", f"/records/{website.subject_id}/", f"/records/websites/{website.pk}/"
    host = tour(builders.user_of(case.host), thorough=True)
    page = host.person.page

    host.visit(access_provider, subject)
    host.press(_("Add reminder"), "a day that was not filled in")
    page.locator("[name=kind]").select_option("domain")
    page.locator("[name=label]").fill("示例")
    page.locator("[name=ends_on]").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    host.press(_("Add reminder"), "a day that is watched")
    host.visit(f"/records/dates/{website.subject.watches.get(kind='domain').pk}/")

    host.visit(site, f"{site}police/", f"{site}confirm/", f"{site}footer/")
    page.locator("[name=html]").fill("<p>您好</p>")
    host.press(_("Check"), "a page without the number")
    page.locator("[name=html]").fill(footers.snippet(website))
    host.press(_("Check"), "a page that is right")

    host.visit(site)
    host.press(_("Create a proof of this record"), "the own proof")
    number = page.locator("code").first.inner_text()

    anybody = tour(thorough=True)
    anybody.visit("/proof/")
    anybody.person.page.locator("[name=number]").fill(number.lower())
    anybody.press(_("Check"), "a proof found by its number")
    assert proofs.by_number(number) is not None
    path = anybody.person.page.url.split("/proof/")[1]
    with transaction.atomic():
        ends.cancel_website(website.pk, timezone.localdate())
    anybody.visit(f"/proof/{path}")
    anybody.visit(f"/proof/{path[:-4]}/", status=404)
    host.visit(access_provider, subject, site)


@pytest.mark.parametrize("may_write", [True, False], ids=["allowed", "refused"])
def test_the_code_is_copied_or_selected_and_nothing_moves(visitor: Callable[..., Person], may_write: bool) -> None:
    case = builders.case_at(Status.FILED)
    website = Website.objects.select_related("subject").get()
    person = visitor().sign_in_as(builders.user_of(case.host))
    page = person.page
    if may_write:
        person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
    person.open(f"/filings/{case.filing.pk}/")
    button = page.get_by_role("button", name=_("Copy the code"))
    before = button.bounding_box()

    button.click(delay=90)

    expect(page.locator(".copy [role=status]")).to_have_text(_("Copied") if may_write else _("Selected: press Ctrl+C"))
    asked = "navigator.clipboard.readText()" if may_write else "getSelection().toString()"
    assert page.evaluate(asked).strip() == footers.snippet(website)
    assert button.bounding_box() == before
