"""What a page costs in queries, literally, with one row and with many; and that pages by key lose nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bureaus import absences
from desks.paging import PAGE_SIZE
from filings import services
from filings.deadlines import sweeps
from filings.kinds import Kind
from filings.models import Filing, Sheet
from filings.moves import assignment
from filings.review import notes, questions
from filings.states import Status
from filings.verification import handovers, worksheets
from icp_portal.demo import invent, old_records, play, play_kinds
from icp_portal.tests import builders
from icp_portal.tests.builders import Case, case_at, house_change, provider, reviewer, sign_in, staff
from ministry.models import ProvinceRule, Website
from ministry.reference.topics import Topic
from providers import access as provider_access
from providers.house import invitations
from providers.models import Announcement, IpRange, Provider, StaffRole
from records import expiry_dates, proofs, reminders
from records.models import ExpiryKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_cached_and_no_second_factor(settings):
    """What a second factor costs (one query more for staff) is no business of a page."""
    settings.RELAX_SECOND_FACTOR = True
    cache.clear()


def browser(user_id: int) -> Client:
    """A browser whose session is in the cache already, as after the first page."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    client.get(reverse("desk"))
    return client


@pytest.fixture
def queries(django_assert_max_num_queries) -> Callable[[Client, str], int]:
    """How many queries a page costs."""

    def measure(client: Client, url: str) -> int:
        with django_assert_max_num_queries(1000) as captured:
            response = client.get(url)
        assert response.status_code == 200
        return len(captured)

    return measure


def more(case: Case, count: int, first: int = 0) -> list[Filing]:
    """Copies of a filing's row, each with its own domain and a moment of its own."""
    made = []
    for number in range(first, first + count):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.arrived_at += timedelta(seconds=number + 1)
        row.save(force_insert=True)
        Filing.objects.filter(pk=row.pk).update(created_at=row.created_at + timedelta(seconds=number + 1))
        made.append(row)
    return made


# --- Constant costs -------------------------------------------------------------------------------------


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
BUREAUS_QUEUE = 8
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
    one = queries(client, f"/bureau/?{query}&provider={case.provider.pk}")
    for number, row in enumerate(more(case, 30)):
        services.claim(row.pk, away if number % 2 else reviewer())
        Filing.objects.filter(pk=row.pk).update(due_on=today + timedelta(days=number - 15))
    many = queries(client, f"/bureau/?{query}&provider={case.provider.pk}")

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


# Each page of the provider's house, with little and with much: four for the reader and the desk's door, then its own.
HOUSE = {
    "/provider/house/": 3,
    "/provider/house/edit/": 4,
    "/provider/house/staff/": 4,
    "/provider/house/staff/invite/": 2,
    "/provider/house/addresses/": 3,
    "/provider/house/announcements/": 3,
    "/provider/house/changes/": 3,
}


@pytest.mark.parametrize("url", HOUSE)
def test_the_providers_house(queries, url):
    of = provider()
    client = browser(staff(of, StaffRole.ADMINISTRATOR).user_id)
    furnish(of, 1)

    one = queries(client, url)
    furnish(of, 4)
    many = queries(client, url)

    assert (one, many) == (HOUSE[url], HOUSE[url])


def furnish(of: Provider, count: int) -> None:
    """More of everything that the pages of a house list."""
    for _n in range(count):
        tail = builders.number()
        house_change(of)
        day = timezone.localdate()
        Announcement.objects.create(provider=of, title="值班", text="照常。", starts_on=day, ends_on=day)
        address = str(IPv6Address("2400::") + tail)
        IpRange.objects.create(provider=of, start=address, end=address)
        invitations.invite(staff(of, StaffRole.ADMINISTRATOR), f"invited{tail}@example.cn", StaffRole.VERIFIER)


# Queries of one filing's page: the reader, the filing with what its clock did, the findings' look-ups (rules, register,
# filings with the pool, proved addresses), pictures with seals, verifications, history, calendar; at the bureau's also
# the sheets with their signed copies, what it has in common with others, the provider's latest decisions; at both desks
# the notes among colleagues, and the colleagues who can be told; at the host's what its provider has asked.
PROVIDERS_PAGE, BUREAUS_PAGE, STATUS_PAGE, CHECK_PAGE = 17, 20, 8, 8
NOTED = 1  # whom the notes mention, once there are any
MOST_OF_REVIEW = 23
RETURNED_BEFORE = 3  # the remarks with their answers, the moves and the calendar that their days are counted by
COMPARED = 1  # the two rounds a desk's page compares, once there are two
# The same as JSON; and what is typed: the filing, the filing under its lock between two savepoints, the findings,
# among them the provider.
FINDINGS, SAVE_PAGE = 7, 13
MEND_PAGE, PAPERS_PAGE = 14, 12
ROUNDS_PAGE, SHEETS_PAGE = {"staff": 7, "reviewer": 7}, {"staff": 5, "reviewer": 5}


def said_much(case: Case) -> None:
    """More of everything that a filing's page lists: rounds, events, remarks, looks."""
    for _n in range(3):
        case.return_to_provider()
        case.verify()


def test_the_providers_page_of_a_filing(queries):
    case = case_at(Status.WITH_BUREAU)
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])

    one = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (one, many) == (PROVIDERS_PAGE, PROVIDERS_PAGE + COMPARED)


@pytest.mark.parametrize(
    ("desk", "page"), [("provider_desk:verify", PROVIDERS_PAGE), ("bureau_desk:review", BUREAUS_PAGE)]
)
def test_notes_among_colleagues_cost_a_page_the_same_however_many_there_are(queries, desk, page):
    case = case_at(Status.WITH_BUREAU)
    actor = case.staff if desk == "provider_desk:verify" else case.reviewer
    client, url = browser(actor.user_id), reverse(desk, args=[case.filing.pk])

    costs = []
    for count in (1, 8):
        colleagues = [reviewer() if actor is case.reviewer else staff(case.provider) for _n in range(count)]
        for one in colleagues:
            notes.write(case.filing.pk, one, text="请看", told=[actor, *colleagues], seen=0)
        costs.append(queries(client, url))

    assert costs == [page + NOTED, page + NOTED]


def test_the_photo_on_the_page_of_its_verifier(queries):
    """The photos that may be used again, while the filing has none; the words come with the filing."""
    case = Case().submit()
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    waiting = queries(client, url)
    services.claim(case.filing.pk, case.staff)
    client.get(url)  # makes the words

    without = queries(client, url)
    play.photograph(case.filing, case.staff)
    client.get(url)
    with_photo = queries(client, url)

    assert (without - waiting, with_photo - without) == (1, -1)


# The verifier's page: the reader and whether it may, the filing with its sheet and its words for the photo, the
# look-ups of the findings, pictures with seals, history, whether an earlier photo may be used again (none with one),
# the notes among colleagues, and the colleagues who can be told.
# Later rounds add remarks and what was handed on; those the bureau has seen, the verifications and the calendar.
VERIFYING, RESUBMITTED, RETURNED = 15, 17, 18
MOST_OF_VERIFYING = 20


def with_sheet(case: Case, code: str = "") -> Case:
    """Taken, with everything filled in that the sheet has room for."""
    services.claim(case.filing.pk, case.staff)
    pictures = tuple(case.filing.evidence.values_list("pk", flat=True))
    entry = worksheets.SheetEntry("yes", "已与原件核对", pictures)
    entries = {item.id: entry for item in case.filing.sheet_items}
    remark = {"path": "websites.0.name", "code": code, "seen": "看到的", "expected": ""}
    worksheets.save(case.filing.pk, case.staff, entries, version=0, place="营业厅", remarks=[remark] * 5)
    return case


def test_the_verifiers_page(queries):
    case = case_at(Status.WITH_PROVIDER, of=provider())
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    services.claim(case.filing.pk, case.staff)

    client.get(url)  # makes the words for the photo

    empty = queries(client, url)
    with_sheet(case)
    full = queries(client, url)
    play.photograph(case.filing, case.staff)
    client.get(url)
    with_photo = queries(client, url)

    assert (empty, full, with_photo) == (VERIFYING, VERIFYING, VERIFYING - 1)
    assert VERIFYING <= MOST_OF_VERIFYING


def test_the_usual_wordings_of_drafted_remarks_cost_the_verifiers_page_one_query(queries):
    case = with_sheet(case_at(Status.WITH_PROVIDER), code="P301")
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    client.get(url)

    assert queries(client, url) == VERIFYING + 1


def test_the_verifiers_page_of_a_later_round(queries):
    case = with_sheet(case_at(Status.WITH_PROVIDER)).send_back().submit()
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    services.claim(case.filing.pk, case.staff)
    client.get(url)
    assert queries(client, url) == RESUBMITTED

    case.verify().return_to_provider()
    services.claim(case.filing.pk, case.staff)
    client.get(url)
    assert queries(client, url) == RETURNED


def test_the_verifiers_page_at_its_dearest(queries):
    """Returned by the bureau, remarks drafted, no photo that counts, the host's own record met on the register."""
    case = case_at(Status.WITH_PROVIDER)
    filed = Case(owner=case.host, of=case.provider, same=False).submit().verify().approve().filing
    case.verify().return_to_provider()
    with_sheet(case, code="P301")
    case.filing.facts |= {"subject": filed.facts["subject"]}
    case.filing.save(update_fields=["facts"])
    case.filing.evidence.filter(path__endswith="photo").update(replaced_at=timezone.now())
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    client.get(url)

    assert queries(client, url) == RETURNED + 2 <= MOST_OF_VERIFYING


def crowd(case: Case, count: int) -> None:
    """So many other filings of the provider, as lists and look-ups see them; their papers are nobody's to read."""
    copied = [field.column for field in Filing._meta.concrete_fields if field.column not in CHANGED]
    values = ", ".join([*copied, *CHANGED.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO filings_filing ({', '.join([*copied, *CHANGED])})"
            f" SELECT {values} FROM filings_filing, generate_series(1, %s) number WHERE id = %s",
            [count, case.filing.pk],
        )


# column → what another filing has in it; its key is the database's
CHANGED = {
    "id": "nextval(pg_get_serial_sequence('filings_filing', 'id'))",
    "facts": "''",
    "domain": "'crowd-' || number || '.cn'",
    "subject_digest": "lpad(to_hex(number), 64, '0')",
}


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("kind=cancel_access", "bureau_kind"),
        ("round=2", "bureau_later_rounds"),
        ("round=3", "bureau_later_rounds"),
        ("nature=5", "bureau_nature"),
        ("approval=with", "bureau_approvals"),
    ],
)
def test_what_few_filings_of_a_long_tab_have_is_found_by_an_index(query, index):
    case = case_at(Status.FILED)
    crowd(case, 5000)
    client = browser(case.reviewer.user_id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE filings_filing")

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/bureau/?tab=done&{query}")
    listed = [one["sql"] for one in captured if 'ORDER BY "filings_filing"."arrived_at" DESC' in one["sql"]]

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {listed[-1]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"using {index} on filings_filing" in plan


@pytest.mark.parametrize("count", [10, 100_000])
def test_the_verifiers_page_costs_the_same_among_many_filings(queries, count):
    case = with_sheet(case_at(Status.WITH_PROVIDER))
    crowd(case, count)
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    client.get(url)  # makes the words for the photo

    assert queries(client, url) == VERIFYING


def test_the_bureaus_page_of_a_filing(queries):
    case = case_at(Status.WITH_BUREAU)
    client, url = browser(case.reviewer.user_id), reverse("bureau_desk:review", args=[case.filing.pk])

    one = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (one, many) == (BUREAUS_PAGE, BUREAUS_PAGE + COMPARED)
    assert queries(client, f"{url}?full=1") == many + 1 <= MOST_OF_REVIEW


@pytest.mark.parametrize(
    ("work", "count"),
    [("first", 10), ("first", 100_000), ("later", 10), ("later", 100_000), ("returned", 10), ("filed", 10)],
)
def test_the_review_page_costs_the_same_among_many_filings(queries, work, count):
    case = case_at(Status.WITH_BUREAU)
    crowd(case, count)
    client, url = browser(case.reviewer.user_id), reverse("bureau_desk:review", args=[case.filing.pk])
    for step in ROUNDS[work]:
        getattr(case, step)()
    if case.filing.status == Status.WITH_BUREAU:
        services.claim(case.filing.pk, case.reviewer)
        question = questions.ask(case.filing.pk, case.reviewer, text="在哪里？", days=3)
        questions.answer(case.filing.pk, case.staff, question.pk, text="在北京。")
        questions.ask(case.filing.pk, case.reviewer, text="为什么？", days=3)
        client.get(url)  # the look, once a claim

    assert queries(client, url) <= MOST_OF_REVIEW


# what has happened to a filing → the steps since it came to the bureau
ROUNDS = {
    "first": (),
    "later": ("return_to_provider", "verify", "return_to_provider", "send_back", "submit", "verify"),
    "returned": ("return_to_provider", "verify", "return_to_provider"),
    "filed": ("return_to_provider", "verify", "approve"),
}


# a kind about what is on record → what is written on its draft
ON_RECORD = {
    Kind.NEW_WEBSITE: {},
    Kind.CHANGE_SUBJECT: {"subject.address": "示例路9号"},
    Kind.CHANGE_WEBSITE: {"websites.0.name": "改名后的示例网站"},
    Kind.CHANGE_RECORD: {"subject.address": "示例路9号", "websites.0.name": "改名后的示例网站"},
    Kind.CHANGE_ACCESS: {"websites.0.access.ip_ranges": "192.31.196.9"},
    Kind.CANCEL_WEBSITE: {},
    Kind.CANCEL_ACCESS: {"cancellation.only_access": True},
}


@pytest.mark.parametrize("kind", ON_RECORD)
def test_both_desks_pages_of_what_is_on_record(queries, kind):
    """In a later round, with the record looked up in one query more, and the bureau's look in full in another."""
    case = case_at(Status.FILED)
    about = play_kinds.target_of(case.filing)
    filing = play_kinds.complete_draft(case.host, kind, about, case.provider.pk, builders.number(), **ON_RECORD[kind])
    services.submit(filing.pk, case.host, version=None)
    play.verify(filing, case.staff)
    play.return_to_provider(filing, case.reviewer)
    services.claim(filing.pk, case.staff)
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[filing.pk])
    client.get(url)
    assert queries(client, url) <= MOST_OF_VERIFYING

    play.verify(filing, case.staff)
    services.claim(filing.pk, case.reviewer)
    client, url = browser(case.reviewer.user_id), reverse("bureau_desk:review", args=[filing.pk])
    assert queries(client, f"{url}?full=1") == queries(client, url) + 1 == MOST_OF_REVIEW


def test_the_hosts_page_of_a_filing(queries):
    case = case_at(Status.WITH_BUREAU)
    client, url = browser(case.host.user_id), reverse("filings:status", args=[case.filing.pk])

    one = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (one, many) == (STATUS_PAGE, STATUS_PAGE + RETURNED_BEFORE)


@pytest.mark.parametrize("paths", [["websites.0.name"], ["papers.responsible_front", "papers.responsible_back"] * 3])
def test_the_page_that_mends_a_returned_filing(queries, paths):
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    remarks = [services.RemarkDraft(path, "B703", "看到的", "应当的") for path in paths]
    services.send_back(case.filing.pk, case.staff, version=None, remarks=remarks)
    client, url = browser(case.host.user_id), reverse("filings:mend", args=[case.filing.pk])

    assert queries(client, url) == MEND_PAGE


@pytest.mark.parametrize("who", ["staff", "reviewer"])
def test_the_page_that_compares_rounds(queries, who):
    case = case_at(Status.WITH_BUREAU).return_to_provider().verify()
    desk = {"staff": "provider_desk", "reviewer": "bureau_desk"}[who]
    client = browser(getattr(case, who).user_id)
    url = reverse(f"{desk}:rounds", args=[case.filing.pk])

    two = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (two, many) == (ROUNDS_PAGE[who], ROUNDS_PAGE[who])


@pytest.mark.parametrize("who", ["staff", "reviewer"])
def test_the_page_of_the_verification_sheets(queries, who):
    case = case_at(Status.WITH_BUREAU)
    desk = {"staff": "provider_desk", "reviewer": "bureau_desk"}[who]
    client, url = browser(getattr(case, who).user_id), reverse(f"{desk}:sheets", args=[case.filing.pk])
    sheet = Sheet.objects.get()

    one = queries(client, url)
    said_much(case)
    for number in (1, 2):
        services.add_scan(case.filing.pk, case.staff, sheet.pk, [invent.portrait(number)])
    many = queries(client, url)

    assert (one, many) == (SHEETS_PAGE[who], SHEETS_PAGE[who])
    assert queries(Client(), reverse("sheet", args=[sheet.token])) == 1


def test_the_hosts_check_page(queries):
    case = case_at(Status.DRAFT)
    client, url = browser(case.host.user_id), reverse("filings:check", args=[case.filing.pk])

    without = queries(client, url)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "www.x", "subject.name": ""}, version=None)
    with_findings = queries(client, url)

    assert without == CHECK_PAGE
    assert with_findings <= CHECK_PAGE


def test_the_hosts_page_of_pictures(queries):
    cases = [case_at(Status.DRAFT), case_at(Status.DRAFT, websites=3, same=False)]
    cost = [queries(browser(case.host.user_id), reverse("filings:papers", args=[case.filing.pk])) for case in cases]

    assert cost == [PAPERS_PAGE, PAPERS_PAGE]


def test_the_findings_as_json(queries):
    case = case_at(Status.DRAFT)
    client, url = browser(case.host.user_id), reverse("api:findings", args=[case.filing.pk])

    without = queries(client, url)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "www.x", "subject.name": ""}, version=None)
    with_findings = queries(client, url)

    assert without == FINDINGS
    assert with_findings <= FINDINGS


def test_saving_a_page_while_it_is_typed(django_assert_max_num_queries):
    case = case_at(Status.DRAFT)
    client, url = browser(case.host.user_id), reverse("api:save_page", args=[case.filing.pk, "responsible"])

    with django_assert_max_num_queries(1000) as captured:
        response = client.post(url, case.filing.facts["responsible"] | {"version": case.filing.version})

    assert response.status_code == 200
    assert len(captured) == SAVE_PAGE


def test_what_a_code_has_brought_is_cheap_to_ask_for(queries):
    case = case_at(Status.DRAFT)
    handover, token = handovers.open_for(case.filing.pk, case.host, "papers.responsible_front")
    client = browser(case.host.user_id)
    url = reverse("filings:handover_state", args=[case.filing.pk, handover.pk]) + "?part"

    waiting = queries(client, url)
    Client().post(reverse("filings:phone", args=[token]), {"picture": invent.card("PHONE", 1)})
    come = queries(client, url)

    assert (waiting, come) == (4, 4)  # the reader, the filing, the code, its picture


@pytest.mark.parametrize("filings", [1, 20])
def test_the_sweep_of_the_clock_asks_the_calendar_once_however_many_filings(filings):
    case = case_at(Status.WITH_BUREAU)
    more(case, filings - 1)
    Filing.objects.update(due_on=timezone.localdate())

    with CaptureQueriesContext(connection) as captured:
        sweeps.watch_deadlines()

    sql = [query["sql"] for query in captured.captured_queries]
    assert len([text for text in sql if 'FROM "ministry_calendaryear"' in text]) == 3  # the cut-offs ahead and behind
    users = [text for text in sql if text.startswith("SELECT") and 'FROM "accounts_user"' in text]
    assert len(users) == 1  # the chiefs of all bureaus
    assert not [text for text in sql if text.startswith("SELECT") and 'FROM "providers_provider"' in text]


# --- Pages by key ---------------------------------------------------------------------------------------


def walk(client: Client, url: str, between: Callable[[], None] = lambda: None) -> list[list[int]]:
    """The numbers of the filings on each page, following "next page"; ``between`` runs after the first."""
    pages = []
    while url:
        page = client.get(url).content.decode()
        pages.append([int(pk) for pk in re.findall(r'data-label="[^"]*">\s*<a\s+href="/[a-z/]*/(\d+)/"', page)])
        following = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        url = url.partition("?")[0] + following[1].replace("&amp;", "&") if following else ""
        if len(pages) == 1:
            between()
        assert len(pages) < 10
    return pages


def in_order(filings: Any, *keys: str) -> list[int]:
    return list(filings.order_by(*keys).values_list("pk", flat=True))


LISTS = pytest.mark.parametrize(
    ("status", "who", "url", "keys"),
    [
        (Status.WITH_PROVIDER, "staff", "/provider/", ("arrived_at", "pk")),
        (Status.WITH_BUREAU, "reviewer", "/bureau/", ("due_on", "pk")),
        (Status.FILED, "reviewer", "/bureau/?tab=done", ("-arrived_at", "-pk")),
        (Status.WITH_PROVIDER, "staff", "/provider/?tab=work&sort=-host", ("-subject_name", "-pk")),
        (Status.WITH_BUREAU, "reviewer", "/bureau/?tab=work&sort=filing", ("pk",)),
        (Status.WITH_BUREAU, "host", "/filings/", ("-created_at", "-pk")),
    ],
)


@LISTS
def test_sixty_filings_are_three_pages_without_gaps_or_doubles(status, who, url, keys):
    case = case_at(status)
    more(case, 59)
    Filing.objects.filter(pk__gt=case.filing.pk + 30).update(arrived_at=case.filing.arrived_at)  # equal keys too

    pages = walk(browser(getattr(case, who).user_id), url)

    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 60 - 2 * PAGE_SIZE]
    assert [pk for page in pages for pk in page] == in_order(Filing.objects.all(), *keys)


@pytest.mark.parametrize(
    ("status", "who", "url", "keys"),
    [
        (Status.WITH_PROVIDER, "staff", "/provider/", ("arrived_at", "pk")),
        (Status.WITH_BUREAU, "reviewer", "/bureau/", ("due_on", "pk")),
    ],
)
def test_a_filing_that_leaves_between_two_pages_makes_no_gap(status, who, url, keys):
    case = case_at(status)
    more(case, 59)
    expected = in_order(Filing.objects.all(), *keys)

    def leave() -> None:
        """The first one and the last one of the first page are done meanwhile."""
        gone = [expected[0], expected[PAGE_SIZE - 1]]
        Filing.objects.filter(pk__in=gone).update(status=Status.RETURNED_TO_HOST)

    pages = walk(browser(getattr(case, who).user_id), url, leave)

    assert [pk for page in pages for pk in page] == expected


def test_a_filing_that_arrives_between_two_pages_is_at_the_end():
    case = case_at(Status.WITH_PROVIDER)
    more(case, 29)
    expected = in_order(Filing.objects.all(), "arrived_at", "pk")
    arrived: list[int] = []

    def arrive() -> None:
        late = Filing.objects.get(pk=case.filing.pk)
        late.pk, late.domain, late.subject_digest = None, "late.cn", "f" * 64
        late.arrived_at += timedelta(hours=1)
        late.save(force_insert=True)
        arrived.append(late.pk)

    pages = walk(browser(case.staff.user_id), "/provider/", arrive)

    assert [pk for page in pages for pk in page] == expected + arrived


def test_what_the_bureau_returned_comes_first_and_is_never_cut_off():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    more(case, 109)
    client = browser(case.staff.user_id)

    shown = {pk for page in walk(client, "/provider/?tab=returned") for pk in page}

    assert shown == set(Filing.objects.values_list("pk", flat=True))


# --- The yearly confirmation ------------------------------------------------------------------------------

# The reader, and who it is; the periods, the counts, the rows, their answers, their reminders; at a bureau the
# providers, at a provider the filings about the rows.
CONFIRMATIONS_PAGE = 8


@pytest.mark.parametrize(
    ("who", "address"),
    [("reviewer", "/bureau/orders/confirmations/"), ("staff", "/provider/orders/confirmations/")],
)
def test_the_list_of_the_yearly_confirmation(queries, who, address):
    case = case_at(Status.FILED)
    ProvinceRule.objects.create(topic=Topic.YEARLY_CONFIRMATION, source="示例公告", valid_from=timezone.localdate())
    reminders.sweep()
    client = browser(getattr(case, who).user_id)

    one = queries(client, address)
    for _n in range(PAGE_SIZE + 3):
        old_records.enter(builders.number(), case.provider.pk, [f"old-{_n}.cn"], province="110000")
    reminders.sweep()
    many = queries(client, address)
    response = client.get(address)
    rest = client.get(f"{address}{response.context['next_url']}")

    assert (one, many) == (CONFIRMATIONS_PAGE, CONFIRMATIONS_PAGE)
    shown = [row["website"].pk for page in (response, rest) for row in page.context["rows"]]
    assert shown == list(Website.objects.order_by("pk").values_list("pk", flat=True))


# --- The house of a host's records ------------------------------------------------------------------------


@pytest.mark.parametrize("websites", [1, 4])
def test_the_pages_of_a_hosts_records_cost_the_same_however_many_websites_there_are(queries, websites):
    case = Case(websites=websites).to(Status.FILED)
    subject = case.filing.subject
    website = subject.websites.first()
    watch = expiry_dates.keep(
        subject.pk, case.host, website_id=None, kind=ExpiryKind.DOMAIN, label="示例.cn", ends_on=timezone.localdate()
    )
    proof = proofs.of_subject(subject.pk, case.host)
    client = browser(case.host.user_id)

    costs = {
        name: queries(client, reverse(name, args=args))
        for name, args in {
            "records:home": (),
            "records:subject": (subject.pk,),
            "records:website": (website.pk,),
            "records:watch": (watch.pk,),
            "proof_page": (proofs.token_of(proof),),
        }.items()
    }

    assert costs == {
        "records:home": 7,
        "records:subject": 8,
        "records:website": 11,
        "records:watch": 2,
        "proof_page": 4,
    }
