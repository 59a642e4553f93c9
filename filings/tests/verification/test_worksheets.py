"""What a change does not touch keeps its verification: the sheet of a later round."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from filings import checklist, checklist_items, facts, fields, services
from filings.errors import MoveRefused
from filings.models import Verification
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests import builders
from icp_portal.tests.builders import Case, case_at, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

NAME = "websites.0.name"
HEBEI, TODAY = "130000", date(2026, 11, 25)
ALL_YES = {item.id: checklist_items.YES for item in checklist_items.ITEMS}


def asked(individual: bool, province: str = HEBEI) -> tuple[checklist_items.Item, ...]:
    return checklist.items_for(individual, province, TODAY)


def again(*paths: str, individual: bool = False, answers: dict[str, str] | None = None) -> set[str]:
    previous = ALL_YES if answers is None else answers
    return {item.id for item in checklist.to_check_again(previous, paths, asked(individual))}


# --- The rule -----------------------------------------------------------------------------------------------


def test_nothing_changed_nothing_to_check_again():
    assert again() == set()


@pytest.mark.parametrize(
    ("path", "items"),
    [
        (NAME, {"name_well_formed"}),
        ("websites.3.name", {"name_well_formed"}),
        ("websites.0.domain", {"domain_correct"}),
        ("websites.0.access.ip_ranges", {"access_correct"}),
        ("websites.0.approval_numbers.5", {"approval_kept"}),
        ("websites.0.papers.approval.5.1", {"approval_kept"}),
        ("responsible.mobile", {"mobile_correct"}),
        ("websites.1.responsible.email", {"email_correct"}),
        ("subject.address", {"address_correct"}),
        ("papers.subject_certificate", {"certificate_seen", "copies_kept"}),
        ("websites.0.papers.photo", {"photo_taken"}),
        ("websites.1.papers.photo", {"photo_taken"}),
        ("websites.0.responsible.name", {"photo_taken"}),
        ("websites.0.responsible.cert_number", {"photo_taken", "numbers_correct", "copies_kept"}),
        ("subject.investor", {"documents_kept"}),
        ("papers.authorisation", {"documents_kept"}),
        ("something.nobody.knows", {"documents_kept"}),
        ("subject.nature", {item.id for item in checklist.items_for(False, HEBEI, TODAY)}),
    ],
)
def test_a_change_opens_the_items_about_it(path, items):
    assert again(path) == items


@pytest.mark.parametrize("individual", [False, True])
def test_no_fact_of_the_form_falls_through_the_sheet(individual):
    assert [
        path for path, _section, _field in fields.each(facts.blank()) if not again(path, individual=individual)
    ] == []


def test_a_no_or_a_missing_or_a_made_up_answer_does_not_carry():
    answers = {**ALL_YES, "mobile_correct": "no", "email_correct": "", "name_well_formed": "na"}
    del answers["domain_correct"]

    assert again(answers=answers) == {"mobile_correct", "email_correct", "name_well_formed", "domain_correct"}


def test_not_applicable_carries_where_it_may_be_said():
    assert again(answers={**ALL_YES, "approval_kept": "na"}) == set()


# --- The provider's page ------------------------------------------------------------------------------------


def verified_and_back(path: str = NAME, **facts: Any) -> Case:
    """Verified once, returned by the bureau, sent back to the host with a remark about this path."""
    case = Case(**facts).submit().verify().return_to_provider()
    services.claim(case.filing.pk, case.staff)
    remark = services.RemarkDraft(path, "B703", "看到的", "应当的")
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark])
    return case.refresh()


def page(case: Case) -> Any:
    services.claim(case.filing.pk, case.staff)
    client = sign_in(Client(), User.objects.get(pk=case.staff.user_id))
    return client.get(f"/provider/filings/{case.filing.pk}/")


def filled_in(response: Any) -> set[str]:
    sheet = response.context["sheet"]
    return {item.id for item in sheet.items if sheet[item.id].value()}


def items(*but: str, individual: bool = False) -> set[str]:
    return {item.id for item in asked(individual, builders.BEIJING)} - set(but)


def test_a_first_round_starts_with_an_empty_sheet():
    response = page(Case().submit())

    # what there is nothing of, the portal says by itself
    assert filled_in(response) == {"approval_kept"}
    assert response.context["again"] == ""


def test_a_new_website_name_needs_one_line_and_no_new_photo():
    case = verified_and_back().submit()

    response = page(case)

    assert filled_in(response) == items("name_well_formed")
    assert response.context["again"] == _("%(left)d of %(all)d items must be verified again.") % {
        "left": 1,
        "all": len(items()),
    }
    assert str(_("Verified in the last round, unchanged")) in response.content.decode()
    case.refresh()
    answers = dict.fromkeys(items(), "yes")
    services.verify(case.filing.pk, case.staff, version=None, answers=answers, place="营业厅")
    first, second = Verification.objects.filter(filing=case.filing)
    assert list(first.photos.all()) == list(second.photos.all())


def test_the_server_still_wants_every_item():
    case = verified_and_back().submit()
    services.claim(case.filing.pk, case.staff)
    answered = {"name_well_formed": "yes"}
    left = len(items()) - len(answered)

    with pytest.raises(
        MoveRefused,
        match=ngettext("One item of the sheet is unanswered.", "%(count)d items of the sheet are unanswered.", left)
        % {"count": left},
    ):
        services.verify(case.filing.pk, case.staff, version=None, answers=answered, place="营业厅")


@pytest.mark.parametrize("same", [True, False])
def test_another_person_needs_a_new_photo(same):
    person = "responsible" if same else "websites.0.responsible"
    case = verified_and_back(f"{person}.name", same=same)
    services.save_facts(case.filing.pk, case.host, {f"{person}.name": "赵另人"}, version=None)
    whose = "papers.responsible" if same else "websites.0.papers.manager"
    for side in ("front", "back"):
        services.add_evidence(case.filing.pk, case.host, f"{whose}_{side}", invent.card("NEW", 7))
    case.refresh().submit()

    response = page(case)

    assert "photo_taken" not in filled_in(response)
    assert "mobile_correct" in filled_in(response)
    with pytest.raises(
        MoveRefused,
        match=ngettext(
            "Take the photo of the website's responsible person first.",
            "Take the photos of all responsible persons of the websites first.",
            1,
        ),
    ):
        services.verify(case.filing.pk, case.staff, version=None, answers=play.answers(case.filing), place="营业厅")


def test_a_change_of_the_hosts_person_leaves_another_websites_photo_alone():
    case = verified_and_back("responsible.name", same=False)
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "赵另人"}, version=None)
    for side in ("responsible_front", "responsible_back"):
        services.add_evidence(case.filing.pk, case.host, f"papers.{side}", invent.card("NEW", 7))
    case.refresh().submit()

    assert filled_in(page(case)) == items("certificate_seen", "copies_kept", "name_well_formed")


def test_a_new_photo_opens_its_line():
    case = verified_and_back().submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 903)

    assert filled_in(page(case)) == items("name_well_formed", "photo_taken")


def test_what_the_bureau_doubts_is_checked_again_although_nothing_has_changed():
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    doubt = services.RemarkDraft("websites.0.papers.photo", "P502", "照片不清晰", "重新拍摄")
    services.return_to_provider(case.filing.pk, case.reviewer, version=None, remarks=[doubt])

    assert filled_in(page(case.refresh())) == items("photo_taken")


def test_an_answer_that_was_typed_wins_over_the_one_of_an_earlier_round():
    case = verified_and_back().submit()
    page(case)
    client = sign_in(Client(), User.objects.get(pk=case.staff.user_id))

    response = client.post(
        f"/provider/filings/{case.filing.pk}/",
        {"version": case.refresh().filing.version, "pass": "1", "mobile_correct": "no", "name_well_formed": "yes"},
    )

    sheet = response.context["sheet"]
    assert (sheet["mobile_correct"].value(), sheet["email_correct"].value()) == ("no", None)
    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_the_answers_of_an_individuals_sheet_stay_valid_too():
    case = verified_and_back(individual=True).submit()

    assert filled_in(page(case)) == items("name_well_formed", individual=True)
