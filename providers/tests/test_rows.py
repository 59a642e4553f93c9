"""A row of the provider's queue: the next step, the further ones, its notes, and since when or until when it waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desks.staff.queue import Step
from filings import services
from filings.actors import Actor
from filings.models import Filing
from filings.moves import assignment
from filings.review import questions
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, provider, staff
from providers import rows
from providers.models import StaffRole
from providers.rows import QueueRow
from providers.tests.queue_pages import TUESDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _tuesday(time_machine):
    time_machine.move_to(TUESDAY, tick=False)


def row(case: Case, actor: Actor) -> QueueRow:
    (found,) = rows.rows([case.refresh().filing], actor, case.provider, None)
    return found


def offered(case: Case, actor: Actor) -> tuple[str, bool, list[str]]:
    """Return the next step, whether a button takes it, and the further steps."""
    found = row(case, actor)
    assert f"/{case.filing.pk}/" in found.step.url or found.step.value == "remind"
    return found.step.label, found.step.is_post, [step.label for step in found.others]


def test_the_next_step_of_a_filing_to_verify_follows_from_who_has_claimed_it():
    of = provider()
    case, verifier, chief = case_at(Status.WITH_PROVIDER, of=of), staff(of), staff(of, StaffRole.SUPERVISOR)
    assert offered(case, verifier) == offered(case, chief) == ("Claim", True, [])

    services.claim(case.filing.pk, verifier)
    assert offered(case, verifier) == ("Continue work", False, ["Reassign", "Put on hold", "Close the filing"])
    assert offered(case, staff(of)) == ("View", False, [])
    assert offered(case, chief) == ("View", False, ["Take over"])
    assert row(case, chief).holder == verifier.name

    Filing.objects.update(claimed_until=timezone.now())
    assert offered(case, verifier) == ("Claim again", True, [])
    assert offered(case, chief) == ("Claim", True, [])
    assert row(case, verifier).until == "your claim expired at 10:00"

    services.claim(case.filing.pk, verifier)
    assignment.pause(case.filing.pk, verifier, until=TUESDAY.date() + timedelta(days=2), reason="等材料")
    assert offered(case, verifier) == ("End the hold", True, [])
    assert row(case, verifier).until == ""
    assert row(case, verifier).notes.startswith("on hold ")


def test_what_the_provider_does_not_have_is_looked_at_reminded_of_or_answered():
    of = provider()
    with_host, with_bureau = case_at(Status.RETURNED_TO_HOST, of=of), case_at(Status.WITH_BUREAU, of=of)
    verifier = staff(of)
    assert offered(with_bureau, verifier) == ("View", False, [])
    assert (row(with_bureau, verifier).notes, row(with_bureau, verifier).until) == ("", "")

    services.claim(with_bureau.filing.pk, with_bureau.reviewer)
    questions.ask(with_bureau.filing.pk, with_bureau.reviewer, text="服务器在哪里？", days=3)
    assert offered(with_bureau, verifier) == ("Answer the bureau", False, [])
    assert row(with_bureau, verifier).notes == "question from the bureau, answer by 27 November"
    assert (row(with_bureau, verifier).holder, row(with_bureau, verifier).until) == ("", "")  # the bureau's own matter

    remind = row(with_host, verifier).step
    assert remind == Step("Remind the host", "/provider/bulk/", is_post=True, field="act", value="remind")
    Filing.objects.filter(pk=with_host.filing.pk).update(nudged_on=TUESDAY.date())
    assert offered(with_host, verifier) == ("Reminded today", False, [])


def test_a_row_says_how_long_it_waits_or_until_when_its_verification_is_promised():
    case = case_at(Status.WITH_PROVIDER)
    assert (row(case, case.staff).age, row(case, case.staff).due) == ("", None)
    arrived = TUESDAY - timedelta(days=4)  # Friday
    Filing.objects.update(arrived_at=arrived)
    assert row(case, case.staff).age == "2 working days in the queue"

    said = []
    for promised in (1, 2, 3):
        case.provider.promised_days = promised
        found = row(case, case.staff)
        said.append((found.age, found.due.words, found.due.is_late, found.due.is_soon))
    assert said == [
        ("", "1 working day late", True, False),
        ("", "due today", False, True),
        ("", "1 working day left", False, False),
    ]


def test_a_province_outside_the_licence_is_noted():
    case = case_at(Status.WITH_PROVIDER)
    assert row(case, case.staff).notes == ""
    case.provider.provinces = ["440000"]
    assert row(case, case.staff).notes == "host's province outside your licence"
