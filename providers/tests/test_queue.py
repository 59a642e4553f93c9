"""The provider's queue: tabs and counts, search, filters, claim, reassign, actions on several, export."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from post_office.models import Email

from accounts.models import User
from desks.staff import queue
from filings import services
from filings.actors import Actor
from filings.models import Export, Filing, SavedFilter
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, provider, staff
from providers import export, tabs
from providers.models import Provider, StaffRole

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


# --- The promise ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due", "words"),
    [(26, False, "1 working day left"), (27, True, "due today"), (30, True, "1 working day late")],
)
def test_a_filing_is_due_on_the_working_day_the_provider_promised(time_machine, day, due, words):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=3)
    verifier = staff(of)
    case = case_at(Status.WITH_PROVIDER, of=of)
    time_machine.move_to(datetime(2026, 11, day, 9, 0, tzinfo=TUESDAY.tzinfo), tick=False)
    client = browser(verifier)

    assert listed(client, tab="due") == (numbers(case) if due else [])
    assert words in text(client.get(QUEUE, {"tab": "work"}))
    assert 'max="3"' in text(client.get(QUEUE, {"tab": "work"}))


def test_what_the_bureau_has_returned_is_due_as_what_a_host_has_submitted(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=1)
    returned = case_at(Status.RETURNED_TO_PROVIDER, of=of)
    case_at(Status.RETURNED_TO_HOST, of=of)
    client = browser(staff(of))
    assert listed(client, tab="due") == []
    time_machine.move_to(TUESDAY + timedelta(days=1), tick=False)

    assert listed(client, tab="due") == numbers(returned)


def test_what_is_on_hold_is_due_all_the_same(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=1)
    verifier = staff(of)
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    assignment.pause(case.filing.pk, verifier, until=date(2026, 12, 4), reason="等材料")
    time_machine.move_to(TUESDAY + timedelta(days=1), tick=False)

    assert listed(browser(verifier), tab="due") == numbers(case)


def test_without_a_promise_nothing_is_due_and_the_page_says_where_it_is_set():
    of, verifier, _chief = house()
    case_at(Status.WITH_PROVIDER, of=of)

    page = browser(verifier).get(QUEUE, {"tab": "due"})

    assert "has not promised a verification time" in text(page)
    assert "<meter" not in text(browser(verifier).get(QUEUE))


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
