"""Filing on behalf in a real browser: every page of the mandate, the form in a host's place, and the import."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _

from filings import actors, services
from filings.agreements import mandates
from icp_portal.demo import play
from icp_portal.tests import builders
from icp_portal.tests.browser import with_second_step
from icp_portal.tests.tours import Tour
from providers.imports import writing
from providers.tests.imports.sheets_to_import import row, workbook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BEHALF = "/provider/behalf/"


def test_pages_of_the_mandate_on_both_sides(tour: Callable[..., Tour]) -> None:
    member, owner = builders.staff(builders.provider()), builders.host()
    staff = tour(with_second_step(builders.user_of(member)), thorough=True)
    staff.visit(BEHALF, f"{BEHALF}ask/", f"{BEHALF}paper/")
    staff.press(_("Record it"), "paper, not filled in")
    asked = mandates.ask(member, builders.user_of(owner).email, "示例公司", 90)
    staff.visit(BEHALF, f"{BEHALF}{asked.pk}/")

    host = tour(builders.user_of(owner), thorough=True)
    host.visit("/filings/", f"/filings/mandates/{asked.pk}/")
    host.press(_("Consent"), "consented")
    filing = services.start_on_behalf(asked.pk, actors.on_behalf(member, str(asked.provider)))
    host.visit("/filings/", f"/filings/{filing.pk}/")

    fill = f"/provider/filings/{filing.pk}/fill/"
    staff.visit(f"{BEHALF}{asked.pk}/", f"{BEHALF}filings/", fill, f"{fill}edit/", f"{fill}edit/basics/")
    staff.press(_("Save and continue"), "a page filled in for a host, with faults")
    filing.refresh_from_db()
    filing = play.fill(
        filing, actors.on_behalf(member, str(asked.provider)), builders.number(), province=builders.BEIJING
    )
    staff.visit(f"{fill}edit/subject/")
    page = staff.person.page
    page.locator("[name=name]").fill("改名有限公司")
    page.locator("[name=name]").blur()
    page.locator("[data-part=state]").get_by_text(_("Saved at")).wait_for()
    filing.refresh_from_db()
    assert filing.get("subject.name") == "改名有限公司"
    staff.visit(f"{fill}edit/papers/")
    with page.expect_navigation():
        page.locator("button[form=phone][value='papers.responsible_front']").click()
    staff.look("a code for the phone, made for a host")
    staff.visit(f"{fill}check/")


def test_pages_of_an_import(tour: Callable[..., Tour]) -> None:
    member = builders.staff(builders.provider())
    staff = tour(with_second_step(builders.user_of(member)), thorough=True)
    staff.visit(f"{BEHALF}imports/")
    staff.press(_("Check the file"), "no file chosen")
    faulty, clean = (
        writing.begin(member, "list.xlsx", workbook(rows))
        for rows in ([row(), row(responsible__mobile="123")], [row()])
    )
    for batch in (faulty, clean):
        staff.visit(f"{BEHALF}imports/{batch.pk}/")  # not checked yet
        while writing.check_some(batch.pk):
            pass
        staff.visit(f"{BEHALF}imports/{batch.pk}/")
    staff.visit(f"{BEHALF}imports/")
