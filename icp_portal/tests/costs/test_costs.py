"""Queries of a page, pinned, with one row and with many: queues, boards, staff's own pages and public ones."""

from datetime import timedelta
from ipaddress import IPv6Address

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bureaus import absences
from filings import services
from filings.models import Filing
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.builders import Case, case_at, organisation_change, provider, reviewer, sign_in, staff
from icp_portal.tests.costs.counted import browser, more
from providers import access as provider_access
from providers.models import Announcement, IpRange, Provider, StaffRole
from providers.organisation import invitations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


# The reader, whether it may and who it is; its team, the counts, the rows, the calendar for their age, saved views, how
# the reader wants the queue to look.
QUEUE_PAGE = 8
# … and what a promise, the count of a filter, reasons of what is on hold and a second factor add.
MOST_OF_QUEUE = 14


@pytest.mark.parametrize(
    ("status", "tab", "literal"),
    [
        (Status.WITH_PROVIDER, "work", QUEUE_PAGE),
        (Status.RETURNED_TO_PROVIDER, "returned", QUEUE_PAGE),
        (Status.WITH_BUREAU, "bureau", QUEUE_PAGE),
        (Status.RETURNED_TO_HOST, "host", QUEUE_PAGE),
        (Status.FILED, "done", QUEUE_PAGE - 1),
    ],
)
def test_the_providers_queue(queries, status, tab, literal):
    case = case_at(status)
    client, url = browser(case.staff.user_id), f"/provider/?tab={tab}"

    one = queries(client, url)
    for row in more(case, 4):
        if case.filing.holder == "provider":
            services.claim(row.pk, staff(case.provider))
    many = queries(client, url)

    assert (one, many) == (literal, literal)


@pytest.mark.parametrize(
    "query",
    [
        "tab=late&age=1&province=110000&nature=4&sort=-host",
        "tab=due",
        "tab=hold&age=20",
        "certificate=1",
        "q=示例科技",
        "q=demo-1.cn",
        "q=1234",
        "q=京ICP备2026000001号",
    ],
)
def test_the_providers_queue_at_its_dearest(queries, settings, query):
    case = Case(of=provider(promised_days=1)).submit()
    chief = User.objects.get(pk=staff(case.provider, StaffRole.ADMINISTRATOR).user_id)
    settings.RELAX_SECOND_FACTOR = False
    TOTP.activate(chief, generate_totp_secret())
    client = sign_in(Client(), chief)
    client.get(reverse("desk"))

    one = queries(client, f"/provider/?{query}")
    for row in more(case, 40):
        services.claim(row.pk, provider_access.staff(chief))
    tomorrow = timezone.localdate() + timedelta(days=1)
    assignment.pause(row.pk, provider_access.staff(chief), until=tomorrow, reason="等材料")
    Filing.objects.update(arrived_at=timezone.now() - timedelta(days=30))
    many = queries(client, f"/provider/?{query}")

    assert one <= MOST_OF_QUEUE
    assert many <= MOST_OF_QUEUE


# The reader with who is absent, and who it is; the third working day, the counts, the rows, providers, saved views, how
# the reader wants the queue to look …
BUREAUS_QUEUE = 7
# … the count of a filter, the chief's colleagues, a second factor, the search's two.
MOST_OF_BUREAUS_QUEUE = 14


@pytest.mark.parametrize(
    ("status", "tab", "literal"),
    [
        (Status.WITH_BUREAU, "work", BUREAUS_QUEUE),
        (Status.WITH_BUREAU, "free", BUREAUS_QUEUE),
        (Status.RETURNED_TO_PROVIDER, "returned", BUREAUS_QUEUE),
        (Status.FILED, "today", BUREAUS_QUEUE),
        (Status.FILED, "done", BUREAUS_QUEUE),
    ],
)
def test_the_bureaus_queue(queries, status, tab, literal):
    case = case_at(status)
    client, url = browser(case.reviewer.user_id), f"/bureau/?tab={tab}"

    few = queries(client, url)
    for number, row in enumerate(more(case, 9)):
        if status == Status.WITH_BUREAU and tab == "work":
            services.claim(row.pk, reviewer())
        if status == Status.WITH_BUREAU:
            Filing.objects.filter(pk=row.pk).update(due_on=case.filing.due_on + timedelta(days=number))
    ten = queries(client, url)
    more(case, 60, first=9)
    many = queries(client, url)

    assert (few, ten, many) == (literal, literal, literal)


@pytest.mark.parametrize(
    "query",
    [
        "tab=work&kind=new_filing&nature=4&approval=without&round=1",
        "tab=late&approval=with&sort=host",
        "tab=proposed",
        "tab=unanswered",
        "certificate=1",
        "q=示例科技",
        "q=demo-1.cn",
        "q=1234",
        "q=京ICP备2026000001号",
    ],
)
def test_the_bureaus_queue_at_its_dearest(queries, settings, query):
    case = case_at(Status.WITH_BUREAU)
    head, away = builders.chief(), builders.reviewer()
    today = timezone.localdate()
    absences.enter(head, away.user_id, today, today, head.user_id)
    settings.RELAX_SECOND_FACTOR = False
    TOTP.activate(User.objects.get(pk=head.user_id), generate_totp_secret())
    client = sign_in(Client(), User.objects.get(pk=head.user_id))
    client.get(reverse("desk"))
    one = queries(client, f"/bureau/?{query}&provider={case.provider.name}")
    for number, row in enumerate(more(case, 30)):
        services.claim(row.pk, away if number % 2 else reviewer())
        Filing.objects.filter(pk=row.pk).update(due_on=today + timedelta(days=number - 15))
    many = queries(client, f"/bureau/?{query}&provider={case.provider.name}")

    assert one <= MOST_OF_BUREAUS_QUEUE
    assert many <= MOST_OF_BUREAUS_QUEUE


# The reader, and who it is; the reviewers with who is absent, the calendar, what they have, what came from whom,
# ages, the calendar behind them, the shells.
BOARD_PAGE = 9


def test_the_chiefs_board(queries):
    case, head = case_at(Status.WITH_BUREAU), builders.chief()
    client = browser(head.user_id)

    one = queries(client, "/bureau/board/")
    for number, row in enumerate(more(case, 30)):
        services.claim(row.pk, reviewer())
        Filing.objects.filter(pk=row.pk).update(
            provider=provider(),
            due_on=case.filing.due_on - timedelta(days=number),
            received_at=case.filing.received_at - timedelta(days=number),
        )
    many = queries(client, "/bureau/board/")

    assert (one, many) == (BOARD_PAGE, BOARD_PAGE)


def test_how_a_bureau_divides_its_work(queries):
    head = builders.chief()
    client, today = browser(head.user_id), timezone.localdate()

    none = queries(client, "/bureau/office/")
    for _n in range(5):
        absences.enter(head, builders.reviewer().user_id, today, today, head.user_id)
    five = queries(client, "/bureau/office/")

    # the reader, and who it is; the reviewers, the absences, the bureau, its record
    assert (none, five) == (6, 6)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED_TO_HOST, Status.WITH_BUREAU, Status.FILED])
def test_the_hosts_home(queries, status):
    case = case_at(status)
    client = browser(case.host.user_id)

    one = queries(client, "/filings/")
    more(case, 4)
    many = queries(client, "/filings/")

    assert (one, many) == (6, 6)  # who may act for the host, what it is offered and asked are three of them


@pytest.mark.parametrize(("who", "literal"), [("host", 2), ("staff", 1)])
def test_the_home_page_of_somebody_who_is_signed_in(queries, who, literal):
    case = case_at(Status.DRAFT)
    client = browser(getattr(case, who).user_id)

    one = queries(client, "/")
    more(case, 4)
    many = queries(client, "/")

    assert (one, many) == (literal, literal)
    assert queries(Client(), "/") == 0


def test_the_public_query(queries):
    first = case_at(Status.FILED)
    url = f"/query/?q={first.filing.subject.number}"

    one = queries(Client(), url)
    website = first.filing.subject.websites.get()
    for number in range(4):
        website.pk, website.sequence, website.domain = None, 2 + number, f"copy-{number}.cn"
        website.save(force_insert=True)
    many = queries(Client(), url)

    assert (one, many) == (1, 1)
    assert queries(Client(), "/query/") == 0


def test_the_pages_of_a_number_and_of_a_domain(queries):
    first = case_at(Status.FILED)
    website = first.filing.subject.websites.get()
    urls = [f"/query/{first.filing.subject.number}/", f"/query/{website.domain}/"]
    urls.append(f"{urls[0]}?on={website.approved_on}")

    one = [queries(Client(), url) for url in urls]
    for number in range(4):
        website.pk, website.sequence, website.domain = None, 2 + number, f"copy-{number}.cn"
        website.save(force_insert=True)
    many = [queries(Client(), url) for url in urls]

    # services with their providers, history, blacklist; of a domain two; of a past day five more
    assert one == many == [3, 2, 8]


# A bureau's page also says how it keeps its time: one query.
@pytest.mark.parametrize(
    ("url", "cost"), [("/navigation/", 1), ("/navigation/?province=110000", 1), ("/navigation/beijing/", 2)]
)
def test_the_directories(queries, url, cost):
    provider()
    one = queries(Client(), url)
    for _n in range(4):
        provider(provinces=["110000", "440000"])
    many = queries(Client(), url)

    assert (one, many) == (cost, cost)


# Each page of a provider's organisation, with little and with much: four for the reader and the access, then its own.
OWN_PAGES = {
    "/provider/organisation/": 3,
    "/provider/organisation/edit/": 4,
    "/provider/organisation/staff/": 4,
    "/provider/organisation/staff/invite/": 2,
    "/provider/organisation/addresses/": 3,
    "/provider/organisation/announcements/": 3,
    "/provider/organisation/changes/": 3,
}


@pytest.mark.parametrize("url", OWN_PAGES)
def test_the_pages_of_an_organisation(queries, url):
    of = provider()
    client = browser(staff(of, StaffRole.ADMINISTRATOR).user_id)
    furnish(of, 1)

    one = queries(client, url)
    furnish(of, 4)
    many = queries(client, url)

    assert (one, many) == (OWN_PAGES[url], OWN_PAGES[url])


def furnish(of: Provider, count: int) -> None:
    """More of everything that the pages of an organisation list."""
    for _n in range(count):
        tail = builders.number()
        organisation_change(of)
        day = timezone.localdate()
        Announcement.objects.create(provider=of, title="值班", text="照常。", starts_on=day, ends_on=day)
        address = str(IPv6Address("2400::") + tail)
        IpRange.objects.create(provider=of, start=address, end=address)
        invitations.invite(staff(of, StaffRole.ADMINISTRATOR), f"invited{tail}@example.cn", StaffRole.VERIFIER)
