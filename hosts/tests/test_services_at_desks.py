"""What the desks, the public and imported files show of an APP, a mini-program and a quick app."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from filings import facts, services
from filings.mail import notices
from filings.models import Filing
from filings.states import APPROVE, Status
from filings.verification import sheets
from hosts import summary_pdf
from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, Case, case_at, on_record, provider, sign_in, user_of
from ministry.models import Website
from ministry.reference import code_tables
from providers.imports.columns import columns
from providers.imports.judging import JudgedSheet
from providers.models import Provider
from records import footers, proof_pdf, proofs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

ALL = [code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


# --- The desks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("individual", [False, True])
@pytest.mark.parametrize("usual_access", [{}, {"access_ways": [3], "access_places": [1]}], ids=["asked", "usual"])
def test_an_untouched_draft_becomes_what_is_chosen_now(client, usual_access, individual):
    case = case_at(Status.FILED, individual=individual)
    Provider.objects.update(**usual_access)
    sign_in(client, user_of(case.host))
    asked = f"{reverse('filings:begin')}?kind=new_website&subject={case.filing.subject_id}&service="
    for service in (code_tables.APP, code_tables.MINI_PROGRAM, code_tables.WEBSITE):
        client.post(f"{asked}{service if service != code_tables.WEBSITE else ''}", {"provider": case.provider.pk})
        draft = Filing.objects.get(status=Status.DRAFT)
        assert facts.service(draft.facts) == service


def test_the_provider_verifies_an_app_without_the_line_about_its_domain():
    case = case_at(Status.WITH_PROVIDER, services=[code_tables.APP])
    mixed = case_at(Status.WITH_PROVIDER, services=[code_tables.WEBSITE, code_tables.APP])

    assert "domain_correct" not in [item.id for item in case.filing.sheet_items]
    assert "domain_correct" in [item.id for item in mixed.filing.sheet_items]


def test_the_sheet_of_an_app_names_it_and_its_type():
    filing = case_at(Status.WITH_PROVIDER, services=[code_tables.WEBSITE, code_tables.APP]).filing
    site, app = (sheets.content(filing, number) for number in (0, 1))

    assert [row["label"] for row in app["head"]] == ["APP主办者名称", "APP类型", "服务类型", "服务名称"]
    assert sheets.title_of(app) == "APP备案信息真实性核验单"
    assert "三、APP信息核验" in [block["title"] for block in app["blocks"]]
    assert "三、网站信息核验" in [block["title"] for block in site["blocks"]]
    assert (app["service"], app["domain"]) == ("APP", filing.get("websites.1.name"))
    assert "service" not in site
    assert site["domain"] == filing.get("websites.0.domain")


@pytest.mark.parametrize("service", ALL[1:])
def test_both_desks_show_the_service_and_its_own_facts(client, service):
    case = case_at(Status.WITH_BUREAU, services=[service])
    services.claim(case.filing.pk, case.reviewer)

    read = page(sign_in(client, user_of(case.reviewer)), "bureau_desk:review", case.filing.pk)
    mine = page(sign_in(Client(), user_of(case.staff)), "provider_desk:verify", case.filing.pk)

    for told in (read, mine):
        assert case.filing.get("websites.0.name") in told
        assert code_tables.name_of(code_tables.SERVICE_TYPES, service) in told
        assert case.filing.get("websites.0.domains") in told


def test_the_mail_beforehand_and_the_summary_name_the_service():
    case = case_at(Status.WITH_BUREAU, services=[code_tables.APP])

    letter = notices.foreseen(case.filing, APPROVE)[0]

    assert f"{case.filing.get('websites.0.name')} · APP" in letter.body
    assert summary_pdf.pdf(case.filing).startswith(b"%PDF")


def test_a_desk_finds_an_app_by_its_number(client):
    case = case_at(Status.FILED, services=[code_tables.WEBSITE, code_tables.APP])
    app = Website.objects.select_related("subject").get(service=code_tables.APP)

    read = sign_in(client, user_of(case.staff)).get("/provider/", {"q": str(app.number)})

    assert case.filing.subject_name in read.content.decode()


# --- On record ------------------------------------------------------------------------------------------


@pytest.fixture
def filed() -> Case:
    return case_at(Status.FILED, services=ALL)


def rows() -> dict[int, Website]:
    return {row.service: row for row in Website.objects.select_related("subject", "upkeep").order_by("sequence")}


def test_the_page_of_a_filed_filing_says_of_each_service_where_its_number_goes(client, filed):
    read = page(sign_in(client, user_of(filed.host)), "filings:status", filed.filing.pk)

    assert all(str(row.number) in read for row in rows().values())
    assert read.count("&lt;a href") == 1
    assert str(_("A mini-program needs no changes: its platform shows the number.")) in read


def test_the_overview_says_what_each_record_is(client, filed):
    sign_in(client, user_of(filed.host))
    home = page(client, "records:home")

    for service, row in rows().items():
        assert str(row.number) in home
        own = page(client, "records:website", row.pk)
        assert (reverse("records:check", args=[row.pk]) in own) == (service == code_tables.WEBSITE)
        assert code_tables.name_of(code_tables.SERVICE_TYPES, service) in own
        is_site = service == code_tables.WEBSITE
        assert client.get(reverse("records:check", args=[row.pk])).status_code == (200 if is_site else 404)


def test_from_the_record_of_the_host_every_service_can_be_added(client, filed):
    subject = rows()[code_tables.APP].subject_id
    read = page(sign_in(client, user_of(filed.host)), "records:subject", subject)

    for service in ALL[1:]:
        assert f"kind=new_website&amp;subject={subject}&amp;service={service}" in read


def test_where_no_website_is_filed_nothing_is_put_on_a_home_page(client):
    filed = case_at(Status.FILED, services=[code_tables.MINI_PROGRAM])
    read = page(sign_in(client, user_of(filed.host)), "filings:status", filed.filing.pk)

    assert str(_("Show the number as described above.")) in read
    assert str(_("Put this code at the bottom centre of the home page (Order 33 Art. 13):")) not in read


def test_in_guangdong_an_app_shows_its_own_number_all_the_same():
    app = on_record(provider(), GUANGDONG, service=code_tables.APP, domain="", home_url="")
    site = on_record(provider(), GUANGDONG)

    assert (footers.shown_number(app), footers.shown_number(site)) == (app.number, site.subject.number)


def test_a_proof_says_what_the_service_is(filed):
    app = rows()[code_tables.APP]

    proof = proofs.of_website(app.pk, filed.host)

    said = dict(proof_pdf.rows(proof.content))
    assert said[str(_("Service type"))] == "APP"
    assert said[str(_("Service name"))] == app.name
    assert str(_("Domain")) not in said
    assert proofs.read(proofs.token_of(proof)).standing == proofs.ProofStanding.SAME


def test_a_proof_of_the_host_names_every_number(filed):
    content = proofs.of_subject(rows()[code_tables.APP].subject_id, filed.host).content

    assert [number for number, _name in content["websites"]] == [str(row.number) for row in rows().values()]


def test_the_public_sees_type_and_name(client, filed):
    app = rows()[code_tables.APP]

    read = client.get(reverse("query"), {"q": str(app.number)}).content.decode()

    assert app.name in read
    assert "APP" in read


# --- Files ----------------------------------------------------------------------------------------------


def texts(service: int, left_out: tuple[str, ...] = ()) -> tuple[JudgedSheet, list[str]]:
    """Return a row of a file about an invented filing, and the sheet that reads it."""
    values = invent.values(9000 + service, province="110000", services=[service])
    known = [column for column in columns() if column.key not in left_out]
    row = {path: "、".join(map(str, said)) if isinstance(said, list) else str(said) for path, said in values.items()}
    row |= {"host_email": "host@example.cn", "websites.0.responsible.same": "是"}
    return JudgedSheet(known, provider().pk), [row.get(column.key, "") for column in known]


@pytest.mark.parametrize("service", ALL)
def test_a_row_of_a_file_is_any_service(service):
    sheet, cells = texts(service)

    judged = sheet.judge(cells)

    assert judged.problems == []
    assert judged.values.get("websites.0.service", code_tables.WEBSITE) == service


def test_a_file_without_the_columns_of_other_services_is_read_as_before():
    lacking = tuple(column.key for column in columns() if column.may_lack)
    sheet, cells = texts(code_tables.WEBSITE, lacking)

    assert sheet.judge(cells).problems == []


def test_what_is_wrong_with_an_app_in_a_file_is_said_at_its_column():
    sheet, cells = texts(code_tables.APP)
    place = [column.key for column in columns()].index("websites.0.ios_sha1")
    cells[place] = "12"

    assert [problem["code"] for problem in sheet.judge(cells).problems] == ["1999"]
