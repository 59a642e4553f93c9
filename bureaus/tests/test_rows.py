"""A row of the bureau's queue: the next step and the further ones, who has the filing, until when, what is asked."""

from datetime import timedelta

import pytest
from django.db.models import CharField, Value
from django.utils import timezone

from bureaus import rows
from bureaus.rows import OpenQuestion, ReviewRow
from bureaus.tabs import BureauQueue
from bureaus.tests.absences_entered import again, away
from filings import services
from filings.actors import Actor
from filings.models import Filing
from filings.review import questions
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, chief, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _wednesday(time_machine):
    time_machine.move_to("2026-11-25 10:00+08:00", tick=False)


def row(case: Case, actor: Actor, proposer: str = "") -> ReviewRow:
    filings = Filing.objects.annotate(proposer_name=Value(proposer, CharField())).filter(pk=case.filing.pk)
    (found,) = rows.rows(filings, actor, BureauQueue.of(actor))
    return found


def offered(case: Case, actor: Actor) -> tuple[str, bool, list[str]]:
    """Return the next step, whether a button takes it, and the further steps."""
    found = row(case, actor)
    return found.step.label, found.step.is_post, [step.label for step in found.others]


def test_the_next_step_follows_from_who_has_claimed_the_filing():
    case, head, me = case_at(Status.WITH_BUREAU), chief(), reviewer()
    assert offered(case, me) == offered(case, head) == ("Claim", True, [])

    services.claim(case.filing.pk, me)
    assert offered(case, me) == ("Continue work", False, ["Reassign", "Release"])
    assert offered(case, case.reviewer) == ("View", False, [])
    assert offered(case, head) == ("View", False, ["Take over"])

    Filing.objects.update(claimed_until=timezone.now())
    assert offered(case, me) == ("Claim again", True, [])
    assert offered(case, head) == ("Claim", True, [])
    found = row(case, me)
    assert (found.holder, found.until) == (me.name, "your claim expired at 10:00")

    case.return_to_provider()
    services.claim(case.filing.pk, case.staff)
    assert offered(case, me) == offered(case, head) == ("View", False, [])
    found = row(case, head)
    assert (found.due, found.holder, found.until, found.covers) == (None, "", "", False)


def test_a_cover_claims_what_an_absent_colleague_has():
    case, me, cover = case_at(Status.WITH_BUREAU), reviewer(), chief()
    services.claim(case.filing.pk, me)
    away(me, cover)

    assert offered(case, again(cover)) == ("Claim as cover", True, [])
    assert (row(case, again(cover)).covers, row(case, me).covers) == (True, False)


def test_a_question_is_open_until_its_day_is_over():
    case = case_at(Status.WITH_BUREAU)
    assert row(case, case.reviewer).asked is None
    services.claim(case.filing.pk, case.reviewer)
    questions.ask(case.filing.pk, case.reviewer, text="服务器在哪里？", days=3)

    said = []
    for days in (-1, 0):
        Filing.objects.update(question_due_on=timezone.localdate() + timedelta(days=days))
        said.append(row(case, case.reviewer).asked)
    assert said == [
        OpenQuestion("question unanswered, was due 24 November", is_late=True),
        OpenQuestion("question open, answer due 25 November", is_late=False),
    ]


def test_a_row_names_who_has_proposed_and_the_prior_approvals_and_counts_from_an_earlier_year(time_machine):
    case = case_at(Status.WITH_BUREAU)
    assert row(case, case.reviewer).notes == ""
    Filing.objects.update(prior_approvals=[1], due_on="2026-12-31")
    named = row(case, case.reviewer, "李审核").notes

    assert named.startswith("approval proposed by 李审核 · prior approval: ")
    time_machine.move_to("2027-01-06 10:00+08:00", tick=False)
    due = row(case, case.reviewer).due
    assert (due.words, due.is_late, due.is_soon) == ("3 working days late", True, False)
    # The State Council's holidays of 2026: 1 to 7 October, and 10 October is worked.
    Filing.objects.update(due_on="2026-09-30")
    time_machine.move_to("2027-01-04 10:00+08:00", tick=False)
    assert row(case, case.reviewer).due.words == "63 working days late"
    case.return_to_provider()
    assert row(case, case.reviewer, "李审核").notes == named.partition(" · ")[2]
