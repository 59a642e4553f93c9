"""What the provider's and the verifier's pages of a filing cost in queries, with little said and with much."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from filings import services
from filings.review import notes
from filings.states import Status
from filings.verification import worksheets
from icp_portal.demo import play
from icp_portal.tests.builders import Case, case_at, provider, reviewer, staff
from icp_portal.tests.costs.counted import (
    BUREAUS_PAGE,
    COMPARED,
    MOST_OF_VERIFYING,
    PROVIDERS_PAGE,
    browser,
    crowd,
    said_much,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


NOTED = 1  # whom the notes mention, once there are any


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
            notes.write(case.filing.pk, one, text="请看", mentioned=[actor, *colleagues], seen=0)
        costs.append(queries(client, url))

    assert costs == [page + NOTED, page + NOTED]


def test_the_photo_on_the_page_of_its_verifier(queries):
    """Queries more than before: for its holder whether they have looked; for photos where else they are used."""
    case = Case().submit()
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    waiting = queries(client, url)
    services.claim(case.filing.pk, case.staff)
    client.get(url)  # makes the words

    without = queries(client, url)
    play.photograph(case.filing, case.staff)
    client.get(url)
    with_photo = queries(client, url)

    assert (without - waiting, with_photo - without) == (2, 0)


# The verifier's page: the reader and whether it may, the filing with its sheet and its words for the photo, the
# look-ups of the findings, pictures with seals, which of them other filings have, history, whether an earlier photo may
# be used again (with one: whether it is used elsewhere), notes among colleagues, and the colleagues who can be told.
# Later rounds add remarks and what was handed on; those the bureau has seen, the verifications and the calendar.
VERIFYING, RESUBMITTED, RETURNED = 17, 19, 21


def with_sheet(case: Case, code: str = "", remarks: int = 5) -> Case:
    """Taken, with everything filled in that the sheet has room for."""
    services.claim(case.filing.pk, case.staff)
    pictures = tuple(case.filing.evidence.values_list("pk", flat=True))
    entry = worksheets.SheetEntry("yes", "已与原件核对", pictures)
    entries = {item.id: entry for item in case.filing.sheet_items}
    remark = {"path": "websites.0.name", "code": code, "seen": "看到的", "expected": ""}
    worksheets.save(case.filing.pk, case.staff, entries, version=0, place="营业厅", remarks=[remark] * remarks)
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

    assert (empty, full, with_photo) == (VERIFYING, VERIFYING, VERIFYING)
    assert VERIFYING <= MOST_OF_VERIFYING


def test_the_usual_wordings_of_drafted_remarks_cost_the_verifiers_page_one_query(queries):
    case = with_sheet(case_at(Status.WITH_PROVIDER), code="P301")
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[case.filing.pk])
    client.get(url)

    assert queries(client, url) == VERIFYING + 1


def test_the_verifiers_page_of_a_later_round(queries):
    case = with_sheet(case_at(Status.WITH_PROVIDER), remarks=0).send_back().submit()
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

    assert queries(client, url) == RETURNED + 1 <= MOST_OF_VERIFYING


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
