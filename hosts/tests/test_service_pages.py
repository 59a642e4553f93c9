"""What the host, the desks and the public see of an APP, a mini-program and a quick app."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from filings import facts, fields, services
from filings.kinds import Kind
from filings.mail import notices
from filings.models import Filing
from filings.states import APPROVE, Status
from filings.verification import sheets
from hosts import summary_pdf
from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, Case, case_at, host_user, on_record, provider, sign_in, user_of
from ministry.models import Website
from ministry.reference import code_tables
from providers.imports.columns import columns
from providers.imports.judging import JudgedSheet
from records import footers, proof_pdf, proofs

pytestmark = pytest.mark.django_db

ALL = [code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


@pytest.fixture
def case() -> Case:
    return Case(services=[code_tables.APP])


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


# --- The host fills in ----------------------------------------------------------------------------------


def test_the_page_asks_what_the_service_is_and_then_its_own_questions(client, case):
    read = page(sign_in(client, user_of(case.host)), "filings:section", case.filing.pk, "website")

    assert 'name="android_md5"' in read
    assert 'name="domain"' not in read
    assert str(_("The APP")) in read
    assert 'name="choose"' in read


def test_the_host_chooses_anew_and_comes_to_the_other_questions(client):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])

    sent = {"service": code_tables.MINI_PROGRAM, "version": case.filing.version, "choose": "1"}
    answer = client.post(address, sent, follow=True)

    assert answer.redirect_chain[-1][0] == address
    assert 'name="runs_on"' in answer.content.decode()
    assert case.refresh().filing.get("websites.0.service") == code_tables.MINI_PROGRAM


def typed(case: Case, **changes: object) -> dict[str, object]:
    """Return what a browser sends of the first page of the case's entry, with something typed and not yet saved."""
    section = next(one for one in fields.sections_of(case.filing.facts) if one.part == "website")
    known = {field.name: case.filing.get(section.path(field)) for field in section.fields}
    sent = {name: value for name, value in known.items() if value not in ("", None, False)}
    return {**sent, "version": case.filing.version, "choose": "1", **changes}


def test_what_was_typed_is_kept_with_another_choice_as_far_as_it_is_asked_there(client):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])
    sent = typed(case, name="示例改名小铺", domain="typed-and-dropped.cn", languages=[1, 12], service=code_tables.APP)

    answer = client.post(address, sent)

    filing = case.refresh().filing
    assert answer.url == address
    assert (filing.get("websites.0.service"), filing.get("websites.0.name")) == (code_tables.APP, "示例改名小铺")
    assert filing.get("websites.0.languages") == [1, 12]
    assert filing.get("websites.0.domain") == ""


def test_who_comes_late_with_another_choice_keeps_what_was_typed_on_the_page(client):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])
    services.save_facts(case.filing.pk, case.host, {"websites.0.remark": "先到"}, version=None)

    page = client.post(address, typed(case, name="示例改名小铺", service=code_tables.APP))

    assert page.status_code == 200
    assert page.context["form"]["name"].value() == "示例改名小铺"
    assert facts.service(case.refresh().filing.facts) == code_tables.WEBSITE
    assert case.filing.get("websites.0.name") != "示例改名小铺"


def test_a_page_with_a_value_of_a_wrong_shape_changes_nothing_and_loses_nothing(client):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])

    page = client.post(address, typed(case, name="长" * 600, service=code_tables.APP))

    assert page.context["form"]["name"].value() == "长" * 600
    assert "name" in page.context["form"].errors
    assert facts.service(case.refresh().filing.facts) == code_tables.WEBSITE


def test_another_choice_counts_whichever_button_is_pressed(client):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])
    sent = typed(case, name="示例改名小铺", service=code_tables.APP)
    del sent["choose"]

    assert client.post(address, sent).url == address, "to the questions that are asked of an APP"
    filing = case.refresh().filing
    assert (filing.get("websites.0.service"), filing.get("websites.0.name")) == (code_tables.APP, "示例改名小铺")


def test_a_refused_choice_is_still_chosen_on_the_page(client):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])

    shown = client.post(address, typed(case, name="长" * 600, service=code_tables.APP))

    assert str(shown.context["service_form"]["service"].value()) == str(code_tables.APP)


def test_enter_saves_the_page_and_chooses_nothing(client):
    case = Case()
    read = page(sign_in(client, user_of(case.host)), "filings:section", case.filing.pk, "website")

    form = read[read.index("data-autosave=") :]
    assert "name=" not in form[form.index("<button") : form.index("</button>")]
    assert form.count('name="version"') == 1


@pytest.mark.parametrize("sent", [{"service": "99"}, {"service": "6", "version": ""}, {"service": "6", "version": "0"}])
def test_a_choice_that_is_none_or_comes_late_changes_nothing(client, sent):
    case = Case()
    sign_in(client, user_of(case.host))
    address = reverse("filings:section", args=[case.filing.pk, "website"])

    client.post(address, {"version": case.filing.version, "choose": "1", **sent})

    assert case.refresh().filing.get("websites.0.domain")


def test_a_stranger_chooses_nothing_for_others(client):
    case = Case()
    sign_in(client, host_user())

    sent = {"service": code_tables.APP, "version": case.filing.version, "choose": "1"}

    assert client.post(reverse("filings:section", args=[case.filing.pk, "website"]), sent).status_code == 404


def test_a_page_that_chooses_nothing_never_changes_what_is_filed(client, case):
    sign_in(client, user_of(case.host))
    values = {"name": "示例改名", "version": case.filing.version, "later": "1"}

    client.post(reverse("filings:section", args=[case.filing.pk, "website"]), values)

    filing = case.refresh().filing
    assert (filing.get("websites.0.name"), filing.get("websites.0.service")) == ("示例改名", code_tables.APP)


@pytest.mark.parametrize("service", [code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP, "", 99, "x"])
def test_one_more_service_is_added_to_the_filing(client, service):
    case = Case()
    sign_in(client, user_of(case.host))

    answer = client.post(
        reverse("filings:add_website", args=[case.filing.pk]), {"version": case.filing.version, "service": service}
    )

    assert answer.url == reverse("filings:section", args=[case.filing.pk, "website-2"])
    assert case.refresh().filing.get("websites.1.service") == (service if service in ALL else "")


def test_the_list_of_pages_names_each_service(client):
    case = Case(services=ALL)
    read = page(sign_in(client, user_of(case.host)), "filings:overview", case.filing.pk)

    for number, service in enumerate(ALL[1:], start=1):
        name = code_tables.name_of(code_tables.SERVICE_TYPES, service)
        assert f"{name} {number + 1} · {case.filing.get(f'websites.{number}.name')}" in read


def test_a_service_that_was_only_added_is_not_begun(client):
    case = Case()
    services.add_website(case.filing.pk, case.host, version=None, service=code_tables.APP)

    groups = sign_in(client, user_of(case.host)).get(reverse("filings:overview", args=[case.filing.pk])).context

    page_of_app = groups["groups"][2]["tasks"][0]
    assert page_of_app.state == _("Not started")


def test_what_provinces_say_of_websites_is_not_said_of_an_app(client):
    site, app = Case(), Case(services=[code_tables.APP])

    def advice(case: Case, name: str) -> bool:
        address = reverse("filings:section", args=[case.filing.pk, "website"])
        field = sign_in(Client(), user_of(case.host)).get(address).context["form"][name]
        return bool(field.rules)

    assert [advice(case, "name") for case in (site, app)] == [True, False]
    assert [advice(case, "approvals") for case in (site, app)] == [True, True]


def test_the_check_page_shows_what_will_be_seen(client):
    case = Case(services=[code_tables.APP])
    read = page(sign_in(client, user_of(case.host)), "filings:check", case.filing.pk)

    assert case.filing.get("websites.0.ios_sha1") in read
    assert str(_("APP name")) in read
    assert str(_("Website name")) not in read


def test_a_first_filing_of_an_app_begins_with_what_it_is(client):
    someone, of = host_user(), provider()
    sign_in(client, someone)
    sent = {
        "service": code_tables.APP,
        "cert_type": 1,
        "cert_number": invent.credit_code(77),
        "domain": "",
        "provider": of.pk,
    }

    found = client.post(reverse("filings:look_up"), sent)
    assert str(_("The certificate is not on record.")) in found.content.decode()
    client.post(reverse("filings:look_up"), {**sent, "go": "1"})

    assert Filing.objects.get(host=someone).get("websites.0.service") == code_tables.APP


def test_a_website_is_not_looked_up_without_its_domain(client):
    sign_in(client, host_user())
    sent = {"cert_type": 1, "cert_number": invent.credit_code(77), "domain": "", "provider": provider().pk}

    assert client.post(reverse("filings:look_up"), sent).context["form"].errors.keys() == {"domain"}


def test_a_new_service_under_a_number_begins_with_what_it_is(client):
    filed = case_at(Status.FILED)
    sign_in(client, user_of(filed.host))
    site = Website.objects.get()
    about = f"?kind=new_website&subject={site.subject_id}&service={code_tables.QUICK_APP}"

    client.post(f"{reverse('filings:begin')}{about}", {"provider": filed.provider.pk})

    assert Filing.objects.get(kind=Kind.NEW_WEBSITE).get("websites.0.service") == code_tables.QUICK_APP


# --- The desks ------------------------------------------------------------------------------------------


def test_an_untouched_draft_becomes_what_is_chosen_now(client):
    case = case_at(Status.FILED)
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


def test_the_house_says_what_each_record_is(client, filed):
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
