"""The language of a page follows the browser, of a mail the account it goes to, of the record neither."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from accounts import languages
from accounts.models import User
from filings import services
from filings.states import Status
from icp_portal.tests.builders import PASSWORD, Case, case_at, host, user_of

pytestmark = pytest.mark.django_db

HOME = reverse("home")
COOKIE = settings.LANGUAGE_COOKIE_NAME


def language_of(response) -> str:
    return response.headers["Content-Language"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "zh-hans"),
        ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("fr-FR,fr;q=0.9,en;q=0.1", "en"),
        ("fr", "zh-hans"),
        ("*", "zh-hans"),
        ("en" * 5000, "zh-hans"),
        ("\x00;q=x,,,", "zh-hans"),
    ],
)
def test_a_page_has_the_first_language_of_the_browser_that_the_portal_has(asked, language):
    page = Client().get(HOME, HTTP_ACCEPT_LANGUAGE=asked)

    assert language_of(page) == language
    assert f'<html lang="{language}">' in page.content.decode()
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in page.headers["Vary"].split(",")}


def test_no_request_leaves_its_language_to_the_next_one():
    Client().get(HOME, HTTP_ACCEPT_LANGUAGE="en")

    assert translation.get_language() == "zh-hans"
    assert language_of(Client().get(HOME)) == "zh-hans"


@pytest.mark.parametrize("path", ["/no-such-page/", "/language/en/x/", "/api/v1/no-such-page/"])
def test_a_page_that_is_not_found_is_so_in_the_visitors_language(path):
    said = Client().get(path, HTTP_ACCEPT_LANGUAGE="en")

    assert (said.status_code, language_of(said)) == (404, "en")


def test_the_switch_is_on_the_page_and_returns_to_it():
    visitor = Client()
    page = visitor.get("/query/?q=demo.cn").content.decode()
    assert '<a href="/language/en/?next=%2Fquery%2F%3Fq%3Ddemo.cn"' in page

    said = visitor.get("/language/en/", {"next": "/query/?q=demo.cn"})

    assert (said.status_code, said.url) == (302, "/query/?q=demo.cn")
    assert language_of(visitor.get(HOME, HTTP_ACCEPT_LANGUAGE="zh-CN")) == "en"


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "https://evil.example/",
            "//evil.example/",
            "https:evil.example",
            "\\evil",
            "javascript:alert(1)",
            "\x01/",
            "",
        ),
        *("1", "²", ";;", "no_page"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_switch_leads_to_no_other_site_and_to_nothing_that_is_none(elsewhere, method):
    said = getattr(Client(), method)("/language/en/", {"next": elsewhere})

    assert (said.status_code, said.url) == (302, HOME)


@pytest.mark.parametrize("code", ["fr", "zh", "EN", "en-us", "x" * 500])
def test_a_language_that_the_portal_does_not_have_is_not_found(code):
    assert Client().get(f"/language/{code}/").status_code == 404


@pytest.mark.parametrize("forged", ["fr", "en-us", "x" * 3000])
def test_a_forged_cookie_is_ignored(forged):
    visitor = Client()
    visitor.cookies[COOKIE] = forged

    assert language_of(visitor.get(HOME)) == "zh-hans"


def test_an_account_remembers_what_is_chosen_by_its_form_only():
    account = user_of(host())
    visitor = Client()
    visitor.force_login(account)

    visitor.get("/language/en/")
    assert User.objects.get(pk=account.pk).language == ""
    visitor.post("/language/en/")
    assert User.objects.get(pk=account.pk).language == "en"


def test_a_change_by_a_form_of_another_site_is_refused():
    account = user_of(host())
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(account)

    assert visitor.post("/language/en/").status_code == 403
    assert User.objects.get(pk=account.pk).language == ""


@pytest.mark.parametrize(
    ("remembered", "asked", "then", "remembers"),
    [
        ("en", "zh-CN", "en", "en"),
        ("zh-hans", "en", "zh-hans", "zh-hans"),
        ("", "en", "en", "en"),
        ("", "zh-CN", "zh-hans", "zh-hans"),
        ("", "", "zh-hans", ""),
    ],
)
def test_signing_in_takes_the_language_of_the_account_or_gives_it_one(remembered, asked, then, remembers):
    account = user_of(host())
    account.language = remembered
    account.save()
    account.set_password(PASSWORD)
    account.save()
    visitor = Client(headers={"accept-language": asked})

    visitor.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})

    assert visitor.session["_auth_user_id"] == str(account.pk)
    assert language_of(visitor.get(HOME)) == then
    assert User.objects.get(pk=account.pk).language == remembers


# --- Mails and records ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "Filing "), ("zh-hans", "备案单"), ("", "备案单")])
def test_a_mail_has_the_language_of_the_account_it_goes_to_whoever_causes_it(language, words):
    case = case_at(Status.WITH_PROVIDER)
    User.objects.filter(pk=case.host.user_id).update(language=language)
    case.refresh()

    with languages.of_page("en"):
        services.claim(case.filing.pk, case.staff)
        services.send_back(
            case.filing.pk,
            case.staff,
            version=None,
            remarks=[services.RemarkDraft("websites.0.name", "P301", "名称太笼统", "改用全称")],
        )

    mail = Email.objects.filter(to__contains=user_of(case.host).email).latest("pk")
    assert mail.subject.startswith(words)


def test_what_is_recorded_has_the_official_language():
    case = Case()
    with languages.of_page("en"):
        services.withdraw(case.filing.pk, case.host, version=None)
        copied = services.copy(case.filing.pk, case.host)

    assert copied.events.get(name="copy").note == f"备案单 {case.filing.pk} 的资料用于备案单 {copied.pk}"


def test_a_streamed_answer_has_the_language_of_its_page():
    def parts():
        yield str(translation.gettext("Website"))
        yield str(translation.gettext("Website"))

    assert list(languages.streamed(parts(), "en")) == ["Website", "Website"]
    assert list(languages.streamed(parts(), "zh-hans")) == ["网站", "网站"]
    assert translation.get_language() == "zh-hans"
