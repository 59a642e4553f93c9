"""Drafts of decisions: saved at every step, taken over by colleagues, never overwritten, erased when decided."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import DecisionDraft, Filing
from filings.moves import assignment
from filings.review import decision_drafts
from filings.review.decision_drafts import DraftChanged
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, chief, reviewer, sign_in, user_of
from icp_portal.tests.hostile import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

OPINION = "法定代表人与执照不符"
BLANK = {"remarks-TOTAL_FORMS": "3", "remarks-INITIAL_FORMS": "0"}
ROW = {
    **BLANK,
    "remarks-1-path": "websites.0.name",
    "remarks-1-seen": "名称太笼统",
}
WHOLE = {**ROW, "remarks-1-code": "P301", "remarks-1-expected": "改用单位全称"}
NEWER = {**ROW, "remarks-1-seen": "另一句"}


def at_work() -> Case:
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    return case.refresh()


def url(case: Case) -> str:
    return reverse("bureau_desk:review", args=[case.filing.pk])


def page(case: Case, actor: Actor | None = None) -> dict[str, Any]:
    """Return the fields of the page, opened again."""
    client = sign_in(Client(), user_of(actor or case.reviewer))
    return fields_of(client.get(url(case)).content.decode())


def press(case: Case, version: int = 0, actor: Actor | None = None, **typed: Any) -> Any:
    sent = {"version": case.refresh().filing.version, "draft": version, **typed}
    return sign_in(Client(), user_of(actor or case.reviewer)).post(url(case), sent)


def autosave(case: Case, version: int = 0, actor: Actor | None = None, **typed: Any) -> Any:
    client = sign_in(Client(), user_of(actor or case.reviewer))
    return client.post(url(case), {"draft": version, **typed}, headers={"accept": "application/json"})


def test_opinion_question_and_remarks_are_there_when_the_page_is_opened_anew():
    case = at_work()
    until = case.filing.claimed_until

    answer = autosave(case, opinion=OPINION, question="服务器在哪里？", days="5", **ROW)

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    shown = page(case)
    assert (shown["opinion"], shown["question"], shown["days"]) == ([OPINION], ["服务器在哪里？"], ["5"])
    assert (shown["remarks-0-path"], shown["remarks-0-seen"]) == (["websites.0.name"], ["名称太笼统"])
    assert shown["draft"] == ["1"]
    assert case.refresh().filing.claimed_until > until


@pytest.mark.parametrize("button", ["more", "wordings", "preview", "return", "approve", "object", "ask", "split", "x"])
def test_every_button_keeps_what_was_typed_first(button):
    case = at_work()

    press(case, opinion=OPINION, **ROW, **{button: "0"})

    kept = DecisionDraft.objects.get()
    assert (kept.words["opinion"], kept.remarks[0]["seen"]) == (OPINION, "名称太笼统")


def test_neither_the_words_nor_the_password_stand_readable_in_the_database():
    case = at_work()
    autosave(case, opinion=OPINION, secret="correct-horse", **ROW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT filings_decisiondraft::text FROM filings_decisiondraft")
        (row,) = cursor.fetchone()
    assert not {text for text in (OPINION, "名称太笼统", "correct-horse") if text in row}
    kept = DecisionDraft.objects.get()
    assert "correct-horse" not in str((kept.words, kept.remarks))


def test_a_question_that_was_asked_is_gone_and_the_rest_stays():
    case = at_work()

    press(case, ask="1", question="服务器在哪里？", days="3", opinion=OPINION, **ROW)

    kept = DecisionDraft.objects.get()
    assert ("question" in kept.words, kept.words["opinion"]) == (False, OPINION)
    assert kept.remarks[0]["seen"] == "名称太笼统"


def test_a_second_window_never_writes_over_the_first():
    case = at_work()
    autosave(case, opinion=OPINION)

    said = autosave(case, 0, opinion="别的")
    lost = press(case, 0, more="1", opinion="别的", **ROW)

    assert (said.status_code, said.json()["code"], said.json()["version"]) == (409, "changed", 1)
    assert DecisionDraft.objects.get().words["opinion"] == OPINION
    again = fields_of(lost.content.decode())
    assert (again["opinion"], again["remarks-1-seen"], again["draft"]) == (["别的"], ["名称太笼统"], ["1"])
    with pytest.raises(DraftChanged, match=re.escape("You (in another window) typed here in the meantime")):
        decision_drafts.save(case.filing.pk, case.reviewer, words={}, remarks=[], version=0)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "1"])
def test_a_made_up_version_saves_nothing(version):
    case = at_work()

    assert press(case, version, more="1", opinion=OPINION).status_code == 200
    assert not DecisionDraft.objects.exists()


def test_a_colleague_without_the_filing_saves_nothing_and_loses_nothing():
    case, colleague = at_work(), reviewer()

    closed = autosave(case, actor=colleague, opinion=OPINION)
    refused = press(case, actor=colleague, more="1", opinion=OPINION)

    assert (closed.status_code, closed.json()["code"]) == (409, "closed")
    assert case.reviewer.name in refused.context["refusal"]
    assert OPINION in refused.content.decode()
    assert not DecisionDraft.objects.exists()


def test_strangers_find_no_draft():
    case = at_work()
    autosave(case, opinion=OPINION)

    stranger = reviewer(GUANGDONG)

    assert autosave(case, 1, stranger, opinion="x").status_code == 404
    with pytest.raises(Filing.DoesNotExist):
        decision_drafts.save(case.filing.pk, stranger, words={}, remarks=[], version=1)
    for actor in (case.staff, case.host):
        with pytest.raises(MoveRefused, match="“with the bureau” and is not with you"):
            decision_drafts.save(case.filing.pk, actor, words={}, remarks=[], version=1)
        client = sign_in(Client(), user_of(actor))
        name = "provider_desk:verify" if actor == case.staff else "filings:status"
        assert OPINION not in client.get(reverse(name, args=[case.filing.pk])).content.decode()


def test_who_takes_over_goes_on_and_reads_who_typed():
    case, boss = at_work(), chief()
    autosave(case, opinion=OPINION, **ROW)
    assignment.take_over(case.filing.pk, boss)

    client = sign_in(Client(), user_of(boss))
    opened = client.get(url(case)).content.decode()

    assert fields_of(opened)["opinion"] == [OPINION]
    assert f"This was typed by {case.reviewer.name}" in opened
    late = press(case, 1, more="1", opinion="迟到", **ROW)
    assert boss.name in late.context["refusal"]
    assert DecisionDraft.objects.get().words["opinion"] == OPINION


def test_after_the_lease_what_was_typed_is_taken_up_again():
    case = at_work()
    services.release(case.filing.pk, case.reviewer)

    again = press(case, take="1", opinion=OPINION, **ROW)

    assert OPINION in again.content.decode()
    assert DecisionDraft.objects.get().words["opinion"] == OPINION
    assert case.refresh().filing.claimant_id() == case.reviewer.user_id


@pytest.mark.parametrize("decision", ["approve", "return"])
def test_a_decision_erases_its_draft(decision):
    case = at_work()
    row = {"remarks-1-code": "P301", "remarks-1-expected": "改用单位全称"} if decision == "return" else {}
    remarks = {**ROW, **row} if row else {}

    look = press(case, opinion=OPINION, **remarks, **{decision: "1"})
    client = sign_in(Client(), user_of(case.reviewer))
    assert client.post(url(case), fields_of(look.content.decode()) | {decision: "1"}).status_code == 302

    assert not DecisionDraft.objects.exists()
    assert case.refresh().filing.opinions.get().text == OPINION


def test_back_from_the_last_look_every_remark_stands_once():
    """The same by the browser's back button, which loads the page again."""
    case = at_work()

    look = press(case, preview="1", **WHOLE)
    shown = page(case)
    client = sign_in(Client(), user_of(case.reviewer))
    back = client.post(url(case), fields_of(look.content.decode()) | {"change": "1"})

    assert [shown[f"remarks-{n}-seen"] for n in (0, 1)] == [["名称太笼统"], [""]]
    assert back.context["refusal"] == ""
    assert [one["seen"] for one in DecisionDraft.objects.get().remarks] == ["名称太笼统"]


def test_without_a_draft_version_nothing_is_kept_by_a_program():
    case = at_work()
    client = sign_in(Client(), user_of(case.reviewer))

    assert client.post(url(case), {"opinion": "x"}, headers={"accept": "application/json"}).status_code == 404
    assert str(_("Confirm the approval")) in press(case, approve="1").content.decode()


@pytest.mark.parametrize(("button", "rows"), [("approve", BLANK), ("return", WHOLE)])
def test_a_decision_after_its_preview_loses_nothing_that_another_window_has_typed_since(button, rows):
    case = at_work()
    look = press(case, **rows, **{button: "1"})
    sent = fields_of(look.content.decode()) | {button: "1"}
    autosave(case, 1, **NEWER)

    client = sign_in(Client(), user_of(case.reviewer))
    for _time in range(2):  # the page shows it, so the next press doesn't lose it either
        refused = client.post(url(case), sent)
        shown = fields_of(refused.content.decode())
        assert (shown["remarks-0-seen"], case.refresh().filing.status) == (["另一句"], Status.WITH_BUREAU)
        sent = shown | {"approve": "1"}

    assert "1 remark has been written but not sent" in refused.context["refusal"]
    assert [one["seen"] for one in DecisionDraft.objects.get().remarks] == ["另一句"]


def test_an_older_window_without_remarks_shows_those_of_the_newer_one_before_it_approves():
    case = at_work()
    autosave(case, **NEWER)

    changed = press(case, 0, approve="1", **BLANK)
    client = sign_in(Client(), user_of(case.reviewer))
    again = client.post(url(case), fields_of(changed.content.decode()) | {"approve": "1"})

    assert "You (in another window) typed here in the meantime" in changed.context["refusal"]
    assert "1 remark has been written but not sent" in again.context["refusal"]
    assert [one["seen"] for one in DecisionDraft.objects.get().remarks] == ["另一句"]
