"""The worksheet and remarks: what is there beforehand, and what a "no" drafts and withdraws."""

from contextlib import nullcontext

import pytest
from django.contrib.messages import get_messages
from django.utils.translation import gettext as _

from filings import services
from filings.moves.remarks import RemarksUnsent
from filings.states import Status
from filings.verification import worksheets
from filings.verification.worksheets import SheetEntry
from icp_portal.demo import play
from icp_portal.tests.builders import Case, blacklisted_domain, case_at, client_of, codes_asked
from icp_portal.tests.hostile import fields_of
from providers.tests.worksheets_kept import MOBILE, NO, YES, at_work, kept, send, shown, url, whole_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


# --- What is there beforehand -------------------------------------------------------------------------------


def test_what_blocks_is_a_no_with_its_source_and_becomes_a_remark_with_its_code():
    case = at_work()
    blacklisted_domain(case.filing.domain)

    answer = shown(case)["domain_correct"]
    send(case, to_remarks="1", domain_correct=NO, **{"note-domain_correct": answer.note})

    assert (answer.answer, answer.by) == (NO, worksheets.PORTAL)
    assert "1064" in answer.source
    (remark,) = case.filing.worksheets.get().remarks
    assert (remark["path"], remark["code"], remark["seen"]) == ("websites.0.domain", "1064", answer.note)
    assert remark["expected"]


def test_a_no_of_the_verifier_is_remarked_on_at_its_first_fact_and_once():
    case = at_work()

    response = send(case, to_remarks="1", **MOBILE, certificate_seen=NO)
    rows = [form.initial for form in client_of(case.staff).get(url(case)).context["rows"] if form.initial]
    again = {f"remarks-{n}-{name}": text for n, row in enumerate(rows) for name, text in row.items()}
    send(case, 1, to_remarks="1", **MOBILE, **again, **{"remarks-TOTAL_FORMS": "3", "remarks-INITIAL_FORMS": "2"})

    assert response["Location"].endswith("#remarks")
    remarks = case.filing.worksheets.get().remarks
    assert [(one["path"], one["code"], one["seen"]) for one in remarks] == [
        ("papers.subject_certificate", "P103", ""),
        ("responsible.mobile", "1011", "三次拨打均为空号"),
    ]


def test_an_answer_of_ones_own_takes_the_portals_place():
    case = at_work()
    source = shown(case)["approval_kept"].source

    send(case, save="1", approval_kept="na")
    assert kept(case)["approval_kept"].source == source
    send(case, 1, save="1", approval_kept=YES)
    assert kept(case)["approval_kept"] == SheetEntry(YES)


@pytest.mark.parametrize("individual", [False, True])
def test_every_line_finds_a_fact_to_remark_on(individual):
    case = Case(individual=individual, province="440000")

    paths = [worksheets.first_path(item, case.filing) for item in case.filing.sheet_items]

    assert all(paths)
    assert "*" not in "".join(paths)


def test_what_the_provider_corrects_is_open_again_with_its_note():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    send(case, save="1", name_well_formed=YES, email_correct=YES, **{"note-name_well_formed": "与商标一致"})

    services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "示例官方网站"}, version=None)

    assert kept(case)["name_well_formed"] == SheetEntry(note="与商标一致")
    assert kept(case)["email_correct"].answer == YES


def test_a_round_that_was_sent_back_is_not_verified_from_nothing_again():
    case = at_work()
    paper = case.filing.evidence.get(path="papers.subject_certificate")
    answers = dict.fromkeys((item.id for item in case.filing.sheet_items), YES)
    send(case, save="1", **answers, **{"note-email_correct": "已回信", "evidence-copies_kept": [paper.pk]})
    case.send_back().submit()  # the website's name was remarked on
    services.claim(case.filing.pk, case.staff)

    offered = shown(case)

    assert {item for item in answers if item not in offered} == {"name_well_formed"}
    assert (offered["email_correct"].note, offered["email_correct"].by) == ("已回信", worksheets.EARLIER)
    assert offered["copies_kept"].evidence == (paper.pk,)


# --- Remarks that have not been sent --------------------------------------------------------------------------


ROW = {
    "remarks-TOTAL_FORMS": "3",
    "remarks-INITIAL_FORMS": "0",
    "remarks-1-path": "websites.0.name",
    "remarks-1-seen": "名称太笼统",
}


def test_a_filing_is_not_passed_while_a_return_is_typed_and_is_once_it_is_removed():
    case = at_work()
    play.photograph(case.filing, case.staff)

    refused = send(case, **whole_sheet(case, **ROW))

    assert "网站名称" in refused.context["refusal"]
    assert 'href="#remarks"' in refused.content.decode()
    assert "名称太笼统" in refused.content.decode()
    assert case.refresh().filing.status == Status.WITH_PROVIDER
    with pytest.raises(RemarksUnsent, match="网站名称"):
        services.verify(case.filing.pk, case.staff, version=None, answers=play.answers(case.filing), place="营业厅")
    removed = send(case, 1, drop="1", **ROW)
    assert case.filing.worksheets.get().remarks == []
    assert "名称太笼统" not in removed.content.decode()
    assert send(case, 2, **whole_sheet(case)).status_code == 302
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_an_older_window_without_remarks_shows_those_of_the_newer_one_before_it_passes():
    case = at_work()
    play.photograph(case.filing, case.staff)
    send(case, save="1", **ROW)
    blank = {"remarks-TOTAL_FORMS": "3", "remarks-INITIAL_FORMS": "0"}

    changed = send(case, 0, **whole_sheet(case, **blank))
    again = client_of(case.staff).post(url(case), fields_of(changed.content.decode()) | {"pass": "1"})

    assert _("You (in another window)") in changed.context["refusal"]
    assert "有 1 条退回意见已填写但尚未发出" in again.context["refusal"]
    assert [one["seen"] for one in case.filing.worksheets.get().remarks] == ["名称太笼统"]


def test_a_return_after_its_preview_loses_nothing_that_another_window_has_typed_since():
    case = at_work()
    look = send(case, preview="1", **ROW, **{"remarks-1-code": "P301", "remarks-1-expected": "改用单位全称"})
    newer = {"path": "websites.0.domain", "code": "", "seen": "另一句", "expected": ""}
    worksheets.save(case.filing.pk, case.staff, {"mobile_correct": SheetEntry(YES)}, version=1, remarks=[newer])

    refused = client_of(case.staff).post(url(case), fields_of(look.content.decode()) | {"send_back": "1"})

    assert "有 1 条退回意见已填写但尚未发出" in refused.context["refusal"]
    assert (refused.context["rows"].typed(), refused.context["sheet_version"]) == ([newer], 2)
    assert case.filing.worksheets.get().remarks == [newer]
    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_remarks_of_a_post_without_a_sheet_are_not_dropped_either():
    case = at_work()
    play.photograph(case.filing, case.staff)
    sent = {"version": case.refresh().filing.version, "place": "营业厅", **whole_sheet(case, **ROW)}

    answer = client_of(case.staff).post(url(case), sent)

    assert "网站名称" in answer.context["refusal"]
    assert case.refresh().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("row", ["0", "2", "40", "999999", "-1", "x", ""])
def test_removing_a_row_that_is_blank_or_none_changes_nothing(row):
    case = at_work()

    answer = send(case, drop=row, **ROW)

    assert answer.status_code == 200
    assert [one["seen"] for one in case.filing.worksheets.get().remarks] == ["名称太笼统"]


# --- A "no" and its remark ------------------------------------------------------------------------------------


def rows_of(case: Case) -> dict[str, str]:
    """Return the rows of remarks as the page sends them back."""
    fields = fields_of(client_of(case.staff).get(url(case)).content.decode())
    return {name: values[0] for name, values in fields.items() if name.startswith("remarks-")}


def said_of(case: Case) -> list[tuple[str, str]]:
    return [(one["path"], one["seen"]) for one in case.filing.worksheets.get().remarks]


@pytest.mark.parametrize("answer", [YES, "na"])
def test_a_no_that_is_none_any_more_withdraws_the_remark_it_drafted(answer):
    case = at_work()
    send(case, to_remarks="1", approval_kept=NO, **{"note-approval_kept": "缺批文"})
    assert [seen for _path, seen in said_of(case)] == ["缺批文"]

    send(case, 1, save="1", **rows_of(case), approval_kept=answer, **{"note-approval_kept": "缺批文"})

    assert said_of(case) == []


def test_a_remark_that_somebody_has_edited_stays_and_says_so():
    case = at_work()
    send(case, to_remarks="1", **MOBILE)
    edited = rows_of(case) | {"remarks-0-seen": "本人接听后否认"}
    send(case, 1, save="1", **MOBILE, **edited)
    says = "不再是“否”"

    before = client_of(case.staff).get(url(case)).content.decode()
    send(case, 2, save="1", **rows_of(case), mobile_correct=YES)
    after = client_of(case.staff).get(url(case)).content.decode()

    assert said_of(case) == [("responsible.mobile", "本人接听后否认")]
    assert says in after
    assert ('class="remark-outlives is-shown"' in before, 'class="remark-outlives is-shown"' in after) == (False, True)


def test_a_remark_of_ones_own_is_no_items_and_stays():
    case = at_work()
    own = {"remarks-0-path": "responsible.mobile", "remarks-0-seen": "空号"}
    management = {"remarks-TOTAL_FORMS": "3", "remarks-INITIAL_FORMS": "0"}
    send(case, save="1", **MOBILE, **own, **management)

    send(case, 1, save="1", **rows_of(case), mobile_correct=YES)

    assert said_of(case) == [("responsible.mobile", "空号")]


@pytest.mark.parametrize("asks_codes", [False, True])
def test_who_passes_a_filing_on_is_told_where_it_goes(asks_codes):
    case = at_work()
    play.photograph(case.filing, case.staff)
    with codes_asked() if asks_codes else nullcontext():
        answer = send(case, **whole_sheet(case))

    to_persons = _(
        "Verified. Each responsible person gets a code; once all have entered theirs, the filing goes to the bureau."
    )
    to_bureau = _("Sent to the bureau. The %(days)d working days count from the next working day.") % {"days": 20}
    told = " ".join(map(str, get_messages(answer.wsgi_request)))
    assert (to_persons in told, to_bureau in told) == (asks_codes, not asks_codes)


def test_a_filing_whose_no_is_a_yes_now_is_passed_without_its_remark():
    case = at_work()
    play.photograph(case.filing, case.staff)
    send(case, to_remarks="1", **MOBILE)

    assert send(case, 1, **whole_sheet(case, **rows_of(case))).status_code == 302
    assert case.refresh().filing.status == Status.WITH_BUREAU


@pytest.mark.parametrize("origin", ["x", "mobile_correct", ":", "mobile_correct:000000000000", "x" * 5000])
def test_a_made_up_origin_withdraws_nothing(origin):
    case = at_work()
    row = {"remarks-0-path": "responsible.mobile", "remarks-0-seen": "空号", "remarks-0-origin": origin}
    management = {"remarks-TOTAL_FORMS": "1", "remarks-INITIAL_FORMS": "0"}

    send(case, save="1", mobile_correct=YES, **row, **management)

    assert said_of(case) == [("responsible.mobile", "空号")]
    assert client_of(case.staff).get(url(case)).status_code == 200


def three_websites() -> Case:
    case = Case(websites=3).submit()
    services.claim(case.filing.pk, case.staff)
    return case.refresh()


def test_a_no_about_the_third_website_is_remarked_on_at_the_third_website():
    case = three_websites()

    send(
        case,
        to_remarks="1",
        name_well_formed=NO,
        **{"where-name_well_formed": ["2"], "note-name_well_formed": "太笼统"},
    )

    assert said_of(case) == [("websites.2.name", "太笼统")]
    assert kept(case)["name_well_formed"].websites == (2,)
    assert shown(case)["name_well_formed"].websites == (2,)


def test_a_no_about_two_websites_is_two_remarks():
    case = three_websites()

    send(case, to_remarks="1", name_well_formed=NO, **{"where-name_well_formed": ["0", "2"]})

    assert said_of(case) == [("websites.0.name", ""), ("websites.2.name", "")]


def test_the_website_is_told_by_what_the_no_was_compared_with():
    case = three_websites()
    entry = SheetEntry(NO, evidence=(7,))

    (draft,) = worksheets.remarks_for(
        case.filing, {"name_well_formed": entry}, {}, pictures={7: "websites.2.papers.app_icon"}
    )

    assert draft["path"] == "websites.2.name"


def test_what_nobody_can_tell_is_left_to_the_verifier_and_written_once():
    case = three_websites()

    send(case, to_remarks="1", name_well_formed=NO)
    send(case, 1, to_remarks="1", name_well_formed=NO, **rows_of(case))

    assert said_of(case) == [("", "")]

    send(case, 2, to_remarks="1", name_well_formed=NO, **rows_of(case), **{"where-name_well_formed": ["2"]})

    assert said_of(case) == [("websites.2.name", "")]


@pytest.mark.parametrize("where", ["3", "-1", "x", "9" * 30])
def test_a_website_that_is_none_is_not_kept(where):
    case = three_websites()

    send(case, save="1", name_well_formed=NO, **{"where-name_well_formed": [where]})

    assert kept(case)["name_well_formed"].websites == ()
