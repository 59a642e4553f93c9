"""The sheet: saved at every step, taken over by colleagues, never overwritten, then on record."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Worksheet
from filings.moves import assignment
from filings.states import Status
from filings.verification import worksheets
from filings.verification.worksheets import SheetEntry, WorksheetChanged
from icp_portal.demo import play
from icp_portal.tests.builders import Case, case_at, client_of, provider, staff
from providers.models import StaffRole
from providers.tests.worksheets_kept import MOBILE, NO, YES, at_work, kept, send, shown, url, whole_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def autosave(case: Case, version: int = 0, actor: Actor | None = None, **fields: Any) -> Any:
    sent = {"worksheet": version, **fields}
    return client_of(actor or case.staff).post(url(case), sent, headers={"accept": "application/json"})


# --- Kept at every step -----------------------------------------------------------------------------------


def test_save_keeps_answers_notes_evidence_and_place():
    case = at_work()
    paper = case.filing.evidence.get(path="papers.subject_certificate")

    response = send(case, save="1", **MOBILE, **{"evidence-copies_kept": [paper.pk]})

    assert response.status_code == 302
    assert kept(case)["mobile_correct"] == SheetEntry(NO, "三次拨打均为空号")
    assert kept(case)["copies_kept"] == SheetEntry(evidence=(paper.pk,))
    sheet = case.filing.worksheets.get()
    assert (sheet.place, sheet.version, sheet.saved_by_id) == ("营业厅一层", 1, case.staff.user_id)


def test_autosave_answers_the_version_and_prolongs_the_lease():
    case = at_work()
    until = case.filing.claimed_until

    first = autosave(case, **MOBILE)
    second = autosave(case, first.json()["version"], mobile_correct=YES)

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json()["version"], second.json()["version"]) == (1, 2)
    assert kept(case)["mobile_correct"].answer == YES
    assert case.refresh().filing.claimed_until > until
    assert case.filing.version == case.refresh().filing.version


def test_every_button_keeps_what_was_typed_first():
    case = at_work()

    response = send(case, photo="1", **MOBILE)  # no photo came with it

    assert response.status_code == 200
    assert kept(case)["mobile_correct"].note == "三次拨打均为空号"


def test_remarks_are_kept_while_they_are_typed():
    case = at_work()
    row = {"remarks-0-path": "websites.0.name", "remarks-0-seen": "半句"}
    management = {"remarks-TOTAL_FORMS": "3", "remarks-INITIAL_FORMS": "0"}

    send(case, save="1", **row, **management)

    rows = client_of(case.staff).get(url(case)).context["rows"]
    assert rows.forms[0].initial == {"path": "websites.0.name", "code": "", "seen": "半句", "expected": ""}


def test_a_block_that_was_seen_gets_yes_where_it_has_no_answer_yet():
    case = at_work()

    response = send(case, seen="contact", **MOBILE)

    assert response["Location"].endswith("#block-contact")
    answers = {item: entry.answer for item, entry in kept(case).items()}
    assert answers == {"mobile_correct": NO, "phone_correct": YES, "email_correct": YES, "address_correct": YES}


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "1"])
def test_a_made_up_version_saves_nothing(version):
    case = at_work()

    response = send(case, save="1", **{**MOBILE, "worksheet": version})

    assert response.status_code == 200
    assert not Worksheet.objects.exists()


def test_what_is_no_answer_and_no_picture_of_this_filing_is_not_kept():
    case, other = at_work(), case_at(Status.WITH_PROVIDER)
    foreign = other.filing.evidence.first()

    send(
        case,
        save="1",
        mobile_correct="maybe",
        email_correct="na",
        **{"evidence-copies_kept": [foreign.pk], "note-phone_correct": "x" * 501, "place": "a\x00b"},
    )

    assert kept(case) == {}


# --- Who may write on it ------------------------------------------------------------------------------------


def test_a_colleague_without_the_filing_saves_nothing_and_loses_nothing():
    case = at_work()
    colleague = staff(case.provider)

    refused = send(case, save="1", actor=colleague, **MOBILE)
    closed = autosave(case, actor=colleague, **MOBILE)

    assert "三次拨打均为空号" in refused.content.decode()
    assert case.staff.name in refused.context["refusal"]
    assert (closed.status_code, closed.json()["code"]) == (409, "closed")
    assert not Worksheet.objects.exists()


def test_another_provider_finds_no_sheet():
    case = at_work()
    stranger = staff(provider(), StaffRole.ADMINISTRATOR)

    assert autosave(case, actor=stranger, **MOBILE).status_code == 404
    assert send(case, save="1", actor=stranger, **MOBILE).status_code == 404
    assert not Worksheet.objects.exists()


def test_the_services_refuse_its_host_and_a_bureau_finds_no_filing():
    case = at_work()

    with pytest.raises(MoveRefused, match=_("This filing is “%(status)s” and is not with you.") % {"status": ".*"}):
        worksheets.save(case.filing.pk, case.host, {}, version=0)
    with pytest.raises(case.filing.DoesNotExist):
        worksheets.save(case.filing.pk, case.reviewer, {}, version=0)


def test_a_colleague_who_takes_over_goes_on_where_the_sheet_was_left():
    case = at_work()
    boss = staff(case.provider, StaffRole.SUPERVISOR)
    send(case, save="1", **MOBILE)
    assignment.take_over(case.filing.pk, boss)

    assert shown(case, boss)["mobile_correct"] == SheetEntry(NO, "三次拨打均为空号")
    assert autosave(case, 1, boss, mobile_correct=YES).status_code == 200
    late = send(case, 1, save="1", **MOBILE)
    assert boss.name in late.context["refusal"]
    assert kept(case)["mobile_correct"].answer == YES


def test_a_second_window_never_writes_over_the_first():
    case = at_work()
    autosave(case, email_correct=YES)

    lost = send(case, 0, save="1", **MOBILE)
    said = autosave(case, 0, **MOBILE)

    assert "三次拨打均为空号" in lost.content.decode()
    assert lost.context["sheet_version"] == 1
    assert (said.status_code, said.json()["code"], said.json()["version"]) == (409, "changed", 1)
    assert set(kept(case)) == {"email_correct"}
    with pytest.raises(WorksheetChanged, match=re.escape(_("You (in another window)"))):
        worksheets.save(case.filing.pk, case.staff, {}, version=0)


def test_after_the_lease_the_typed_sheet_is_taken_up_again():
    case = at_work()
    services.release(case.filing.pk, case.staff)

    refused = send(case, save="1", **MOBILE)
    again = send(case, take="1", **MOBILE)

    assert "三次拨打均为空号" in refused.content.decode()
    assert again.status_code == 302
    assert kept(case)["mobile_correct"].note == "三次拨打均为空号"
    assert case.refresh().filing.claimant_id() == case.staff.user_id


def test_those_who_do_not_work_on_it_read_who_does_and_how_far():
    case = at_work()
    send(case, save="1", **MOBILE)

    page = client_of(staff(case.provider)).get(url(case))

    assert case.staff.name in page.content.decode()
    assert "三次拨打均为空号" in page.content.decode()
    assert 'id="decide"' not in page.content.decode()


# --- Passed, and on record ------------------------------------------------------------------------------------


def test_what_was_noted_goes_on_record_with_the_verification_and_the_bureau_sees_it():
    case = at_work()
    paper = case.filing.evidence.get(path="papers.subject_certificate")
    play.photograph(case.filing, case.staff)
    noted = {"note-copies_kept": "与原件一致", "evidence-copies_kept": [paper.pk]}

    assert send(case, **whole_sheet(case, **noted)).status_code == 302

    verification = case.refresh().filing.verifications.get()
    evidence = [{"path": paper.path, "sha256": paper.sha256}]
    assert verification.notes == {"copies_kept": {"note": "与原件一致", "evidence": evidence, "source": ""}}
    assert not Worksheet.objects.exists()
    services.claim(case.filing.pk, case.reviewer)
    page = client_of(case.reviewer).get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
    assert "与原件一致" in page
    assert "与原件一致" in client_of(case.staff).get(url(case)).content.decode()


def test_what_is_missing_or_no_is_named_and_linked_and_the_rest_stays():
    case = at_work()
    play.photograph(case.filing, case.staff)

    missing = send(case, **whole_sheet(case, mobile_correct="", statement="", **{"note-email_correct": "已回信"}))
    refused = send(case, 1, **whole_sheet(case, mobile_correct=NO))

    assert [fault.href for fault in missing.context["faults"]] == ["#id_statement", "#id_mobile_correct"]
    assert "已回信" in missing.content.decode()
    (fault,) = refused.context["faults"]
    assert (fault.href, fault.message) == (
        "#id_mobile_correct",
        _("Answered with “No”: add it to the remarks and return the filing."),
    )
    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_a_sheet_lost_in_a_race_is_not_passed():
    case = at_work()
    play.photograph(case.filing, case.staff)
    autosave(case, mobile_correct=NO)

    response = send(case, 0, **whole_sheet(case))

    assert response.status_code == 200
    assert case.refresh().filing.status == Status.WITH_PROVIDER
    assert kept(case)["mobile_correct"].answer == NO
