"""The provider's queue: tabs and counts, search, filters, claim, reassign, actions on several, export."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from post_office.models import Email

from accounts.models import User
from desks import paging
from desks.staff import queue, queue_acts
from filings import services
from filings.actors import Actor
from filings.evidence import documents
from filings.models import Export, Filing, QueueLook, SavedFilter
from filings.moves import assignment
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, Case, case_at, provider, staff
from providers import export, tabs
from providers.models import Provider, StaffRole
from records import spot_checks
from records.legal_grounds import Act, Scope
from records.models import OrderTask
from records.orders import making
from records.orders.making import OrderDraft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

QUEUE = "/provider/"
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True
    cache.clear()


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def listed(client: Client, **query: str) -> list[int]:
    """Return the ids of the filings a view shows, in its order."""
    page = client.get(QUEUE, query)
    assert page.status_code == 200
    return [int(pk) for pk in re.findall(r'type="checkbox" name="filing" value="(\d+)"', text(page))]


def count_of(client: Client, tab: str) -> str:
    found = re.search(rf'href="\?tab={tab}[^"]*"[^>]*>[^<]*<span class="tab-count">([^<]+)<', text(client.get(QUEUE)))
    assert found
    return found[1]


def numbers(*cases: Case) -> list[int]:
    return [case.filing.pk for case in cases]


def house() -> tuple[Provider, Actor, Actor]:
    """Return a provider with a verifier and a supervisor."""
    of = provider()
    return of, staff(of), staff(of, StaffRole.SUPERVISOR)


# --- Tabs -------------------------------------------------------------------------------------------


def test_each_filing_lies_under_its_tab_and_is_counted_there():
    of, verifier, _chief = house()
    places = {
        "work": case_at(Status.WITH_PROVIDER, of=of),
        "returned": case_at(Status.RETURNED_TO_PROVIDER, of=of),
        "host": case_at(Status.RETURNED_TO_HOST, of=of),
        "bureau": case_at(Status.WITH_BUREAU, of=of),
        "done": case_at(Status.FILED, of=of),
        "withdrawn": case_at(Status.WITHDRAWN, of=of),
    }
    mine, other, held = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(3))
    services.claim(mine.filing.pk, verifier)
    services.claim(other.filing.pk, staff(of))
    services.claim(held.filing.pk, verifier)
    assignment.pause(held.filing.pk, verifier, until=timezone.localdate() + timedelta(days=1), reason="等材料")
    places |= {"mine": mine, "colleagues": other, "hold": held}
    case_at(Status.WITH_PROVIDER)  # another provider's
    case_at(Status.DRAFT, of=of)
    client = browser(verifier)

    for tab in tabs.BY_ID:
        expected = numbers(places[tab]) if tab in places else []
        assert (tab, listed(client, tab=tab)) == (tab, expected)
        assert (tab, count_of(client, tab)) == (tab, str(len(expected)))


def test_one_begins_with_one_s_own_work_and_without_any_with_what_nobody_has():
    of, verifier, _chief = house()
    free, mine = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    client = browser(verifier)
    assert listed(client) == numbers(free, mine)

    services.claim(mine.filing.pk, verifier)

    assert listed(client) == numbers(mine)


def test_when_a_lease_has_ended_the_row_says_so_and_both_may_go_on():
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    Filing.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))

    own, colleague = browser(verifier), browser(staff(of))

    assert listed(own, tab="mine") == numbers(case)
    assert "your claim expired at" in text(own.get(QUEUE, {"tab": "mine"}))
    assert listed(colleague, tab="work") == numbers(case)
    colleague.post(reverse("provider_desk:claim", args=numbers(case)))
    assert listed(own, tab="mine") == []


def test_counts_go_no_further_than_their_limit(monkeypatch):
    monkeypatch.setattr(queue, "MOST_COUNTED", 1)
    of, verifier, _chief = house()
    for _n in range(3):
        case_at(Status.WITH_PROVIDER, of=of)

    assert count_of(browser(verifier), "work") == "1+"


@pytest.mark.parametrize("query", ["tab=nothing", "tab=", "tab=mine&tab=nothing"])
def test_a_tab_nobody_knows_is_not_there(query):
    assert browser(staff(provider())).get(f"{QUEUE}?{query}").status_code == 404


def test_what_the_bureau_waits_for_stands_above_every_tab_and_search():
    case = case_at(Status.FILED)
    client = browser(case.staff)

    def told() -> list[tuple[str, str]]:
        pages = [text(client.get(QUEUE, view)) for view in ({"tab": "work"}, {"tab": "done"}, {"q": "没有这个名字"})]
        link = r'href="(/provider/orders/[^"]*)"[^>]*>[^<]*<span class="tab-count">(\d+)<'
        (only,) = {tuple(re.findall(link, page)) for page in pages}
        return list(only)

    assert told() == [("/provider/orders/", "0"), ("/provider/orders/unfiled/", "0")]
    paper = documents.read([invent.card("ORDER", 1)])
    draft = OrderDraft(act=Act.CANCEL, ground="33-23", document="京通管令〔2026〕7号", reason="不符", pages=paper)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft)
    check = spot_checks.compare(case.reviewer, "月度抽查", ["unfiled.cn"])
    spot_checks.ask(check.pk, case.reviewer, [check.domains.get().pk], [case.provider], 5, "请核实")

    assert told() == [("/provider/orders/", "1"), ("/provider/orders/unfiled/", "1")]
    making.confirm(OrderTask.objects.get().pk, case.staff, timezone.now())
    assert told() == [("/provider/orders/", "0"), ("/provider/orders/unfiled/", "1")]


# --- Order ------------------------------------------------------------------------------------------


def paged(client: Client, query: str) -> list[int]:
    """Return the ids of all filings of a view, page by page."""
    found: list[int] = []
    while True:
        page = text(client.get(f"{QUEUE}?{query}"))
        found += [int(pk) for pk in re.findall(r'name="filing" value="(\d+)"', page)]
        if not (following := re.search(r'href="\?([^"]+)" rel="next"', page)):
            return found
        query = following[1]


def sorting(client: Client, **query: str) -> dict[str, tuple[str, str]]:
    """Return each heading that sorts, with what its link asks for and its ``aria-sort``."""
    cells = re.findall(
        r'<th scope="col" class="queue-(\w+)"([^>]*)>\s*<a href="\?([^"]+)"', text(client.get(QUEUE, query))
    )
    return {
        column: (QueryDict(link)["sort"], (re.findall(r'aria-sort="(\w+)"', attributes) or [""])[0])
        for column, attributes, link in cells
    }


def test_headings_sort_both_ways_and_no_page_loses_a_filing(monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    of, verifier, _chief = house()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(7)]
    for number, case in enumerate(cases):
        arrived = timezone.now() - timedelta(hours=number // 2)
        Filing.objects.filter(pk=case.filing.pk).update(subject_name="乙甲甲丁丙甲乙"[number], arrived_at=arrived)
    client, everything = browser(verifier), Filing.objects.all()

    for word, fields in {
        "": ("arrived_at", "pk"),
        "filing": ("pk",),
        "-filing": ("-pk",),
        "host": ("subject_name", "pk"),
        "-host": ("-subject_name", "-pk"),
        "due": ("arrived_at", "pk"),
        "-due": ("-arrived_at", "-pk"),
        "holder": ("arrived_at", "pk"),  # nothing that sorts
        "-step": ("arrived_at", "pk"),
        "facts": ("arrived_at", "pk"),
        "-": ("arrived_at", "pk"),
    }.items():
        expected = list(everything.order_by(*fields).values_list("pk", flat=True))
        assert (word, paged(client, urlencode({"tab": "work", "sort": word}))) == (word, expected)


def test_a_heading_says_how_it_sorts_and_its_link_turns_that_round():
    of, verifier, _chief = house()
    case_at(Status.WITH_PROVIDER, of=of)
    case_at(Status.FILED, of=of)
    client = browser(verifier)

    assert sorting(client, tab="work") == {"filing": ("filing", ""), "host": ("host", ""), "due": ("-due", "ascending")}
    assert sorting(client, tab="work", sort="host")["host"] == ("-host", "ascending")
    assert sorting(client, tab="work", sort="-host")["host"] == ("host", "descending")
    assert sorting(client, tab="done") == {"due": ("due", "descending")}
    assert sorting(client, q="示例") == {}


def test_an_order_is_kept_with_the_filter_the_view_and_the_export():
    of, verifier, _chief = house()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(3)]
    client, view = browser(verifier), f"tab=work&province={cases[0].filing.subject_province}&sort=-filing"

    page = text(client.get(f"{QUEUE}?{view}"))
    assert '<input type="hidden" name="sort" value="-filing">' in page
    keep(client, "新的在前", view)
    assert SavedFilter.objects.get().query == view
    _head, *lines = sheet_of(client.post(reverse("provider_desk:bulk"), {"act": "export", "view": view}))
    assert [line[0] for line in lines] == numbers(*cases)[::-1]


# --- The promise ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "tab", "words"),
    [
        (26, "", "1 working day left"),
        (27, "due", "due today"),
        (28, "late", "overdue"),  # a Saturday: no working day has passed since
        (30, "late", "1 working day late"),
    ],
)
def test_a_filing_is_due_on_the_working_day_the_provider_promised_and_overdue_afterwards(time_machine, day, tab, words):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=3)
    verifier = staff(of)
    case = case_at(Status.WITH_PROVIDER, of=of)
    time_machine.move_to(datetime(2026, 11, day, 9, 0, tzinfo=TUESDAY.tzinfo), tick=False)
    client = browser(verifier)

    for one in ("due", "late"):
        assert (one, listed(client, tab=one)) == (one, numbers(case) if one == tab else [])
        assert (one, count_of(client, one)) == (one, "1" if one == tab else "0")
    page = text(client.get(QUEUE, {"tab": "work"}))
    assert re.findall(r"Fri 27 November 2026|[^<>]*working days? (?:left|late)|due today|overdue", page) == [
        "Fri 27 November 2026",
        words,
    ]
    assert "Received 24 November" in page


def test_what_arrives_today_says_so(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=3)
    case_at(Status.WITH_PROVIDER, of=of)

    page = text(browser(staff(of)).get(QUEUE, {"tab": "work"}))

    assert "Fri 27 November 2026" in page
    assert "3 working days left" in page
    assert "Received today" in page


def test_without_a_promise_a_row_says_when_the_filing_came_and_how_long_it_has_waited(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of, verifier, _chief = house()
    case_at(Status.WITH_PROVIDER, of=of)
    assert "in the queue" not in text(browser(verifier).get(QUEUE))
    time_machine.move_to(TUESDAY + timedelta(days=2), tick=False)

    page = text(browser(verifier).get(QUEUE))

    assert "Received 24 November" in page
    assert "2 working days in the queue" in page


def test_what_the_bureau_has_returned_is_due_as_what_a_host_has_submitted(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=1)
    returned = case_at(Status.RETURNED_TO_PROVIDER, of=of)
    case_at(Status.RETURNED_TO_HOST, of=of)
    client = browser(staff(of))
    assert listed(client, tab="due") == []

    for days, tab in ((1, "due"), (2, "late")):
        time_machine.move_to(TUESDAY + timedelta(days=days), tick=False)
        assert listed(client, tab=tab) == numbers(returned)


def test_what_is_on_hold_is_due_all_the_same(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=1)
    verifier = staff(of)
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    assignment.pause(case.filing.pk, verifier, until=date(2026, 12, 4), reason="等材料")

    for days, tab in ((1, "due"), (2, "late")):
        time_machine.move_to(TUESDAY + timedelta(days=days), tick=False)
        assert listed(browser(verifier), tab=tab) == numbers(case)


def test_without_a_promise_nothing_is_due_and_the_page_says_where_it_is_set():
    of, verifier, _chief = house()
    case_at(Status.WITH_PROVIDER, of=of)

    for tab in ("due", "late"):
        assert "has not promised a verification time" in text(browser(verifier).get(QUEUE, {"tab": tab}))


# --- Search -----------------------------------------------------------------------------------------


def searched(client: Client, typed: str) -> list[int]:
    return listed(client, q=typed)


def test_one_box_finds_a_filing_by_whatever_people_have_at_hand():
    of, verifier, _chief = house()
    case = Case(of=of, websites=2).submit().verify().approve()
    Case(of=of).submit()
    values, number = case.filing.facts, str(case.filing.subject.number)
    name, domain = case.filing.subject_name, case.filing.domain
    second = values["websites"][1]
    client = browser(verifier)

    for typed in (
        number,
        f"{number}-1",
        number.lower().replace("号", ""),
        domain,
        f"https://www.{domain}/index.html?a=1#top",
        f"shop.{domain.upper()}",
        second["domain"],
        domain.partition(".")[0],
        name,
        name[2:6],
        f" {name[:3]} {name[3:5]} ",
        second["name"],
        values["subject"]["cert_number"][-4:],
        values["subject"]["cert_number"][-4:].lower(),
        values["responsible"]["cert_number"][-4:],
        str(case.filing.pk),
        f" {case.filing.pk} ",
    ):
        assert (typed, case.filing.pk in searched(client, typed)) == (typed, True)


def looked_up(client: Client, typed: str) -> HttpResponse:
    """Type into the search box and press Search."""
    return client.post(reverse("provider_desk:search"), {"q": typed})


def test_a_full_certificate_number_finds_its_filings_and_stands_in_no_url(caplog):
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    Case(of=of).submit()
    case_at(Status.WITH_PROVIDER)  # another provider's
    client = browser(verifier)
    values = case.filing.facts

    for number in (values["subject"]["cert_number"], values["responsible"]["cert_number"]):
        for typed in (number, number.lower(), f" {number[:6]} {number[6:]} "):
            url = looked_up(client, typed)["Location"]
            page = text(client.get(url))
            assert [number in one for one in (url, page, caplog.text)] == [False, False, False]
            assert str(case.filing.pk) in re.findall(r'name="filing" value="(\d+)"', page)
            assert "of your provider for “the certificate number entered”" in page
            assert case.filing.pk in listed(client, **QueryDict(url.partition("?")[2]).dict())  # on reload
        sent = {"act": "export", "view": url.partition("?")[2]}
        _head, *lines = sheet_of(client.post(reverse("provider_desk:bulk"), sent))
        assert case.filing.pk in [line[0] for line in lines]
        assert not any(number in export.query for export in Export.objects.all())


def test_a_number_on_no_certificate_finds_nothing_and_another_desk_s_key_neither():
    of, verifier, _chief = house()
    case, stranger = case_at(Status.WITH_PROVIDER, of=of), staff(provider())
    client, number = browser(verifier), case.filing.get("subject.cert_number")
    urls = {
        looked_up(client, "110101199003078515")["Location"]: client,
        looked_up(client, number)["Location"]: browser(stranger),
        looked_up(browser(stranger), number)["Location"]: client,
    }

    for url, who in urls.items():
        assert "No filing of your provider for “the certificate number entered”" in text(who.get(url))


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 19, "9" * 40, "１"])
def test_a_key_that_is_none_is_answered(key):
    client = browser(staff(provider()))

    assert client.get(QUEUE, {"certificate": key}).status_code == 200


def test_what_is_no_certificate_stands_in_the_url_as_it_was_typed():
    client = browser(staff(provider()))

    for typed in ("京ICP备2026000001号-1", "示例科技", "demo-1.cn", "18", "备案单18", "1234", "", "号" * 300, "a\x00b"):
        answer = looked_up(client, typed)
        assert (typed, answer.status_code, "certificate" in answer["Location"]) == (typed, 302, False)
        assert client.get(answer["Location"]).status_code == 200


def test_a_person_is_found_by_the_whole_name():
    of, verifier, _chief = house()
    case = Case(of=of, same=False)
    paths = {"responsible.name": "欧阳鲸落"}
    services.save_facts(case.filing.pk, case.host, paths, version=None)
    case.refresh().submit()
    client = browser(verifier)

    assert searched(client, "欧阳鲸落") == searched(client, " 欧阳 鲸落 ") == numbers(case)
    assert searched(client, "欧阳鲸") == []


def test_a_filing_s_id_comes_first_however_it_is_written():
    of, verifier, _chief = house()
    first, later = case_at(Status.WITH_PROVIDER, of=of), Case(of=of)
    name = f"第{first.filing.pk:04d}号科技有限公司"
    services.save_facts(later.filing.pk, later.host, {"subject.name": name}, version=None)
    later.refresh().submit()
    client = browser(verifier)

    assert searched(client, f"{first.filing.pk:04d}") == numbers(first, later)
    for typed in ("备案单%d", "备案单 %d", "Filing %d", "#%d", "备案单编号：%d"):
        assert (typed, searched(client, typed % first.filing.pk)) == (typed, numbers(first))


def test_a_chinese_domain_is_found_as_people_write_it():
    of, verifier, _chief = house()
    case = Case(of=of)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "例子.中国"}, version=None)
    services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "www.例子.中国"}, version=None)
    case.refresh().submit()
    client = browser(verifier)

    for typed in ("例子.中国", "www.例子.中国", "xn--fsqu00a.xn--fiqs8s", "例子"):
        assert (typed, searched(client, typed)) == (typed, numbers(case))


def test_a_search_finds_no_more_than_the_name_says():
    of, verifier, _chief = house()
    case = Case(of=of)
    services.save_facts(case.filing.pk, case.host, {"subject.name": "上海鲸落砚科技有限公司"}, version=None)
    case.refresh().submit()
    client = browser(verifier)

    assert searched(client, "鲸落砚") == numbers(case)
    assert searched(client, "落鲸") == []
    assert searched(client, "鲸落有限") == []  # each pair stands in the name, the whole does not


def test_what_was_mended_is_found_by_its_new_words_once_it_is_handed_on():
    of, verifier, _chief = house()
    case = case_at(Status.RETURNED_TO_HOST, of=of)
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.name": "上海极光示例有限公司"}, version=None)
    client = browser(verifier)
    assert searched(client, "极光示例") == []

    case.refresh().submit()

    assert searched(client, "极光示例") == numbers(case)


HOSTILE = [
    "\t\u200b\t",
    "%",
    "_%",
    "'",
    "号" * 300,
    "京ICP备号",
    "9" * 40,
    "-9",
    "http://",
    "..",
    "[::1]",
    "１２３４",
    "\N{GRINNING FACE}\N{GRINNING FACE}",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_whatever_is_typed_gets_an_answer(typed):
    of, verifier, _chief = house()
    case_at(Status.WITH_PROVIDER, of=of, invented=1)  # whose name and domain hold no 9
    response = browser(verifier).get(QUEUE, {"q": typed})

    assert response.status_code == 200
    assert 'name="filing"' not in text(response)
    assert "No filing of your provider" in text(response) or "notice" in text(response)


def test_an_empty_answer_says_what_can_be_looked_for():
    page = text(browser(staff(provider())).get(QUEUE, {"q": "没有这个名字"}))

    assert "No filing of your provider for “没有这个名字”" in page
    assert "at least two characters of a name" in page


# --- Filters and views under a name -----------------------------------------------------------------


def test_filters_narrow_a_tab_and_stay_when_the_tab_changes(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(provinces=["110000", GUANGDONG])
    verifier = staff(of)
    old = Case(of=of).submit()
    time_machine.move_to(TUESDAY + timedelta(days=3), tick=False)
    person, southern = Case(of=of, individual=True).submit(), Case(of=of, province=GUANGDONG).submit()
    client = browser(verifier)

    assert listed(client, tab="work", nature="5") == numbers(person)
    assert listed(client, tab="work", province=GUANGDONG) == numbers(southern)
    assert listed(client, tab="work", age="3") == numbers(old)
    assert listed(client, tab="work", kind="new_filing") == numbers(old, person, southern)
    assert listed(client, tab="work", province=GUANGDONG, nature="5") == []
    assert f"?tab=bureau&province={GUANGDONG}" in text(client.get(QUEUE, {"tab": "work", "province": GUANGDONG}))
    assert listed(client, tab="work", province="nowhere", nature="x", age="-1", kind="x") == numbers(
        old, person, southern
    )


def keep(client: Client, name: str, view: str) -> HttpResponse:
    return client.post(reverse("provider_desk:save_filter"), {"name": name, "view": view}, follow=True)


def test_a_view_is_kept_found_again_and_deleted():
    client = browser(staff(provider()))

    page = keep(client, "广东单位", f"tab=work&province={GUANGDONG}&nature=4&after=zzz&evil=1")

    saved = SavedFilter.objects.get()
    assert saved.query == f"tab=work&nature=4&province={GUANGDONG}"
    assert f'href="?{saved.query}"' in text(page)
    client.post(reverse("provider_desk:delete_filter", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_views_are_one_s_own_and_few(monkeypatch):
    monkeypatch.setattr(queue, "MOST_SAVED", 2)
    of, verifier, _chief = house()
    client, colleague = browser(verifier), browser(staff(of))
    for name in ("一", "二", "二"):
        keep(client, name, "tab=work")

    assert "at most 2 views" in text(keep(client, "三", "tab=work"))
    assert SavedFilter.objects.count() == 2
    saved = SavedFilter.objects.first()
    assert "一" not in re.findall(r'href="\?tab=work"[^>]*>([^<]+)</a>', text(colleague.get(QUEUE)))
    assert colleague.post(reverse("provider_desk:delete_filter", args=[saved.pk])).status_code == 404
    assert SavedFilter.objects.count() == 2


@pytest.mark.parametrize("name", ["", " ", "\x00", "长" * 41])
def test_a_view_needs_a_name(name):
    client = browser(staff(provider()))
    keep(client, name, "tab=work")
    assert not SavedFilter.objects.exists()


# --- One filing -------------------------------------------------------------------------------------


def test_a_filing_is_handed_over_through_its_page():
    of, verifier, _chief = house()
    colleague, case = staff(of), case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    client, url = browser(verifier), reverse("provider_desk:hand_over", args=numbers(case))

    assert url in text(client.get(QUEUE))
    response = client.post(url, {"to": colleague.user_id, "note": "只差拍照"})

    assert response.status_code == 302
    assert case.refresh().filing.claimant_id() == colleague.user_id
    assert listed(browser(colleague), tab="mine") == numbers(case)
    assert "只差拍照" in text(browser(colleague).get(reverse("provider_desk:verify", args=numbers(case))))


def test_a_refused_act_keeps_what_was_typed():
    of, verifier, _chief = house()
    colleague, case = staff(of), case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    client = browser(verifier)
    Filing.objects.update(claimed_until=timezone.now())

    page = client.post(
        reverse("provider_desk:hand_over", args=numbers(case)), {"to": colleague.user_id, "note": "长长的说明"}
    )

    assert page.status_code == 200
    assert "Claim it again" in text(page)
    assert "长长的说明" in text(page)


def test_no_stranger_is_offered_or_taken_as_a_colleague():
    of, verifier, _chief = house()
    stranger, case = staff(provider()), case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    client, url = browser(verifier), reverse("provider_desk:hand_over", args=numbers(case))

    for to in (stranger.user_id, verifier.user_id, "", "x", "9" * 30, "\x00"):
        assert stranger.name not in text(client.get(url))
        assert client.post(url, {"to": to, "note": ""}).status_code == 200
    assert case.refresh().filing.claimant_id() == verifier.user_id


def test_taking_over_is_offered_to_supervisors_alone():
    of, verifier, chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    url = reverse("provider_desk:take_over", args=numbers(case))

    assert browser(staff(of)).get(url).status_code == 404
    assert browser(staff(of)).post(url).status_code == 404
    assert browser(staff(provider(), StaffRole.ADMINISTRATOR)).post(url).status_code == 404
    assert case.refresh().filing.claimant_id() == verifier.user_id
    assert url not in text(browser(staff(of)).get(QUEUE, {"tab": "colleagues"}))
    assert url in text(browser(chief).get(QUEUE, {"tab": "colleagues"}))
    assert verifier.name in text(browser(chief).get(url))
    assert browser(chief).post(url).status_code == 302
    assert case.refresh().filing.claimant_id() == chief.user_id


BAD_HOLDS = [
    ("", "等材料"),
    ("2026-02-30", "等材料"),
    ("1999-01-01", "等材料"),
    ("9999-12-31", "等材料"),
    ("x\x00", "y"),
]


@pytest.mark.parametrize(("until", "reason"), BAD_HOLDS)
def test_a_bad_hold_is_answered_and_the_reason_kept(until, reason):
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)

    page = browser(verifier).post(
        reverse("provider_desk:pause", args=numbers(case)), {"until": until, "reason": reason}
    )

    assert page.status_code == 200
    assert reason in text(page)
    assert not case.refresh().filing.is_paused


def test_a_hold_shows_its_reason_in_the_queue_and_nowhere_to_the_host():
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    until = timezone.localdate() + timedelta(days=2)

    browser(verifier).post(
        reverse("provider_desk:pause", args=numbers(case)), {"until": until.isoformat(), "reason": "内部：等主管"}
    )

    assert "内部：等主管" in text(browser(staff(of)).get(QUEUE, {"tab": "hold"}))
    host = browser(case.host)
    for name in ("filings:status", "filings:rounds", "filings:home"):
        args = [] if name == "filings:home" else numbers(case)
        page = text(host.get(reverse(name, args=args)))
        assert "等主管" not in page
        assert "on hold" not in page


# --- Several at once --------------------------------------------------------------------------------


def bulk(client: Client, act: str, chosen: Iterable[object], **more: object) -> HttpResponse:
    return client.post(reverse("provider_desk:bulk"), {"act": act, "filing": list(chosen), "view": "tab=work", **more})


def test_a_supervisor_gives_out_several_and_is_told_of_each_that_was_refused():
    of, verifier, chief = house()
    one, two, gone = case_at(Status.WITH_PROVIDER, of=of), Case(of=of).submit(), case_at(Status.WITH_BUREAU, of=of)
    stranger = case_at(Status.WITH_PROVIDER)

    page = bulk(browser(chief), "assign", numbers(one, two, gone, stranger), to=verifier.user_id)

    assert listed(browser(verifier), tab="mine") == numbers(one, two)
    words = dict(re.findall(r"<td[^>]*>(\d+)</td>\s*<td[^>]*>(.*?)</td>", text(page), re.S))
    assert {int(pk): "tone-done" in what for pk, what in words.items()} == {
        one.filing.pk: True,
        two.filing.pk: True,
        gone.filing.pk: False,
        stranger.filing.pk: False,
    }
    assert "There is no such filing" in words[str(stranger.filing.pk)]
    assert stranger.refresh().filing.claimed_by is None


def test_verifiers_give_nothing_out_and_strangers_are_given_nothing():
    of, verifier, chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)

    bulk(browser(verifier), "assign", numbers(case), to=verifier.user_id)
    for to in (staff(provider()).user_id, case.filing.host_id, "", "x", "9" * 30):
        bulk(browser(chief), "assign", numbers(case), to=to)

    assert case.refresh().filing.claimed_by is None


def test_hosts_are_reminded_from_the_queue_once_a_day():
    of, verifier, _chief = house()
    case = case_at(Status.RETURNED_TO_HOST, of=of)
    Email.objects.all().delete()
    client = browser(verifier)
    assert "Remind the host" in text(client.get(QUEUE, {"tab": "host"}))

    assert bulk(client, "remind", numbers(case)).status_code == 302
    again = bulk(client, "remind", numbers(case))

    assert "has already been reminded of this filing today" in text(again)
    assert "Reminded today" in text(client.get(QUEUE, {"tab": "host"}))
    assert Email.objects.count() == 1


@pytest.mark.parametrize("chosen", [[], ["x"], ["\x00"], ["9" * 30], ["-1"], ["１"]])
def test_without_a_choice_nothing_is_done(chosen):
    client = browser(staff(provider(), StaffRole.SUPERVISOR))

    for act in ("assign", "remind"):
        assert bulk(client, act, chosen).status_code == 302
    assert bulk(client, "delete", chosen).status_code == 404
    assert bulk(client, "", [1]).status_code == 404


def test_after_several_one_is_back_at_one_s_view_and_never_elsewhere():
    client = browser(staff(provider()))

    for view in ("tab=work&nature=4", "tab=work&nature=4&next=//evil.example", "//evil.example?tab=work&nature=4"):
        response = client.post(reverse("provider_desk:bulk"), {"act": "remind", "view": view})
        assert response["Location"].startswith(f"{QUEUE}?")
        assert "evil" not in response["Location"]


def everything(client: Client, act: str, view: str, **more: object) -> HttpResponse:
    """Press a button with “All … of this view” ticked."""
    return client.post(reverse("provider_desk:bulk"), {"act": act, "all": "1", "view": view, **more}, follow=True)


def test_all_filings_of_the_filter_are_given_out_not_only_the_page_s(monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 1)
    of, verifier, chief = house()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(3)]
    person = Case(of=of, individual=True).submit()  # outside the filter
    case_at(Status.WITH_PROVIDER)  # another provider's
    nature = cases[0].filing.subject_nature
    client = browser(chief)
    shown = text(client.get(QUEUE, {"tab": "work", "nature": nature}))
    assert "All 3 of this view" in shown

    page = everything(client, "assign", f"tab=work&nature={nature}", to=verifier.user_id, filing=numbers(person))

    assert f"3 filings assigned to {verifier.name}." in text(page)
    assert list(Filing.objects.filter(claimed_by=verifier.user_id).order_by("pk")) == [case.filing for case in cases]


def test_one_press_acts_on_so_many_and_says_how_many_are_left(monkeypatch):
    monkeypatch.setattr(queue_acts, "MOST_AT_ONCE", 2)
    of, verifier, chief = house()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(5)]

    page = everything(browser(chief), "assign", "tab=work", to=verifier.user_id)

    assert f"2 filings assigned to {verifier.name}." in text(page)
    assert "At most 2 filings at once: 3 of this view are left." in text(page)
    assert listed(browser(verifier), tab="mine") == numbers(*cases[:2])


def test_each_refusal_of_all_is_shown():
    of, _verifier, _chief = house()
    case, again = (case_at(Status.RETURNED_TO_HOST, of=of) for _n in range(2))
    client = browser(staff(of))
    bulk(client, "remind", numbers(again))

    page = text(everything(client, "remind", "tab=host"))

    assert "One host reminded." in page
    assert page.count("has already been reminded of this filing today") == 1
    assert case.refresh().filing.nudged_on == timezone.localdate()


def test_all_of_a_search_or_of_nothing():
    of, verifier, chief = house()
    case, other = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    client = browser(chief)

    everything(client, "assign", urlencode({"q": case.filing.domain}), to=verifier.user_id)
    assert [one.refresh().filing.claimed_by_id for one in (case, other)] == [verifier.user_id, None]
    assert "Choose at least one filing." in text(everything(client, "assign", "tab=hold", to=verifier.user_id))
    assert everything(client, "assign", "tab=nothing", to=verifier.user_id).status_code == 404
    _head, *lines = sheet_of(everything(client, "export", "tab=work", filing=numbers(case)))
    assert [line[0] for line in lines] == numbers(other)


def test_a_verifier_gives_nothing_out_by_all_either():
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)

    page = everything(browser(verifier), "assign", "tab=work", to=verifier.user_id)

    assert "Only a supervisor or an administrator may do this." in text(page)
    assert case.refresh().filing.claimed_by is None


# --- How it looks -----------------------------------------------------------------------------------


def shaped(client: Client, **said: object) -> HttpResponse:
    return client.post(
        reverse("provider_desk:look"), {f"look-{name}": what for name, what in said.items()} | {"view": "tab=work"}
    )


def columns_of(client: Client) -> list[str]:
    return re.findall(r'<th scope="col" class="queue-(\w+)"', text(client.get(QUEUE, {"tab": "work"})))


def test_rows_and_columns_are_kept_for_each_person():
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    for number in range(29):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.save(force_insert=True)
    client, colleague = browser(verifier), browser(staff(of))
    assert len(listed(client, tab="work")) == 25

    answer = shaped(client, page_size="50", columns=["host", "due"])

    assert answer["Location"] == f"{QUEUE}?tab=work"
    assert len(listed(client, tab="work")) == 30
    assert columns_of(client) == ["choose", "filing", "host", "due", "step"]
    assert 'data-label="Claimed by"' not in text(client.get(QUEUE, {"tab": "work"}))
    assert len(listed(colleague, tab="work")) == 25
    assert columns_of(colleague) == ["choose", "filing", "host", "where", "due", "holder", "step"]

    shaped(client, page_size="25", columns=["where"])
    assert columns_of(client) == ["choose", "filing", "where", "step"]
    assert QueueLook.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [{}, {"page_size": "26"}, {"page_size": "-1"}, {"page_size": "x\x00"}, {"page_size": "25", "columns": ["facts"]}],
)
def test_another_look_is_refused(said):
    client = browser(staff(provider()))

    assert shaped(client, **said).status_code == 302

    assert "Choose the rows per page and the columns from the list." in text(client.get(QUEUE, {"tab": "work"}))
    assert not QueueLook.objects.exists()


# --- Export -----------------------------------------------------------------------------------------


def sheet_of(response: HttpResponse) -> list[tuple[object, ...]]:
    assert response.status_code == 200
    return list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))


def test_an_export_holds_what_the_view_shows_masked_and_on_record():
    of, verifier, _chief = house()
    one, two = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    case_at(Status.WITH_BUREAU, of=of)
    case_at(Status.WITH_PROVIDER)
    client = browser(verifier)

    response = client.post(reverse("provider_desk:bulk"), {"act": "export", "view": "tab=work"})

    head, *lines = sheet_of(response)
    assert [line[0] for line in lines] == numbers(one, two)
    assert lines[0][1] == one.filing.subject_name
    assert head[0] == "Filing"
    for case in (one, two):
        for secret in (
            case.filing.get("subject.cert_number"),
            case.filing.get("responsible.mobile"),
            case.filing.get("responsible.cert_number"),
        ):
            assert not any(secret in str(cell) for line in lines for cell in line)
    kept = Export.objects.get()
    assert (kept.user_id, kept.count, kept.filing_ids, kept.query) == (
        verifier.user_id,
        2,
        numbers(one, two),
        "tab=work",
    )
    assert "no-store" in response["Cache-Control"]
    assert "attachment" in response["Content-Disposition"]


def test_chosen_filings_alone_are_exported_and_never_a_stranger_s():
    of, verifier, _chief = house()
    one, _two = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    stranger = case_at(Status.WITH_PROVIDER)

    _head, *lines = sheet_of(bulk(browser(verifier), "export", numbers(one, stranger)))

    assert [line[0] for line in lines] == numbers(one)


def test_a_search_is_exported_as_it_was_found():
    of, verifier, _chief = house()
    case, stranger = case_at(Status.FILED, of=of), case_at(Status.FILED)
    client = browser(verifier)

    for found, expected in ((case, numbers(case)), (stranger, [])):
        view = f"q={found.filing.domain}"
        _head, *lines = sheet_of(client.post(reverse("provider_desk:bulk"), {"act": "export", "view": view}))
        assert [line[0] for line in lines] == expected


def test_an_export_ends_at_its_limit_and_says_so(monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 1)
    of, verifier, _chief = house()
    one, _two = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))

    _head, *lines = sheet_of(
        browser(verifier).post(reverse("provider_desk:bulk"), {"act": "export", "view": "tab=work"})
    )

    assert lines[0][0] == one.filing.pk
    assert "the first 1" in str(lines[1][0])
    assert Export.objects.get().count == 1


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_nothing_in_an_export_is_a_formula(name):
    of, verifier, _chief = house()
    case = case_at(Status.WITH_PROVIDER, of=of)
    Filing.objects.update(subject_name=name)

    response = bulk(browser(verifier), "export", numbers(case))

    cell = load_workbook(BytesIO(response.content)).active.cell(row=2, column=2)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert str(cell.value).strip() == name.strip()


# --- Nobody else's ----------------------------------------------------------------------------------


def test_no_tab_filter_search_view_or_export_reaches_another_provider_s_filing():
    _of, _verifier, chief = house()
    strangers = [case_at(status) for status in Status if status != Status.LAPSED]
    client = browser(chief)
    typed = set()
    for case in strangers:
        values = case.filing.facts
        typed |= {
            str(case.filing.pk),
            case.filing.domain,
            case.filing.subject_name,
            case.filing.subject_name[:3],
            values["websites"][0]["name"],
            values["subject"]["cert_number"][-4:],
        }
        if case.filing.subject:
            typed.add(str(case.filing.subject.number))
    views = [
        *({"tab": tab, "nature": nature} for tab in tabs.BY_ID for nature in ("", "4", "5")),
        *({"tab": tab, "province": "110000", "age": "1"} for tab in tabs.BY_ID),
        *({"q": text} for text in typed),
    ]
    domains = [case.filing.domain for case in strangers]

    for view in views:
        page = text(client.get(QUEUE, view))
        assert (view, 'name="filing" value' in page) == (view, False)
        assert not [domain for domain in domains if domain in page and domain != view.get("q")]
        query = "&".join(f"{name}={value}" for name, value in view.items())
        _head, *lines = sheet_of(client.post(reverse("provider_desk:bulk"), {"act": "export", "view": query}))
        assert (view, lines) == (view, [])
    assert all(export.count == 0 for export in Export.objects.all())
    for case in strangers:
        for name in ("hand_over", "pause", "take_over"):
            url = reverse(f"provider_desk:{name}", args=numbers(case))
            assert [client.get(url).status_code, client.post(url).status_code] == [404, 404]
