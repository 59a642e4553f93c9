"""What the host fills in for an APP, a mini-program and a quick app."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from filings import facts, fields, services
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, case_at, host_user, provider, sign_in, user_of
from ministry.models import ProvinceRule, Website
from ministry.reference import code_tables
from ministry.reference.topics import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

ALL = [code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]


@pytest.fixture
def case() -> Case:
    return Case(services=[code_tables.APP])


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


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
    said = {"advice": "先问主管部门。", "source": "测试来源", "valid_from": date(2026, 1, 1), "severity": "warns"}
    ProvinceRule.objects.create(topic=Topic.ADVICE, words="websites.*.approvals", **said)
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
