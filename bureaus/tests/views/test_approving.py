"""Approving in two steps: nothing typed is lost, and nobody approves without the preview."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.mail import mask_address
from bureaus import approvals
from bureaus.models import Bureau
from filings import services
from filings.kinds import Kind
from filings.models import DecisionDraft, Filing, Look, ProviderNotice
from filings.moves.remarks import RemarksUnsent
from filings.review import decision_drafts, opinions
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, case_at, number, reviewer, sign_in, sister_of, user_of
from icp_portal.tests.hostile import fields_of
from icp_portal.tests.reports import Reported
from ministry.models import NumberSeries, Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

REMARK = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称"}
NOTHING_SENT = {"opinion": "", "question": "", "days": ""}


class Desk:
    """The page of a filing that its reviewer has claimed."""

    def __init__(self, case: Case | None = None) -> None:
        self.case = case or case_at(Status.WITH_BUREAU)
        services.claim(self.case.filing.pk, self.case.reviewer)
        self.case.refresh()
        self.client = sign_in(Client(), user_of(self.case.reviewer))
        self.url = reverse("bureau_desk:review", args=[self.case.filing.pk])

    def form(self) -> dict[str, Any]:
        return fields_of(self.client.get(self.url).content.decode())

    def press(self, button: str = "approve", **typed: Any) -> Any:
        return self.client.post(self.url, self.form() | typed | {button: "1"})

    def confirm(self, look: Any, **typed: Any) -> Any:
        return self.client.post(self.url, fields_of(look.content.decode()) | typed | {"approve": "1"})

    @property
    def status(self) -> str:
        return str(self.case.refresh().filing.status)


def row(at: int = 0, **changes: str) -> dict[str, str]:
    return {f"remarks-{at}-{name}": text for name, text in (REMARK | changes).items()}


def told(case: Case) -> dict[str, str]:
    return {one.label: one.value for one in approvals.effects(case.refresh().filing, full=False)}


# --- Two presses ------------------------------------------------------------------------------------------


def test_one_press_issues_no_number_and_the_second_one_does():
    desk = Desk()

    look = desk.press(opinion="材料齐全。")

    assert look.status_code == 200
    assert (desk.status, Subject.objects.count(), NumberSeries.objects.count()) == (Status.WITH_BUREAU, 0, 0)
    assert "材料齐全。" in look.content.decode()
    assert desk.confirm(look).status_code == 302
    assert desk.status == Status.FILED
    assert desk.case.filing.opinions.get().text == "材料齐全。"


def test_the_certificate_that_is_approved_is_read_in_full_and_that_look_is_recorded():
    desk = Desk()
    certificate = desk.case.filing.get("subject.cert_number")
    looks = Look.objects.filter(filing=desk.case.filing, user=desk.case.reviewer.user_id)

    pages = [desk.press().content.decode() for _again in range(2)]

    assert [certificate in page for page in pages] == [True, True]
    assert looks.count() == 1
    assert certificate not in told(desk.case)[str(_("Site host"))]


def test_the_mails_that_are_shown_are_the_mails_that_go_but_for_numbers():
    desk = Desk()
    Email.objects.all().delete()

    page = desk.press().content.decode()

    shown = [unescape(body) for body in re.findall(r'<pre class="letter-body">(.*?)</pre>', page, re.DOTALL)]
    services.approve(desk.case.filing.pk, desk.case.reviewer, version=None)
    sent = [mail.message for mail in Email.objects.order_by("pk")]
    given = str(desk.case.refresh().filing.subject.number)
    unnumbered = [re.sub(rf"{given}-\d+", str(_("(number to be issued)")), text) for text in sent]
    assert len(shown) == len(sent) == 2
    assert [text.splitlines()[0] for text in shown] == [text.splitlines()[0] for text in unnumbered]
    assert desk.case.filing.host.email not in page


def test_a_version_that_nobody_looked_at_is_not_approved():
    desk = Desk()
    look = fields_of(desk.press().content.decode())
    Filing.objects.filter(pk=desk.case.filing.pk).update(version=desk.case.filing.version + 1)

    old = desk.client.post(desk.url, look | {"approve": "1"})
    forged = desk.client.post(desk.url, look | {"approve": "1", "version": str(desk.case.refresh().filing.version)})

    assert "has already acted" in old.context["refusal"]
    assert str(_("Confirm the approval")) in forged.content.decode()  # looked at anew
    assert desk.status == Status.WITH_BUREAU


def test_the_mark_of_another_filing_or_of_a_return_is_none():
    desk, other = Desk(), Desk()
    mark = fields_of(other.press().content.decode())["looked"]
    of_return = fields_of(desk.press("return", **row()).content.decode())["looked"]
    for name in REMARK:
        desk.client.post(desk.url, desk.form() | row(**dict.fromkeys(REMARK, "")) | {"more": name})

    for looked in (mark, of_return, ["x"], [""]):
        answer = desk.press(looked=looked)
        assert str(_("Confirm the approval")) in answer.content.decode()
    assert desk.status == Status.WITH_BUREAU


def test_a_second_click_of_a_double_one_is_no_fault():
    desk = Desk()
    look = desk.press()

    first, second = desk.confirm(look), desk.confirm(look)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Subject.objects.count() == 1


def test_back_to_change_brings_the_opinion_back():
    desk = Desk()
    look = desk.press(opinion="材料齐全。")

    page = desk.client.post(desk.url, fields_of(look.content.decode()) | {"change": "1"}).content.decode()

    assert fields_of(page)["opinion"] == ["材料齐全。"]
    assert desk.form()["opinion"] == ["材料齐全。"]


# --- What it says it will do --------------------------------------------------------------------------------


def test_a_first_filing_gets_the_next_number_of_its_series_and_a_password_by_mail():
    case = Case(websites=2).to(Status.WITH_BUREAU)

    rows = told(case)

    assert rows["Number"] == f"The next number of the series 京ICP备{timezone.localdate().year}, with services -1 to -2"
    assert rows["Site host"].startswith(case.filing.subject_name)
    assert case.filing.get("subject.cert_number") not in rows["Site host"]
    for at in (0, 1):
        assert case.filing.get(f"websites.{at}.domain") in rows["Websites and other services"]
    address = str(case.filing.get("responsible.email"))
    assert rows["Filing password"] == f"A new one is created and sent to {mask_address(address)}"
    assert rows["Notified by e-mail"] == f"the host; the access provider {case.provider.name}"


def about(kind: Kind, **values: object) -> Case:
    """Return a filing of this kind, with the bureau, about a record that a second provider serves too."""
    case = case_at(Status.FILED)
    sister_of(case)
    target = play_kinds.target_of(case.filing)
    case.filing = play_kinds.complete_draft(case.host, kind, target, case.provider.pk, number(), **values)
    services.submit(case.filing.pk, case.host, version=None)
    play.verify(case.filing, case.staff)
    return case.refresh()


def test_a_change_keeps_the_number_and_tells_those_whom_it_really_tells():
    case = about(Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号"})

    rows = told(case)

    number_ = case.filing.about_subject.number
    assert rows["Number"] == f"No new number; {number_} stays"
    assert rows["Filing password"] == "stays the same"
    services.claim(case.filing.pk, case.reviewer)
    services.approve(case.filing.pk, case.reviewer, version=None)
    others = [told.provider.name for told in ProviderNotice.objects.filter(filing=case.filing)]
    assert len(others) == 1
    assert (
        rows["Notified by e-mail"]
        == f"the host; the access provider {case.provider.name}; the access provider {others[0]}"
    )


@pytest.mark.parametrize(
    ("case", "told_next"),
    [
        (lambda: case_at(Status.WITH_BUREAU), "The number and the filing password are being sent to the host."),
        (lambda: about(Kind.NEW_WEBSITE), "The host is being told by e-mail."),
        (lambda: Reported().report(), "The host is being told by e-mail."),
    ],
)
def test_the_password_is_said_to_be_sent_only_where_it_is(case, told_next):
    desk = Desk(case())

    page = desk.client.get(desk.confirm(desk.press()).url).text

    number_ = desk.case.refresh().filing.subject.number
    assert f"Approved: {number_}. {told_next}" in unescape(page)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (lambda: case_at(Status.WITH_BUREAU), "Confirm the approval and issue the number"),
        (lambda: about(Kind.CHANGE_SUBJECT, **{"subject.address": "示例路9号"}), "Confirm the approval"),
    ],
)
def test_the_button_says_whether_a_number_is_issued(case, words):
    page = Desk(case()).press().content.decode()

    button = re.search(r'<button[^>]* name="approve"[^>]*>(.*?)</button>', page, re.DOTALL)
    assert button
    assert " ".join(button[1].split()) == words


def test_a_cancellation_says_which_numbers_end():
    case = about(Kind.CANCEL_WEBSITE)

    assert told(case)["Number"] == f"Void from today: {case.filing.about_website.number}"


def test_a_new_website_gets_the_next_number_under_its_hosts():
    case = about(Kind.NEW_WEBSITE)

    assert told(case)["Number"] == f"The next number under {case.filing.about_subject.number}"


# --- Remarks that have not been sent ------------------------------------------------------------------------


def test_an_approval_never_drops_a_return_that_is_typed():
    desk = Desk()

    answer = desk.press(**row())

    assert "“Website name”" in answer.context["refusal"]
    assert 'href="#remarks"' in answer.content.decode()
    assert desk.status == Status.WITH_BUREAU
    assert fields_of(answer.content.decode())["remarks-0-seen"] == ["名称太笼统"]
    # removed on purpose, it is approved
    emptied = desk.client.post(desk.url, fields_of(answer.content.decode()) | {"drop": "0"})
    look = desk.client.post(desk.url, fields_of(emptied.content.decode()) | {"approve": "1"})
    assert desk.confirm(look).status_code == 302
    assert desk.status == Status.FILED


def test_a_remark_typed_in_another_window_since_stops_the_second_press():
    desk = Desk()
    look = desk.press()
    version = DecisionDraft.objects.get().version
    decision_drafts.save(desk.case.filing.pk, desk.case.reviewer, words=NOTHING_SENT, remarks=[REMARK], version=version)

    answer = desk.confirm(look)

    assert "“Website name”" in answer.context["refusal"]
    assert desk.status == Status.WITH_BUREAU
    with pytest.raises(RemarksUnsent, match="Website name"):
        services.approve(desk.case.filing.pk, desk.case.reviewer, version=None)


def test_a_proposal_never_drops_a_return_either():
    case = case_at(Status.WITH_BUREAU)
    Bureau.objects.filter(pk=case.filing.bureau_id).update(two_reviewers=True)
    named = {**case.filing.facts, "websites": [{**case.filing.facts["websites"][0], "approvals": [1]}]}
    Filing(pk=case.filing.pk, facts=named).save(force_update=True, update_fields=["facts"])
    desk = Desk(case.refresh())

    answer = desk.press("propose", **row())

    assert "“Website name”" in answer.context["refusal"]
    assert not case.filing.opinions.exists()
    with pytest.raises(RemarksUnsent, match="Website name"):
        opinions.propose(case.filing.pk, case.reviewer, version=case.refresh().filing.version, text="")


@pytest.mark.parametrize("button", ["approve", "return"])
def test_a_decision_never_drops_a_typed_question(button):
    desk = Desk()

    answer = desk.press(button, question="请问该域名由谁使用？", **(row() if button == "return" else {}))

    assert "has been written but not sent" in answer.context["refusal"]
    assert list(answer.context["form"].errors) == ["question"]
    assert 'href="#id_question"' in answer.content.decode()
    if button == "approve":
        with pytest.raises(opinions.QuestionUnsent, match="has been written but not sent"):
            services.approve(desk.case.filing.pk, desk.case.reviewer, version=None)
    assert (desk.status, DecisionDraft.objects.get().words["question"]) == (Status.WITH_BUREAU, "请问该域名由谁使用？")


def test_a_row_without_a_word_stops_nothing():
    desk = Desk()

    assert (
        str(_("Confirm the approval")) in desk.press(**row(path="", code="", seen=" ", expected="\n")).content.decode()
    )


# --- Who ----------------------------------------------------------------------------------------------------


def test_whoever_may_not_approve_looks_at_nothing():
    desk = Desk()
    services.release(desk.case.filing.pk, desk.case.reviewer)

    answer = desk.client.post(desk.url, {"version": desk.case.refresh().filing.version, "approve": "1"})

    assert str(_("Confirm the approval")) not in answer.content.decode()
    assert (
        _("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept.")
        in answer.context["refusal"]
    )
    stranger = sign_in(Client(), user_of(reviewer("440000")))
    assert stranger.post(desk.url, {"version": "1", "approve": "1"}).status_code == 404
