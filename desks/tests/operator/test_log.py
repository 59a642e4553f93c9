"""The audit log on the operators' desk: by filing, person and day; nothing of what the rows contain."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from accounts.models import Party
from desks.operator.log_words import TABLES
from filings import services
from filings.models import Event
from icp_portal.tests.builders import Case, user
from ministry import audit
from ministry.models import AuditEntry

pytestmark = pytest.mark.django_db

LOG = "/ministry/log/"


@pytest.fixture
def operator(client, settings):
    settings.RELAX_SECOND_FACTOR, settings.LANGUAGE_CODE = True, "en"
    client.force_login(user(Party.MINISTRY))
    with translation.override("en"):
        yield client


def rows(operator, query: str = "") -> list[dict]:
    """Every row that the pages of a question list."""
    found, address = [], f"{LOG}?{query}"
    while address:
        page = operator.get(address)
        found += page.context["rows"]
        address = page.context["next_url"]
    return found


def test_everything_about_a_filing_is_listed_and_nothing_about_another(operator):
    case, other = Case().submit(), Case().submit()
    audit.seal()

    found = rows(operator, f"filing={case.filing.pk}")

    events = [row for row in found if row["event"]]
    assert [row["event"] for row in events] == [
        event.get_name_display() for event in case.filing.events.order_by("-pk")
    ]
    assert {row["entry"].filing for row in found} == {case.filing.pk}
    assert {row["who"].pk for row in events if row["who"]} == {case.host.user_id}
    assert [row["entry"].number for row in rows(operator)] == list(
        AuditEntry.objects.order_by("-number").values_list("number", flat=True)
    )
    assert other.filing.pk in {row["entry"].filing for row in rows(operator)}


def test_every_audited_table_has_a_name_for_the_log():
    assert set(TABLES) == set(audit.tables())


def test_rows_that_belong_to_a_filing_through_others_are_listed_too(operator):
    case = Case().submit().verify()
    audit.seal()

    found = rows(operator, f"filing={case.filing.pk}")

    assert {"Filing: verification", "Verification sheet issued"} <= {str(row["what"]) for row in found}


def test_a_person_is_asked_for_by_address_and_named_by_a_number(operator):
    case = Case().submit()
    audit.seal()
    member = case.filing.host

    answer = operator.post(f"{LOG}search/", {"filing": "", "person": member.email.upper(), "day": ""})

    assert answer["Location"] == f"{LOG}?person={member.pk}"
    found = rows(operator, f"person={member.pk}")
    assert {row["who"] for row in found} == {member}
    whats = {str(row["what"]) for row in found}
    assert {"Account", "Filing: event"} <= whats
    assert rows(operator, f"person={case.staff.user_id}&filing={case.filing.pk}") == []


def test_a_day_is_asked_for(operator, time_machine):
    first = Case().submit()
    audit.seal()
    count = AuditEntry.objects.count()
    later = timezone.now() + timedelta(days=2)
    time_machine.move_to(later)
    services.claim(first.filing.pk, first.staff)
    audit.seal()

    days = [timezone.localdate(later) - timedelta(days=ago) for ago in (3, 2, 1, 0)]
    counts = [len(rows(operator, f"day={day}")) for day in days]

    assert counts == [0, count, 0, AuditEntry.objects.count() - count]
    assert [row["event"] for row in rows(operator, f"day={days[-1]}")] == ["Claimed"]


def test_an_entry_says_whether_its_row_is_still_the_same(operator):
    case = Case().submit()
    audit.seal()
    event = case.filing.events.get(name="submit")
    number = audit.positions({Event._meta.db_table: [event.pk]})[Event._meta.db_table, event.pk].number

    assert operator.get(f"{LOG}{number}/").context["is_changed"] is False
    assert operator.get(f"{LOG}{number + 100_000}/").status_code == 404


def test_what_is_erased_stays_erased(operator):
    """No page of the log shows what a row contains, so an erased note can't be read there."""
    case = Case().submit()
    services.withdraw(case.filing.pk, case.host, version=None)
    event = Event.objects.create(
        filing=case.filing,
        provider=case.provider,
        name="pause",
        round=1,
        role="provider",
        user_id=case.staff.user_id,
        actor_name="甲",
        note="请联系 13800001234",
    )
    audit.seal()
    audit.erase(Event.objects.filter(pk=event.pk))
    audit.seal()

    about = rows(operator, f"filing={case.filing.pk}")
    mine = [row["entry"].number for row in about if row["entry"].row == event.pk and row["event"]]

    assert len(mine) == 2
    for address in (f"{LOG}?filing={case.filing.pk}", *(f"{LOG}{number}/" for number in mine)):
        assert "13800001234" not in operator.get(address).content.decode()


@pytest.mark.parametrize(
    "query",
    ["filing=x", "filing=-1", f"person={'9' * 30}", "day=2026-02-30", "day=0001-01-01", "day=9999-12-31", "after=x"],
)
def test_a_question_that_is_none_lists_everything(operator, query):
    Case()
    audit.seal()

    assert len(rows(operator, query)) == AuditEntry.objects.count()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"filing": "备案"}, "filing"), ({"person": "nobody@example.cn"}, "person"), ({"day": "x"}, "day")],
)
def test_a_wrong_question_is_answered_at_its_field_and_kept(operator, typed, field):
    page = operator.post(f"{LOG}search/", typed)

    assert (page.status_code, set(page.context["form"].errors)) == (200, {field})
    assert typed[field] in page.content.decode()


@pytest.mark.parametrize("name", ["filing", "person"])
def test_a_question_is_answered_by_an_index(name):
    Case()
    audit.seal()
    last = AuditEntry.objects.latest("number")
    others = range(last.number + 1, last.number + 2_001)
    AuditEntry.objects.bulk_create(
        AuditEntry(number=n, shape=last.shape, row=n, digest=last.digest, chain=last.chain, filing=n, person=n)
        for n in others
    )
    # The planner's choice hangs on the statistics, so they are of these rows and not of what an earlier test has left.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ministry_auditentry")
    plan = AuditEntry.objects.filter(**{name: others[0]}).order_by("-number")[:26].explain()
    assert f"audit_entries_of_{name}" in plan
    assert "Sort" not in plan


def test_a_page_costs_the_same_with_few_entries_and_many(operator, django_assert_num_queries):
    case = Case().submit()
    audit.seal()
    operator.get(LOG)
    for query, count in (("", 4), (f"filing={case.filing.pk}", 4), (f"day={timezone.localdate()}", 6)):
        with django_assert_num_queries(count):  # user, entries, people, events; a day's two ends
            operator.get(f"{LOG}?{query}")
    case.verify().approve()
    audit.seal()
    with django_assert_num_queries(4):
        operator.get(f"{LOG}?filing={case.filing.pk}")
