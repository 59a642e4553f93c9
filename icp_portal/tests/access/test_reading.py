"""Requests by safe methods change nothing, whoever sends them; a version that is none is answered in words."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts import reading
from filings import services
from filings.models import Entrance, Event, Filing
from filings.states import Status
from icp_portal import middleware
from icp_portal.tests.access.access_accounts import ACCOUNT_ARGS, ACCOUNTS
from icp_portal.tests.access.access_answers import LOGIN, MISSING, NOT_GET, ROLES
from icp_portal.tests.access.access_senders import SENDERS
from icp_portal.tests.access.access_table import TABLE
from icp_portal.tests.builders import case_at, host, host_user, provider, sign_in, staff_user, user_of
from icp_portal.tests.visitors import STATUSES, World, rows_at
from ministry import versions
from providers.models import StaffRole

pytestmark = pytest.mark.django_db

OURS = ("accounts", "bureaus", "filings", "ministry", "providers", "post_office")
# Notes of who has looked at what or taken it along, the word that the verifier's page shows for a photo, and what the
# audit log makes of rows that wait for it when a case file asks for their places. A sheet is kept when first drawn.
NOTES = {
    *("filings.Look", "filings.Export", "filings.CounterLook", "filings.PhotoWord", "filings.CaseEvent"),
    "filings.SheetPdf",
    *("ministry.AuditWaiting", "ministry.AuditEntry", "ministry.AuditKey", "ministry.AuditShape"),
}


def counts() -> dict[str, int]:
    """How many rows each table of the portal has."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models() if model._meta.managed]
    return {model._meta.label: model._default_manager.count() for model in models if model._meta.label not in NOTES}


def filings() -> list[Any]:
    return list(Filing.objects.order_by("pk").values("pk", "version", "status", "provider", "claimed_by", "touched_at"))


DESK_OF = {"supervisor": "staff", "administrator": "staff", "chief": "reviewer"}


def openers(browsers: Mapping[str, Client], answers: tuple[Any, ...]) -> dict[str, Client]:
    """The browsers of those who get more than a refusal at an address; the first of each party is enough."""
    allowed = [role for role, answer in zip(ROLES, answers, strict=True) if answer not in (MISSING, LOGIN, NOT_GET)]
    first: dict[str, str] = {}
    for role in allowed:
        if role not in ("anonymous", "other_administrator", "other_chief"):
            first.setdefault(DESK_OF.get(role, role), role)
    return {role: browsers[role] for role in first.values()}


@pytest.mark.parametrize("status", STATUSES)
def test_no_get_and_no_head_changes_anything(status):
    """HEAD is answered by what answers GET, so one of both is sent to everybody who may open the address."""
    world = World(status)
    browsers = {role: world.browser(role) for role in ROLES}
    before = (counts(), filings())
    for name, row in rows_at(status).items():
        for client in openers(browsers, row.get).values():
            assert client.head(world.url(name, row.args)).status_code < 500, name
    for name in SENDERS.keys() & rows_at(status).keys():
        for client in openers(browsers, SENDERS[name]).values():
            assert client.head(world.url(name, TABLE[name].args)).status_code < 500, name
    after = counts()
    assert {name: (rows, after[name]) for name, rows in before[0].items() if rows != after[name]} == {}
    assert filings() == before[1]


def test_head_starts_no_draft():
    access_provider = provider()
    client = sign_in(Client(), host_user())
    answer = client.head(reverse("directory:start", args=[access_provider.slug]))
    assert (answer.status_code, Filing.objects.count()) == (302, 0)


def any_url(name: str, args: tuple[Any, ...]) -> str:
    """An address with 1 in place of all its values; of an app in the operators' desk only the names exist."""
    return reverse(name, args=["ministry" if arg == "ministry" else 1 for arg in args])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_no_page_takes_gets_a_page_that_says_so_at_every_address(method):
    """Before anything is looked up, so of whom and for what the address is makes no difference."""
    client = sign_in(Client(), host_user())
    urls = {name: any_url(name, row.args) for name, row in TABLE.items()}
    urls |= {name: reverse(name, args=ACCOUNT_ARGS.get(name, ())) for name in ACCOUNTS}

    got = {name: client.generic(method, url) for name, url in urls.items()}

    pages = {name: (page.status_code, page["Allow"], b"<h1" in page.content) for name, page in got.items()}
    of_programs = {name: page for name, page in pages.items() if urls[name].startswith("/api/")}
    assert {name: page for name, page in pages.items() if page != (405, "GET, HEAD, POST", True)} == of_programs
    assert set(of_programs.values()) == {(405, "GET, HEAD", False), (405, "POST", False)}


def test_an_unknown_address_stays_unknown_by_every_method():
    assert {Client().generic(method, "/nowhere/").status_code for method in ("PUT", "OPTIONS", "TRACE")} == {404}


@pytest.mark.parametrize("method", sorted(reading.SAFE_METHODS))
def test_a_view_that_forgets_the_method_is_refused_with_405_and_writes_nothing(method):
    """The one guard behind all views: what starts, moves or changes a filing asks for the method itself."""
    owner, access_provider = host(), provider()
    case = case_at(Status.DRAFT)

    def careless(_request: HttpRequest) -> HttpResponse:
        for change in (
            lambda: services.start(owner, provider_id=access_provider.pk, entrance=Entrance.PROVIDER),
            lambda: services.withdraw(case.filing.pk, case.host, version=None),
            lambda: services.save_facts(case.filing.pk, case.host, {"subject.name": "x"}, version=None),
        ):
            with pytest.raises(reading.ChangeRefused):
                change()
        raise reading.ChangeRefused

    before = (counts(), filings())
    guard = middleware.SafeMethodsMiddleware(careless)
    request = RequestFactory().generic(method, "/")
    with pytest.raises(reading.ChangeRefused):
        guard(request)
    refused = guard.process_exception(request, reading.ChangeRefused())
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert (counts(), filings()) == before
    assert services.start(owner, provider_id=access_provider.pk, entrance=Entrance.PROVIDER).pk


# --- Versions -------------------------------------------------------------------------------------------------

WRONG = (None, "x", "-1", "0", "9" * 40, "99999")


@pytest.mark.parametrize("typed", [None, "", "x", "-1", "1.5", "٣", "9" * 19, "9" * 5000, "1e3", [], {}])
def test_what_is_no_version_reads_as_none(typed):
    assert versions.read(typed) == versions.NO_VERSION
    assert versions.seen({} if typed is None else {"version": typed}) == versions.NO_VERSION


@pytest.mark.parametrize(("typed", "version"), [("1", 1), (" 7 ", 7), (0, 0), (str(2**63 - 1), 2**63 - 1)])
def test_a_version_is_read(typed, version):
    assert versions.read(typed) == version


@pytest.fixture
def english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.RELAX_SECOND_FACTOR = True
    with translation.override("en"):
        yield


def sent(client: Client, url: str, name: str, version: str | None, **said: Any) -> HttpResponse:
    said["csrfmiddlewaretoken"] = "as every form of a browser has one"
    return client.post(url, said if version is None else {**said, name: version}, follow=True)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("version", WRONG)
def test_a_wrong_version_of_the_organisation_s_pages_is_answered_in_words_and_loses_nothing(version):
    access_provider = provider()
    client = sign_in(Client(), staff_user(access_provider, StaffRole.ADMINISTRATOR))
    said = {"about": "云服务器", "contact_phone": "010-66001234", "contact_email": "a@example.cn", "address": "一层"}
    answer = sent(client, reverse("provider_desk:organisation_edit"), "version", version, **said)
    page = answer.content.decode()
    if version == "0":  # nobody has changed them yet
        assert "Saved; shown to hosts at once." in page
        return
    assert (answer.status_code, "These pages were changed in another window." in page, "云服务器" in page) == (
        200,
        True,
        True,
    )
    access_provider.refresh_from_db()
    assert access_provider.about == ""


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("status", STATUSES)
def test_a_wrong_version_at_any_address_is_no_fault_of_ours_and_changes_no_filing(status):
    """Every address that takes POST, by everybody who may open it, with a version that is none."""
    world = World(status)
    browsers = {role: world.browser(role) for role in ROLES}
    before, faults = filings(), []
    wrong = dict.fromkeys(("version", "worksheet", "seen"), "9" * 40)
    for name, row in rows_at(status).items():
        if not row.posted or name in WITHOUT_VERSION:
            continue
        for role, client in openers(browsers, SENDERS.get(name, row.get)).items():
            answer = client.post(world.url(name, row.args), wrong)
            faults += [(name, role)] if answer.status_code >= 500 else []
    assert faults == []
    assert filings() == before


# What is done by pressing a button, whatever page it stood on: nothing of a page is compared.
WITHOUT_VERSION = {
    "directory:start",
    "filings:copy",
    "provider_desk:claim",
    "provider_desk:release",
    "bureau_desk:claim",
    "bureau_desk:release",
    "provider_desk:mandate",
    "provider_desk:mandate_start",
}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("version", ["x", "9" * 40, "", None])
def test_a_wrong_version_of_a_filing_says_that_something_has_changed(version):
    case = case_at(Status.DRAFT)
    client = sign_in(Client(), user_of(case.host))
    for name in ("withdraw", "submit", "become", "unlock"):
        answer = sent(client, reverse(f"filings:{name}", args=[case.filing.pk]), "version", version)
        assert answer.status_code == 200, name
    withdrawn = sent(client, reverse("filings:withdraw", args=[case.filing.pk]), "version", version)
    assert "What you typed has been kept" in withdrawn.content.decode()
    assert case.refresh().filing.status == Status.DRAFT
    assert Event.objects.filter(filing=case.filing, name="withdraw").count() == 0
