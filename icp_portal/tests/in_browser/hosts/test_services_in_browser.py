"""An APP beside a website, from the host's list of pages to its number, in a browser."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _

from filings import facts, fields
from icp_portal.demo import invent, play
from icp_portal.tests.browser import as_upload
from icp_portal.tests.builders import BEIJING, Case
from icp_portal.tests.tours import Tour
from ministry.models import Website
from ministry.reference import code_tables

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_host_adds_an_app_to_a_filing_and_both_get_their_numbers(tour: Callable[..., Tour]) -> None:
    case = Case()
    walk = tour(case.filing.host, thorough=True)
    host, edit = walk.person, f"/filings/{case.filing.pk}/edit"
    values = invent.service_values("websites.1", code_tables.APP, case.number, province=BEIJING)
    several = {"websites": [facts.blank_website(), facts.blank_website(code_tables.APP)]}
    pages = {page.id: page for page in fields.sections_of(facts.blank() | several)}

    walk.visit(f"{edit}/")
    walk.press(_("Add: %(name)s") % {"name": "小程序"}, "a mini-program")
    host.page.locator("details summary").first.click()
    host.page.get_by_role("radio", name="APP", exact=True).check()
    walk.press(_("Select"), "an APP instead")
    host.sees(pages["website-2"].title)
    host.fill(pages["website-2"], {path: said for path, said in values.items() if not path.endswith(".service")})
    host.press(_("Save and continue"))
    host.sees(pages["manager-2"].title)
    host.control(pages["manager-2"].fields[0].label).check()
    host.press(_("Save and continue"))
    host.sees(pages["access-2"].title)
    host.fill(pages["access-2"], values)
    host.press(_("Save and continue"))
    host.sees(_("Pictures of the certificates"))
    host.page.locator('input[name="websites.1.papers.app_icon"]').set_input_files(as_upload(invent.icon(1)))
    host.press(_("Upload and continue"))
    walk.look("ready to be submitted")
    host.press(_("Submit for verification"))
    host.arrives_at(f"/filings/{case.filing.pk}/submitted/")
    walk.look("after the submission")
    play.verify(case.refresh().filing, case.staff)
    case.approve()

    app = Website.objects.select_related("subject").get(service=code_tables.APP)
    assert str(app.number) == f"{case.filing.subject.number}-2A"
    walk.visit(f"/filings/{case.filing.pk}/", "/records/", f"/records/websites/{app.pk}/", f"/query/?q={app.number}")
