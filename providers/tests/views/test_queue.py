"""The provider's queue: tabs and counts, how it is shown, and that no other provider's filings are in it."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desks.staff import queue
from filings import services
from filings.evidence import documents
from filings.models import Export, Filing, QueueLook
from filings.moves import assignment
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import case_at, client_of, provider, staff
from providers import tabs
from providers.tests.queue_pages import QUEUE, access_provider, count_of, listed, numbers, sheet_of, text
from records import spot_checks
from records.legal_grounds import Act, Scope
from records.models import OrderTask
from records.orders import making
from records.orders.making import OrderDraft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- Tabs -------------------------------------------------------------------------------------------


def test_each_filing_lies_under_its_tab_and_is_counted_there():
    of, verifier, _chief = access_provider()
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
    client = client_of(verifier)

    for tab in tabs.BY_ID:
        expected = numbers(places[tab]) if tab in places else []
        assert (tab, listed(client, tab=tab)) == (tab, expected)
        assert (tab, count_of(client, tab)) == (tab, str(len(expected)))


def test_one_begins_with_one_s_own_work_and_without_any_with_what_nobody_has():
    of, verifier, _chief = access_provider()
    free, mine = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    client = client_of(verifier)
    assert listed(client) == numbers(free, mine)

    services.claim(mine.filing.pk, verifier)

    assert listed(client) == numbers(mine)


def test_when_a_lease_has_ended_the_row_says_so_and_both_may_go_on():
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    Filing.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))

    own, colleague = client_of(verifier), client_of(staff(of))

    assert listed(own, tab="mine") == numbers(case)
    assert "your claim expired at" in text(own.get(QUEUE, {"tab": "mine"}))
    assert listed(colleague, tab="work") == numbers(case)
    colleague.post(reverse("provider_desk:claim", args=numbers(case)))
    assert listed(own, tab="mine") == []


def test_counts_go_no_further_than_their_limit(monkeypatch):
    monkeypatch.setattr(queue, "MOST_COUNTED", 1)
    of, verifier, _chief = access_provider()
    for _n in range(3):
        case_at(Status.WITH_PROVIDER, of=of)

    assert count_of(client_of(verifier), "work") == "1+"


@pytest.mark.parametrize("query", ["tab=nothing", "tab=", "tab=mine&tab=nothing"])
def test_a_tab_nobody_knows_is_not_there(query):
    assert client_of(staff(provider())).get(f"{QUEUE}?{query}").status_code == 404


def test_what_the_bureau_waits_for_stands_above_every_tab_and_search():
    case = case_at(Status.FILED)
    client = client_of(case.staff)

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


# --- How it looks -----------------------------------------------------------------------------------


def shaped(client: Client, **said: object) -> HttpResponse:
    return client.post(
        reverse("provider_desk:look"), {f"look-{name}": what for name, what in said.items()} | {"view": "tab=work"}
    )


def columns_of(client: Client) -> list[str]:
    return re.findall(r'<th scope="col" class="queue-(\w+)"', text(client.get(QUEUE, {"tab": "work"})))


def test_rows_and_columns_are_kept_for_each_person():
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    for number in range(29):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.save(force_insert=True)
    client, colleague = client_of(verifier), client_of(staff(of))
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
    client = client_of(staff(provider()))

    assert shaped(client, **said).status_code == 302

    assert "Choose the rows per page and the columns from the list." in text(client.get(QUEUE, {"tab": "work"}))
    assert not QueueLook.objects.exists()


# --- Nobody else's ----------------------------------------------------------------------------------


def test_no_tab_filter_search_view_or_export_reaches_another_provider_s_filing():
    _of, _verifier, chief = access_provider()
    strangers = [case_at(status) for status in Status if status != Status.LAPSED]
    client = client_of(chief)
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
