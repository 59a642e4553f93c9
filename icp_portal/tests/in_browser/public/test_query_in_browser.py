"""The public query in a real browser: suggestions while one types, the certificate question, and how light it is."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.utils.translation import gettext as _
from playwright.sync_api import Request, expect
from post_office.models import Email

from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.browser import Person
from icp_portal.tests.builders import Case, blacklisted_domain, case_at, provider
from icp_portal.tests.in_browser.hosts.test_weight_in_browser import weight
from icp_portal.tests.tours import Tour
from ministry.models import CertificateQuestion, ReleasedDomain, Website
from ministry.public import certificate_questions
from ministry.register import ends, public_records, public_search
from ministry.register.public_search import SearchScope
from ministry.tests.register import register_rows

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST, MOST_REQUESTS = 60_000, 12  # bytes over the line, nothing of it cached
NUMBER = 5301


@pytest.mark.parametrize("path", ["/query/", "/"])
def test_names_are_suggested_while_one_types_and_the_chosen_one_is_found(
    visitor: Callable[..., Person], path: str
) -> None:
    case_at(Status.FILED)
    website = Website.objects.select_related("subject").get()
    name = website.subject.name
    anybody = visitor()
    anybody.open(path)
    field = anybody.page.get_by_label(_("Number, domain, IP address or name"))
    field.press_sequentially(name[2:6], delay=90)
    option = anybody.page.locator("#names option")

    expect(option).to_have_count(1)
    expect(option).to_have_attribute("value", name)

    field.fill(name)  # as the browser does when one is chosen
    field.press("Enter")
    expect(anybody.page.get_by_role("link", name=str(website.number))).to_be_visible()


def test_a_holder_asks_whether_the_certificate_is_on_record(
    visitor: Callable[..., Person], tour: Callable[..., Tour]
) -> None:
    subject = Case(invented=NUMBER).submit().verify().approve().filing.subject
    asking = tour()
    asking.visit("/query/certificate/")
    asking.press(_("Send me the answer"), "certificate question, not filled in")
    holder = visitor()
    holder.open("/query/")
    holder.follow(_("Ask by e-mail whether your certificate is on record"))
    holder.control(_("Certificate type")).select_option("1")
    holder.write(_("Certificate number"), invent.credit_code(NUMBER))
    holder.write(_("E-mail address"), subject.responsible_email)
    holder.press(_("Send me the answer"))
    holder.sees(_("The answer comes by e-mail"))

    certificate_questions.answer(CertificateQuestion.objects.get().pk)
    assert str(subject.number) in Email.objects.latest("pk").message
    asking.visit("/query/certificate/asked/")
    assert asking.wrong == []


def test_violations_have_no_barriers(tour: Callable[..., Tour]) -> None:
    case_at(Status.FILED)
    website = Website.objects.select_related("subject").get()
    blacklisted_domain(website.domain)
    blacklisted_domain("unlawful.cn")
    asking = tour()
    for text in (website.domain, website.subject.name, "unlawful.cn", "lawful.cn"):
        asking.visit(f"/query/?q={text}&kind=violating")
    asking.visit("/query/unlawful.cn/")

    assert asking.wrong == []


def test_the_page_of_a_domain_that_was_given_up_has_no_barriers(tour: Callable[..., Tour]) -> None:
    with transaction.atomic():
        website = register_rows.website(register_rows.subject())
        ReleasedDomain.objects.create(website=website, domain="given-up.cn")
    asking = tour()
    asking.visit("/query/given-up.cn/", f"/query/given-up.cn/?on={register_rows.TODAY}", status=404)

    assert asking.wrong == []


def test_home_query_and_record_are_light_and_ask_for_little_and_nobody_else(
    visitor: Callable[..., Person], portal: str
) -> None:
    case_at(Status.FILED)
    website = Website.objects.get()
    for path in ("/", f"/query/?q={website.domain}", f"/query/{website.number}/", f"/query/{website.domain}/"):
        is_light(visitor(), path, portal)


@pytest.mark.parametrize("scope", [SearchScope.ALL, SearchScope.CANCELLED])
def test_a_full_page_of_results_is_light(visitor: Callable[..., Person], portal: str, scope: SearchScope) -> None:
    of = provider().pk
    for place in range(public_search.MOST + 1):
        name = f"北京云岭{chr(0x4E00 + place)}网络科技股份有限公司第{place}分公司"
        with transaction.atomic():
            website = register_rows.website(register_rows.subject(name=name), provider_id=of)
        if scope == SearchScope.CANCELLED:
            with transaction.atomic():
                ends.cancel_subject(website.subject_id, register_rows.TODAY)
    anybody = visitor()

    is_light(anybody, f"/query/?{urlencode({'q': '云岭', 'kind': scope})}", portal)

    assert anybody.page.locator("tbody tr").count() == public_search.MOST


def test_a_full_record_is_light(visitor: Callable[..., Person], portal: str) -> None:
    with transaction.atomic():
        subject = register_rows.subject()
        for _n in range(public_records.MOST + 1):
            website = register_rows.website(subject)
            ends.suspend_website(website.pk, register_rows.TODAY)
    anybody = visitor()

    is_light(anybody, f"/query/{subject.number}/", portal)

    rows = [anybody.page.locator("tbody").nth(place).locator("tr").count() for place in range(2)]
    assert rows == [public_records.MOST, public_records.MOST_CHANGES]


def is_light(anybody: Person, path: str, portal: str) -> None:
    """Open the page and see that it is small and asks for little, and for nothing elsewhere."""
    asked = []

    def note(request: Request) -> None:
        asked.append(request.url)

    anybody.page.on("request", note)
    assert weight(anybody, path) <= MOST, path
    assert len(asked) <= MOST_REQUESTS, asked
    assert [url for url in asked if not url.startswith(portal)] == []
