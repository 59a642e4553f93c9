"""The nightly comparison: what is compared when, how it resumes, and how a difference is settled."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Party
from filings.states import Status
from icp_portal.tests.builders import Case, on_record, user
from ministry import audit
from ministry.models import AuditEntry, LiveDomain, Subject, Website
from records.comparison import recording, running
from records.models import CopyComparison, CopyDifference
from records.tasks import compare_copies
from records.tests.comparison.compared import plant

pytestmark = pytest.mark.django_db

UNCHANGED = 10  # statements of a night's second run, with the savepoint of the test's own transaction
LONG = 60.0


@pytest.fixture
def few(monkeypatch):
    """One record a piece, and one a night in the full pass."""
    monkeypatch.setattr(running, "PIECE", 1)


def night(days: int = 0) -> CopyComparison:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        return running.run(LONG)


def records(count: int) -> list[Website]:
    access_provider = Case().provider
    return [on_record(access_provider) for _one in range(count)]


def lose_domain(website: Website) -> None:
    """A difference that no trigger logs."""
    LiveDomain.objects.filter(website=website).delete()


def found() -> list[int]:
    return sorted(CopyDifference.objects.open().values_list("subject", flat=True))


def test_what_has_changed_since_the_last_comparison_is_compared_first(few):
    websites = records(5)
    audit.seal()
    first = night()
    Subject.objects.filter(pk=websites[4].subject_id).update(name="换过名字的公司")  # a trigger logs it
    lose_domain(websites[4])
    audit.seal()

    again = night()

    assert found() == [websites[4].subject_id]
    assert (again.pk, again.compared - first.compared) == (first.pk, 1)


def test_every_record_is_compared_once_in_a_full_pass_a_share_each_night(few, monkeypatch):
    monkeypatch.setattr(running, "NIGHTS", 3)
    websites = records(6)
    audit.seal()
    for website in websites:
        lose_domain(website)

    nights = [night()]
    while nights[-1].pass_ended_on is None:
        nights.append(night(len(nights)))

    assert len(nights) == 3
    assert sum(one.compared for one in nights) == len(websites)
    assert found() == sorted(website.subject_id for website in websites)
    assert (nights[0].pass_began_on, nights[2].pass_ended_on) == (nights[0].on, nights[2].on)
    assert night(3).pass_began_on == nights[2].on + timedelta(days=1), "the next pass has begun"


def test_a_run_that_stops_at_its_limit_or_is_killed_goes_on_where_it_was(few, monkeypatch):
    websites = records(4)
    for website in websites:
        lose_domain(website)
    audit.seal()
    monkeypatch.setattr(running, "NIGHTS", 1)
    compare, seen = running.compare, []

    def dies(keys):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(list(keys))
        compare(keys)

    monkeypatch.setattr(running, "compare", dies)
    with pytest.raises(KeyboardInterrupt):
        night()
    assert found() == [website.subject_id for website in websites[:2]]

    monkeypatch.setattr(running, "compare", compare)
    assert running.run(0).compared == 3, "one piece beyond the limit"
    assert night().pass_ended_on == timezone.localdate()
    assert found() == [website.subject_id for website in websites]


def test_a_night_with_nothing_changed_costs_few_statements():
    records(2)
    compare_copies()

    with CaptureQueriesContext(connection) as sent:
        running.run(LONG)

    assert len(sent) == UNCHANGED


def test_a_difference_is_settled_by_itself_once_the_copies_are_equal(few):
    website = on_record(Case().provider)
    lose_domain(website)
    running.compare([website.subject_id])
    row = CopyDifference.objects.get()
    running.compare([website.subject_id])
    assert list(CopyDifference.objects.all()) == [row], "the same difference is one row"

    LiveDomain.objects.create(domain=website.domain, website=website)
    running.compare([website.subject_id])

    row.refresh_from_db()
    assert (row.settled_at is None, row.settled_by, row.reason) == (False, None, "")
    lose_domain(website)
    running.compare([website.subject_id])
    assert CopyDifference.objects.open().exclude(pk=row.pk).count() == 1


def test_what_an_operator_has_settled_is_not_found_again_while_the_copies_state_the_same():
    case = Case().to(Status.FILED)
    plant("ministry_subject", case.filing.subject_id, name="另一家公司")
    running.compare([case.filing.subject_id])
    row = recording.settle(CopyDifference.objects.get().pk, user(Party.MINISTRY), "名称更正，见京管函1号")

    running.compare([case.filing.subject_id])
    assert list(CopyDifference.objects.all()) == [row]

    plant("ministry_subject", case.filing.subject_id, name="第三家公司")
    running.compare([case.filing.subject_id])
    new = CopyDifference.objects.open().get()
    assert new.stated == (case.filing.subject_name, "第三家公司")


def test_new_values_of_an_open_difference_are_noted_in_its_row():
    case = Case().to(Status.FILED)
    for name in ("另一家公司", "第三家公司"):
        plant("ministry_subject", case.filing.subject_id, name=name)
        running.compare([case.filing.subject_id])

    assert CopyDifference.objects.get().stated == (case.filing.subject_name, "第三家公司")


def test_differences_and_their_ends_are_in_the_audit_log():
    website = on_record(Case().provider)
    lose_domain(website)
    running.compare([website.subject_id])
    recording.settle(CopyDifference.objects.get().pk, user(Party.MINISTRY), "已由数据库管理员恢复")
    audit.seal()

    row = CopyDifference.objects.get()
    assert AuditEntry.objects.filter(shape__name="records_copydifference", row=row.pk).count() == 2
    assert [fault.table for fault in audit.faults() if fault.table == "records_copydifference"] == []
