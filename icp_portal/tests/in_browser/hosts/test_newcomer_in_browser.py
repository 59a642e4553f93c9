"""A newcomer alone with the portal: from the home page to a submitted filing in few steps, and a dry run that hides
nothing.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from desks.access import host as acting
from desks.form_urls import field_url
from filings import fields, services
from filings.facts import Facts
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests import builders
from icp_portal.tests.browser import NARROW, WIDE, Person
from icp_portal.tests.in_browser.filing_in import choose_provider, fill_in, find_kind, hand_in_pictures
from icp_portal.tests.in_browser.steps import sign_up, submit
from ministry.reference import certificates, code_tables, provinces
from ops.mailsink import MailSink
from providers.models import Provider

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

MOST_OF_INDIVIDUAL, MOST_OF_ENTERPRISE = 35, 55
DRUGS = 5  # a prior approval with number and paper
ACTS = ("fill", "click", "check", "select_option", "set_input_files")


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is done on pages from now on: a field filled, a thing clicked or chosen, a file put in."""
    done: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        act = getattr(Locator, name)

        def do(self: Locator, *args: Any, **options: Any) -> Any:
            done.append(name)
            return act(self, *args, **options)

        return do

    for name in ACTS:
        monkeypatch.setattr(Locator, name, counted(name))
    return done


@pytest.fixture
def connected() -> Provider:
    """A provider that says itself how its hosts are connected."""
    of = builders.provider(provinces=[builders.BEIJING])
    of.access_ways, of.access_places = [code_tables.CLOUD], [provinces.by_code(builders.BEIJING).placement_id]
    of.save()
    return of


def files(newcomer: Person, mailbox: MailSink, values: Facts, number: int, of: Provider) -> Filing:
    """From the home page to a submitted filing."""
    sign_up(newcomer, mailbox, values["responsible.email"])  # the account's own address needs no further proof
    find_kind(newcomer, values, of)
    fill_in(newcomer, values, of)
    hand_in_pictures(newcomer, values, number)
    submit(newcomer)
    return Filing.objects.get()


def said(values: Facts, filing: Filing) -> dict[str, tuple[Any, Any]]:
    """What the filing says otherwise than the values, by path."""
    return {path: (value, filing.get(path)) for path, value in values.items() if filing.get(path) != value}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_individual_files_in_few_steps(
    visitor: Visitor, mailbox: MailSink, connected: Provider, acts: list[str], size: dict[str, int]
) -> None:
    number = builders.number()
    values = invent.values(number, province=builders.BEIJING, individual=True)
    del values["websites.0.access.ip_ranges"], values["responsible.office_phone"]

    filing = files(visitor(viewport=size), mailbox, values, number, connected)

    assert (filing.status, filing.provider, said(values, filing)) == (Status.WITH_PROVIDER, connected, {})
    assert len(acts) <= MOST_OF_INDIVIDUAL, acts


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_enterprise_files_two_websites_and_an_approval_in_few_steps(
    visitor: Visitor, mailbox: MailSink, connected: Provider, acts: list[str], size: dict[str, int]
) -> None:
    number = builders.number()
    values = invent.values(number, province=builders.BEIJING, websites=2)
    values |= {"websites.0.approvals": [DRUGS], f"websites.0.approval_numbers.{DRUGS}": "B2-20260001"}
    del values["websites.0.access.ip_ranges"], values["websites.1.access.ip_ranges"]

    filing = files(visitor(viewport=size), mailbox, values, number, connected)

    assert (filing.status, filing.provider, said(values, filing)) == (Status.WITH_PROVIDER, connected, {})
    assert len(acts) <= MOST_OF_ENTERPRISE, acts


def test_a_company_names_somebody_else_for_its_website_and_its_own_access(visitor: Visitor, mailbox: MailSink) -> None:
    """The longest way, with a provider that leaves the access to its hosts."""
    number, of = builders.number(), builders.provider(provinces=[builders.BEIJING])
    values = invent.values(number, province=builders.BEIJING, same=False)
    newcomer = visitor()
    sign_up(newcomer, mailbox, values["responsible.email"])
    choose_provider(newcomer, of)
    fill_in(newcomer, values)
    hand_in_pictures(newcomer, values, number)
    submit(newcomer)

    assert said(values, Filing.objects.get()) == {}


def test_who_is_the_hosts_own_person_is_not_asked_again(visitor: Visitor) -> None:
    draft = builders.Case(same=False).filing
    host = visitor().sign_in_as(draft.host)
    host.open(f"/filings/{draft.pk}/edit/manager/")
    boxes = host.page.get_by_role("main").get_by_role("textbox")
    expect(boxes).not_to_have_count(0)
    same = host.control(fields.MANAGER.fields[0].label)

    same.check()
    expect(boxes).to_have_count(0)
    same.uncheck()
    expect(boxes.first).to_have_value(draft.get("websites.0.responsible.name"))


# --- The dry run ------------------------------------------------------------------------------------------


def child(number: int) -> str:
    """The right identity number of somebody who is ten years old."""
    body = f"110105{timezone.localdate().year - 10}0101{number % 1000:03d}"
    return body + certificates.check_character_resident_id(body)


def named_by(host: Person, filing: Filing) -> list[tuple[str, str]]:
    """Code and link of everything the check page says."""
    host.open(f"/filings/{filing.pk}/check/")
    items = host.page.locator(".error-summary li, .notes li").all()
    return [(item.locator(".code").inner_text(), str(item.locator("a").get_attribute("href"))) for item in items]


def leads_to_its_field(host: Person, href: str) -> None:
    """The link opens the page that has the field; it has the focus, and what is wrong is in sight above it."""
    host.page.goto(href)
    place = f"[id='{href.split('#')[1]}']"
    expect(host.page.locator(f"{place}:focus, {place} :focus")).to_have_count(1)
    expect(host.page.locator(":focus")).to_be_in_viewport()
    if "?check" in href:
        expect(host.page.locator(f"[id='{href.split('#')[1]}_error']")).to_be_in_viewport(ratio=1)


def dry_run(host: Person, filing: Filing, planted: list[tuple[str, str]]) -> None:
    """The check page names exactly the planted (code, path), each with a link to its field."""
    expected = [(code, field_url(acting(filing.host), filing, path)) for code, path in planted]
    assert sorted(named_by(host, filing)) == sorted(expected)
    for _code, href in expected:
        leads_to_its_field(host, href)


def test_the_dry_run_names_every_error_of_a_company(visitor: Visitor) -> None:
    other = builders.Case().submit().filing
    case = builders.Case(same=False, websites=2)
    filing, number = case.filing, case.number
    typed = {
        "subject.cert_number": "91110105MA00000000",
        "subject.division": "440100",
        "responsible.cert_number": "110105199001011234",
        "responsible.cert_until": "2020-01-01",
        "responsible.mobile": "12800000000",
        "responsible.office_phone": "010-00000000",
        "responsible.email": other.get("responsible.email"),
        "websites.0.name": "中国示例官方网站",
        "websites.0.domain": "mail.example.cn",
        "websites.0.services": [code_tables.SERVICE_OTHER],
        "websites.0.approvals": [5],
        "websites.0.responsible.cert_number": child(number),
        "websites.0.responsible.cert_until": "2045-05-31",
        "websites.0.responsible.emergency_mobile": filing.get("websites.0.responsible.mobile"),
        "websites.0.responsible.email": "not an address",
        "websites.0.access.ip_ranges": "192.168.1.1",
        "websites.1.name": "示例新闻网",
        "websites.1.domain": other.domain,
        "websites.1.home_url": "www.elsewhere.cn",
        "websites.1.responsible.same": True,
    }
    filing = services.save_facts(filing.pk, case.host, typed, version=None)
    play.prove_addresses(filing, case.host)
    services.remove_evidence(filing.pk, case.host, "papers.responsible_back", version=filing.version)

    dry_run(
        visitor().sign_in_as(filing.host),
        filing,
        [
            ("1008", "subject.cert_number"),
            ("1019", "subject.division"),
            ("1015", "responsible.cert_number"),
            ("1008", "responsible.cert_until"),
            ("1011", "responsible.mobile"),
            ("1010", "responsible.office_phone"),
            ("P106", "responsible.email"),
            ("P301", "websites.0.name"),
            ("1004", "websites.0.domain"),
            ("P305", "websites.0.remark"),
            ("P303", "websites.0.approval_numbers.5"),
            ("P303", "websites.0.papers.approval.5.1"),
            ("P105", "websites.0.responsible.cert_number"),
            ("P108", "websites.0.responsible.emergency_mobile"),
            ("1009", "websites.0.responsible.email"),
            ("1006", "websites.0.access.ip_ranges"),
            ("P303", "websites.1.name"),
            ("1039", "websites.1.domain"),
            ("1041", "websites.1.home_url"),
            ("P103", "papers.responsible_back"),
        ],
    )


def test_the_dry_run_names_every_error_of_an_individual(visitor: Visitor) -> None:
    filed = builders.Case(individual=True).to(Status.FILED).filing
    case = builders.Case(individual=True)
    typed = {
        "subject.cert_number": filed.get("subject.cert_number"),
        "websites.0.name": "abc",
        "websites.0.domain": filed.domain,
        "websites.0.home_url": filed.get("websites.0.home_url"),
        "websites.0.access.places": [],
    }
    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)

    dry_run(
        visitor(viewport=NARROW).sign_in_as(filing.host),
        filing,
        [
            ("1003", "subject.cert_number"),
            ("P301", "websites.0.name"),
            ("1005", "websites.0.domain"),
            ("1036", "websites.0.access.places"),
        ],
    )
