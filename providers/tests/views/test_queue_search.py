"""Searching the provider's queue, its filters, and the views that staff save."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse

from desks.staff import queue
from filings import services
from filings.lookup import search
from filings.models import Export, SavedFilter
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, client_of, provider, staff
from providers.tests.queue_pages import QUEUE, TUESDAY, access_provider, keep, listed, numbers, sheet_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- Search -----------------------------------------------------------------------------------------


def searched(client: Client, typed: str) -> list[int]:
    return listed(client, q=typed)


def test_one_box_finds_a_filing_by_whatever_people_have_at_hand():
    of, verifier, _chief = access_provider()
    case = Case(of=of, websites=2).submit().verify().approve()
    Case(of=of).submit()
    values, number = case.filing.facts, str(case.filing.subject.number)
    name, domain = case.filing.subject_name, case.filing.domain
    second = values["websites"][1]
    client = client_of(verifier)

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
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    Case(of=of).submit()
    case_at(Status.WITH_PROVIDER)  # another provider's
    client = client_of(verifier)
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


@pytest.mark.parametrize(("most", "more"), [(2, False), (1, True)])
def test_a_search_says_that_there_are_more_only_when_more_are_found(most, more, monkeypatch):
    of, verifier, _chief = access_provider()
    first, second = case_at(Status.WITH_PROVIDER, of=of), Case(of=of)
    responsible = first.filing.facts["responsible"]
    values = {f"responsible.{name}": responsible[name] for name in ("name", "cert_type", "cert_number")}
    services.save_facts(second.filing.pk, second.host, values, version=None)
    second.refresh().submit()
    monkeypatch.setattr(search, "MOST_FOUND", most)
    client = client_of(verifier)

    page = text(client.get(looked_up(client, responsible["cert_number"])["Location"]))

    assert len(set(re.findall(r'name="filing" value="(\d+)"', page))) == most
    assert ("There are more" in page) is more


def test_a_number_on_no_certificate_finds_nothing_and_another_desk_s_key_neither():
    of, verifier, _chief = access_provider()
    case, stranger = case_at(Status.WITH_PROVIDER, of=of), staff(provider())
    client, number = client_of(verifier), case.filing.get("subject.cert_number")
    urls = {
        looked_up(client, "110101199003078515")["Location"]: client,
        looked_up(client, number)["Location"]: client_of(stranger),
        looked_up(client_of(stranger), number)["Location"]: client,
    }

    for url, who in urls.items():
        assert "No filing of your provider for “the certificate number entered”" in text(who.get(url))


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 19, "9" * 40, "１"])
def test_a_key_that_is_none_is_answered(key):
    client = client_of(staff(provider()))

    assert client.get(QUEUE, {"certificate": key}).status_code == 200


def test_what_is_no_certificate_stands_in_the_url_as_it_was_typed():
    client = client_of(staff(provider()))

    for typed in ("京ICP备2026000001号-1", "示例科技", "demo-1.cn", "18", "备案单18", "1234", "", "号" * 300, "a\x00b"):
        answer = looked_up(client, typed)
        assert (typed, answer.status_code, "certificate" in answer["Location"]) == (typed, 302, False)
        assert client.get(answer["Location"]).status_code == 200


def test_a_person_is_found_by_the_whole_name():
    of, verifier, _chief = access_provider()
    case = Case(of=of, same=False)
    paths = {"responsible.name": "欧阳鲸落"}
    services.save_facts(case.filing.pk, case.host, paths, version=None)
    case.refresh().submit()
    client = client_of(verifier)

    assert searched(client, "欧阳鲸落") == searched(client, " 欧阳 鲸落 ") == numbers(case)
    assert searched(client, "欧阳鲸") == []


def test_a_filing_s_id_comes_first_however_it_is_written():
    of, verifier, _chief = access_provider()
    first, later = case_at(Status.WITH_PROVIDER, of=of), Case(of=of)
    name = f"第{first.filing.pk:04d}号科技有限公司"
    services.save_facts(later.filing.pk, later.host, {"subject.name": name}, version=None)
    later.refresh().submit()
    client = client_of(verifier)

    assert searched(client, f"{first.filing.pk:04d}") == numbers(first, later)
    for typed in ("备案单%d", "备案单 %d", "Filing %d", "#%d", "备案单编号：%d"):
        assert (typed, searched(client, typed % first.filing.pk)) == (typed, numbers(first))


def test_a_chinese_domain_is_found_as_people_write_it():
    of, verifier, _chief = access_provider()
    case = Case(of=of)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "例子.中国"}, version=None)
    services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "www.例子.中国"}, version=None)
    case.refresh().submit()
    client = client_of(verifier)

    for typed in ("例子.中国", "www.例子.中国", "xn--fsqu00a.xn--fiqs8s", "例子"):
        assert (typed, searched(client, typed)) == (typed, numbers(case))


def test_a_search_finds_no_more_than_the_name_says():
    of, verifier, _chief = access_provider()
    case = Case(of=of)
    services.save_facts(case.filing.pk, case.host, {"subject.name": "上海鲸落砚科技有限公司"}, version=None)
    case.refresh().submit()
    client = client_of(verifier)

    assert searched(client, "鲸落砚") == numbers(case)
    assert searched(client, "落鲸") == []
    assert searched(client, "鲸落有限") == []  # each pair stands in the name, the whole does not


def test_what_was_corrected_is_found_by_its_new_words_once_it_is_handed_on():
    of, verifier, _chief = access_provider()
    case = case_at(Status.RETURNED_TO_HOST, of=of)
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.name": "上海极光示例有限公司"}, version=None)
    client = client_of(verifier)
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
    of, verifier, _chief = access_provider()
    case_at(Status.WITH_PROVIDER, of=of, invented=1)  # whose name and domain hold no 9
    response = client_of(verifier).get(QUEUE, {"q": typed})

    assert response.status_code == 200
    assert 'name="filing"' not in text(response)
    assert "No filing of your provider" in text(response) or "notice" in text(response)


def test_an_empty_answer_says_what_can_be_looked_for():
    page = text(client_of(staff(provider())).get(QUEUE, {"q": "没有这个名字"}))

    assert "No filing of your provider for “没有这个名字”" in page
    assert "at least 2 characters of a name" in page


# --- Filters and views under a name -----------------------------------------------------------------


def test_filters_narrow_a_tab_and_stay_when_the_tab_changes(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(provinces=["110000", GUANGDONG])
    verifier = staff(of)
    old = Case(of=of).submit()
    time_machine.move_to(TUESDAY + timedelta(days=3), tick=False)
    person, southern = Case(of=of, individual=True).submit(), Case(of=of, province=GUANGDONG).submit()
    client = client_of(verifier)

    assert listed(client, tab="work", nature="5") == numbers(person)
    assert listed(client, tab="work", province=GUANGDONG) == numbers(southern)
    assert listed(client, tab="work", age="3") == numbers(old)
    assert listed(client, tab="work", kind="new_filing") == numbers(old, person, southern)
    assert listed(client, tab="work", province=GUANGDONG, nature="5") == []
    assert f"?tab=bureau&province={GUANGDONG}" in text(client.get(QUEUE, {"tab": "work", "province": GUANGDONG}))
    assert listed(client, tab="work", province="nowhere", nature="x", age="-1", kind="x") == numbers(
        old, person, southern
    )


def test_a_view_is_kept_found_again_and_deleted():
    client = client_of(staff(provider()))

    page = keep(client, "广东单位", f"tab=work&province={GUANGDONG}&nature=4&after=zzz&evil=1")

    saved = SavedFilter.objects.get()
    assert saved.query == f"tab=work&nature=4&province={GUANGDONG}"
    assert f'href="?{saved.query}"' in text(page)
    client.post(reverse("provider_desk:delete_filter", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_views_are_one_s_own_and_few(monkeypatch):
    monkeypatch.setattr(queue, "MOST_SAVED", 2)
    of, verifier, _chief = access_provider()
    client, colleague = client_of(verifier), client_of(staff(of))
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
    client = client_of(staff(provider()))
    keep(client, name, "tab=work")
    assert not SavedFilter.objects.exists()
