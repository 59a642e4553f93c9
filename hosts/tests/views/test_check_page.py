"""The check page: findings one by one on pages that were begun, one line for a page not begun."""

import re

import pytest
from django.utils.translation import gettext as _

from accounts.models import User
from filings import fields, services
from filings.fields import display
from filings.fields.findings import Finding
from icp_portal.tests.builders import Case, host, provider, sign_in

pytestmark = pytest.mark.django_db


def findings(client, filing) -> list[tuple[str, str]]:
    sign_in(client, User.objects.get(pk=filing.host_id))
    return [(item.label, item.href) for item in client.get(f"/filings/{filing.pk}/check/").context["findings"]]


def test_an_empty_draft_is_no_wall_of_red(client):
    filing = services.start(host(), provider_id=provider().pk, entrance="ministry")

    pages = ["basics", "subject", "responsible", "website", "manager", "access", "papers"]

    assert [href for _label, href in findings(client, filing)] == [
        f"/filings/{filing.pk}/edit/{page}/" for page in pages
    ]


def test_a_page_that_was_begun_names_each_of_its_fields(client):
    case = Case()
    values = {"responsible.mobile": "", "responsible.email": "x"}
    filing = services.save_facts(case.filing.pk, case.host, values, version=None)

    assert [href for _label, href in findings(client, filing)] == [
        f"/filings/{filing.pk}/edit/responsible/?check#id_mobile",
        f"/filings/{filing.pk}/edit/responsible/?check#id_email",
    ]


def test_what_is_wrong_stands_under_the_page_it_is_corrected_on(client):
    case = Case(websites=2)
    values = {"responsible.mobile": "", "responsible.email": "x", "websites.1.domain": "x"}
    filing = services.save_facts(case.filing.pk, case.host, values, version=None)
    services.remove_evidence(filing.pk, case.host, "papers.subject_certificate", version=None)
    sign_in(client, User.objects.get(pk=filing.host_id))

    page = client.get(f"/filings/{filing.pk}/check/").content.decode()
    summary = page[page.index("data-error-summary") : page.index('id="facts-basics"')]
    titles = [fields.RESPONSIBLE.title, fields.sections_of(filing.facts)[-3].title, _("Pictures of the certificates")]

    assert re.findall("<h3>(.*?)</h3>", summary) == [str(title) for title in titles]


def test_a_filing_that_can_be_submitted_says_so_before_its_many_facts(client):
    filing = Case().filing
    sign_in(client, User.objects.get(pk=filing.host_id))

    page = client.get(f"/filings/{filing.pk}/check/").content.decode()

    assert page.index('href="#submit"') < page.index('id="facts-basics"') < page.index('id="submit"')


def shown(filing, **said) -> set[str]:
    return {row.path for block in display.blocks(filing, **said) for row in block.rows}


def test_what_only_units_say_is_no_empty_row_of_an_individual(client):
    case = Case(individual=True)
    values = {"responsible.office_phone": "", "responsible.legal_representative": ""}
    filing = services.save_facts(case.filing.pk, case.host, values, version=None)

    assert shown(filing) & values.keys() == set()
    assert shown(Case().filing) >= values.keys()
    sign_in(client, User.objects.get(pk=filing.host_id))
    page = client.get(f"/filings/{filing.pk}/check/").content.decode()
    assert str(_("Is this person the legal representative?")) not in page


def test_what_an_individual_says_all_the_same_is_shown_and_so_is_a_units_empty_row():
    individual, unit = Case(individual=True), Case()
    values = {"responsible.legal_representative": "yes"}
    said = services.save_facts(individual.filing.pk, individual.host, values, version=None)
    silent = services.save_facts(unit.filing.pk, unit.host, {"responsible.legal_representative": ""}, version=None)

    assert "responsible.legal_representative" in shown(said) & shown(silent)


def test_a_finding_about_a_row_of_an_individual_is_never_left_out():
    filing = Case(individual=True).filing
    about = Finding("P104", "responsible.legal_representative", "said", "")

    assert "responsible.legal_representative" in shown(filing, findings=[about])
