"""Returning to the host: the preview of the mail, mails of passing and approving, the bureau's remarks passed on."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from post_office.models import Email

from filings import clock, services
from filings.lookup.phrase_bank import GAP
from filings.models import Filing, Remark
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import case_at, client_of, provider, staff
from icp_portal.tests.hostile import fields_of, wrong_fields
from providers.tests.views.returning_desk import BOTH, REMARK, Desk, text, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- The last look ------------------------------------------------------------------------------------


@BOTH
def test_the_mail_that_is_shown_is_the_mail_that_goes(status):
    desk = Desk(status)

    page = desk.preview()

    assert desk.filing.status == status
    assert not Email.objects.exists()
    assert not Remark.objects.exists()
    shown = [unescape(body) for body in re.findall(r'<pre class="letter-body">(.*?)</pre>', page, re.DOTALL)]
    subjects = [unescape(text) for text in re.findall(r"<dd><strong>(.*?)</strong></dd>", page)]
    assert desk.post(fields_of(page), **{desk.button: "1"}).startswith("302")
    sent = list(Email.objects.order_by("pk"))
    assert (shown, subjects) == ([mail.message for mail in sent], [mail.subject for mail in sent])
    assert len(sent) == (2 if desk.at_bureau else 1)


@BOTH
def test_the_hosts_address_is_masked_in_the_last_look(status):
    desk = Desk(status)
    email = desk.case.filing.host.email

    page = desk.preview()

    assert email not in page
    assert f"{email[0]}***@" in page


@BOTH
def test_what_was_typed_comes_back_from_the_last_look(status):
    desk = Desk(status)
    typed = desk.form() | written() | written(1, path="subject.name", code="1008")
    if not desk.at_bureau:
        typed |= {"place": "营业厅 <二层>"}

    look = fields_of(desk.post(typed, preview="1"))
    page = desk.post(look, change="1")

    back = fields_of(page)
    kept = {name: value for name, value in typed.items() if name.startswith("remarks-") or name == "place"}
    assert {name: text(back[name]) for name in kept} == {name: text(value) for name, value in kept.items()}
    assert wrong_fields(page) == set()
    assert desk.filing.status == status


@BOTH
def test_an_incomplete_remark_is_not_shown_but_answered_at_its_field(status):
    desk = Desk(status)

    page = desk.preview(**{"remarks-0-seen": ""})

    assert "letter-body" not in page
    assert wrong_fields(page) == {"seen"}
    assert re.search(r'name="remarks-0-seen"[^>]*autofocus', page)


@BOTH
@pytest.mark.parametrize("button", ["pass", "save", "approve", "ask", "take"])
def test_a_half_written_remark_does_not_take_the_focus_when_another_button_is_pressed(status, button):
    desk = Desk(status)

    page = desk.post(desk.form() | written(seen=""), **{button: "1"})

    assert "autofocus" not in (desk.page() if page.startswith("302") else page)


@BOTH
def test_a_gap_of_a_usual_wording_must_be_filled_in(status):
    desk = Desk(status)

    page = desk.preview(**{"remarks-0-expected": f"改成{GAP}"})

    assert wrong_fields(page) == {"expected"}
    assert "letter-body" not in page


@BOTH
def test_a_second_click_on_send_is_no_fault(status):
    desk = Desk(status)
    look = fields_of(desk.preview())

    first, second = (desk.post(look, **{desk.button: "1"}) for _click in range(2))

    assert first == second
    assert first.startswith("302")
    assert Remark.objects.count() == 1
    assert Email.objects.count() == (2 if desk.at_bureau else 1)


def test_who_lost_the_race_keeps_what_was_typed_and_learns_who_was_faster():
    desk = Desk()
    look = fields_of(desk.preview())
    services.release(desk.case.filing.pk, desk.actor)
    colleague = staff(desk.case.provider)
    play.send_back(desk.filing, colleague, services.RemarkDraft(**REMARK))

    page = desk.post(look, send_back="1")

    assert colleague.name in page
    assert text(fields_of(page)["remarks-0-expected"]) == text(REMARK["expected"])
    assert Remark.objects.count() == 1


@BOTH
def test_a_lease_that_runs_out_during_the_last_look_is_said_and_nothing_is_lost(status):
    desk = Desk(status)
    look = fields_of(desk.preview())
    Filing.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))

    page = desk.post(look, **{desk.button: "1"})

    assert "has expired" in page
    again = desk.client.post(desk.url, fields_of(page) | {"take": "1"}, follow=True).content.decode()
    look = desk.post(fields_of(again), preview="1")
    assert desk.post(fields_of(look), **{desk.button: "1"}).startswith("302")
    assert Remark.objects.get().seen == REMARK["seen"]


@BOTH
def test_a_remark_that_tells_nothing_is_asked_for_what_was_found(status):
    desk = Desk(status)

    page = desk.preview(**{"remarks-0-seen": "信息有误", "remarks-0-expected": "请核实后修改"})

    assert "letter-body" not in page
    assert wrong_fields(page) == {"seen", "expected"}
    assert "This does not say what is wrong." in page
    assert "请核实后修改" in page


@pytest.mark.parametrize("mark", ["", "forged", "\x00", "字"])
@BOTH
def test_nothing_goes_whose_mail_nobody_has_looked_at(status, mark):
    desk = Desk(status)

    look = desk.post(desk.form() | written(), **{desk.button: "1", "looked": mark})

    assert "letter-body" in look
    assert desk.filing.status == status
    assert desk.post(fields_of(look), **{desk.button: "1"}).startswith("302")


@BOTH
def test_a_remark_changed_after_the_last_look_is_looked_at_again(status):
    desk = Desk(status)
    look = fields_of(desk.preview())

    again = desk.post(look | written(expected="改过的要求"), **{desk.button: "1"})

    assert "改过的要求" in again
    assert "letter-body" in again
    assert desk.filing.status == status
    assert desk.post(fields_of(again), **{desk.button: "1"}).startswith("302")
    assert Remark.objects.get().expected == "改过的要求"


def test_there_is_no_last_look_at_what_is_not_ones_own_turn():
    desk = Desk()
    form = desk.form() | written()
    Filing.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))

    assert "letter-body" not in desk.post(form, preview="1")
    assert client_of(staff(provider())).post(desk.url, form | {"preview": "1"}).status_code == 404


def test_the_last_look_shows_typed_markup_as_text():
    page = Desk().preview(**{"remarks-0-seen": "<script>alert(1)</script>"})

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_picture_that_was_chosen_but_not_kept_is_not_lost_in_silence():
    desk = Desk()
    photo = SimpleUploadedFile("photo.jpg", invent.portrait(1).read(), "image/jpeg")

    assert "does not save a picture you have chosen" in desk.preview(photo_file=photo)  # type: ignore[arg-type]
    assert "does not save a picture you have chosen" not in desk.preview()


def test_a_bureau_sees_what_its_return_costs():
    page = Desk(Status.WITH_BUREAU).preview()

    today = clock.due(timezone.localdate()).on
    assert "Effect of this return on the time limit" in page
    assert f"{today.year}" in page
    assert "Effect of this return on the time limit" not in Desk().preview()


# --- The mails of passing and approving ---------------------------------------------------------------


def test_the_mail_of_passing_is_the_one_that_goes():
    desk = Desk()
    shown = desk.client.get(f"{desk.url}mails/").content.decode()
    body = unescape(re.search(r'<pre class="letter-body">(.*?)</pre>', shown, re.DOTALL)[1])

    play.verify(desk.case.filing, desk.case.staff)

    assert body == Email.objects.get().message


def test_the_mails_of_approving_say_that_the_number_is_not_issued_yet():
    desk = Desk(Status.WITH_BUREAU)

    shown = desk.client.get(f"{desk.url}mails/").content.decode()

    assert "(number to be issued)" in shown
    assert desk.case.filing.host.email not in shown
    assert desk.filing.status == Status.WITH_BUREAU
    assert not Email.objects.exists()
    desk.case.approve()
    assert desk.client.get(f"{desk.url}mails/").status_code == 404


# --- The bureau's remarks passed on -------------------------------------------------------------------


def test_the_bureaus_remarks_begin_the_return_to_the_host():
    desk = Desk(Status.RETURNED_TO_PROVIDER)
    assert "?pass_on=1" in desk.page()
    assert text(desk.form()["remarks-0-seen"]) == ""

    drafts = fields_of(desk.page("?pass_on=1"))
    said = play.GOOD_REMARK
    assert [text(drafts[f"remarks-0-{name}"]) for name in ("path", "code", "seen", "expected")] == [
        said.path,
        said.code,
        said.seen,
        said.expected,
    ]
    assert "autofocus" not in desk.page("?pass_on=1")  # it opens at its top; the panel leads to the remark
    assert '<a href="#remarks">unsent remarks: <span data-count="remarks">1</span></a>' in desk.page("?pass_on=1")
    look = desk.post(drafts, preview="1", **{"remarks-0-expected": "请用全称"})
    assert desk.post(fields_of(look), send_back="1").startswith("302")

    assert desk.filing.status == Status.RETURNED_TO_HOST
    assert [remark.expected for remark in Remark.objects.filter(stage="provider")] == ["请用全称"]


@pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU, Status.FILED])
def test_there_is_nothing_to_pass_on_unless_the_bureau_has_returned_it(status):
    case = case_at(status)
    page = client_of(case.staff).get(f"/provider/filings/{case.filing.pk}/?pass_on=1").content.decode()

    assert 'href="?pass_on=1"' not in page
    assert play.GOOD_REMARK.seen not in page
