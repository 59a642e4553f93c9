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
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests import builders
from icp_portal.tests.browser import (
    NARROW,
    WIDE,
    Person,
    choose_provider,
    fill_in,
    hand_in_pictures,
    sign_up,
    submit,
)
from ministry.reference import certificates, code_tables
from ops.mailsink import MailSink

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

MOST = 60
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


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("who", [{"individual": True}, {"same": False}], ids=["individual", "company"])
def test_a_newcomer_files_in_few_steps(
    visitor: Visitor, mailbox: MailSink, acts: list[str], who: dict[str, bool], size: dict[str, int]
) -> None:
    """The company names somebody else for its website: that is the longest way."""
    number, of = builders.number(), builders.provider(provinces=[builders.BEIJING])
    values = invent.values(number, province=builders.BEIJING, **who)
    newcomer = visitor(viewport=size)

    sign_up(newcomer, mailbox, values["responsible.email"])  # the account's own address needs no further proof
    choose_provider(newcomer, of)
    fill_in(newcomer, values)
    hand_in_pictures(newcomer, values, number)
    submit(newcomer)

    filing = Filing.objects.get()
    assert (filing.status, filing.provider, filing.is_individual) == (
        Status.WITH_PROVIDER,
        of,
        who.get("individual", False),
    )
    assert len(acts) < MOST, acts


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
        "websites.0.domain": "www.example.cn",
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
        "responsible.name": "",
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
            ("1044", "responsible.name"),
            ("P104", "responsible.cert_number"),
            ("P301", "websites.0.name"),
            ("1005", "websites.0.domain"),
            ("1036", "websites.0.access.places"),
        ],
    )
