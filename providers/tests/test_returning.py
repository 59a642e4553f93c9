"""Returning to the host: usual wordings, the preview of the mail, the bureau's remarks passed on."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from bureaus.models import Reviewer, ReviewerRole
from filings import clock, reasons, services
from filings.lookup import phrase_bank
from filings.lookup.phrase_bank import GAP
from filings.models import Filing, Phrase, PhraseChange, Remark
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, provider, reviewer, staff
from icp_portal.tests.hostile import fields_of, wrong_fields
from providers.models import StaffRole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

REMARK = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称\n或注册商标"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


def client_of(actor: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


class Desk:
    """A desk's page of a filing that its person has claimed."""

    def __init__(self, status: Status = Status.WITH_PROVIDER) -> None:
        self.case = case_at(status)
        self.at_bureau = status == Status.WITH_BUREAU
        self.actor = self.case.reviewer if self.at_bureau else self.case.staff
        services.claim(self.case.filing.pk, self.actor)
        Email.objects.all().delete()
        self.client = client_of(self.actor)
        self.url = f"/{'bureau' if self.at_bureau else 'provider'}/filings/{self.case.filing.pk}/"
        self.button = "return" if self.at_bureau else "send_back"

    def page(self, query: str = "") -> str:
        return self.client.get(self.url + query).content.decode()

    def form(self) -> dict[str, Any]:
        return fields_of(self.page())

    def post(self, data: dict[str, Any], **changes: str) -> str:
        response = self.client.post(self.url, data | changes)
        return response.content.decode() if response.status_code == 200 else f"{response.status_code} {response.url}"

    def preview(self, **changes: str) -> str:
        return self.post(self.form() | written(), preview="1", **changes)

    @property
    def filing(self) -> Filing:
        return self.case.refresh().filing


def written(row: int = 0, **changes: str) -> dict[str, str]:
    return {f"remarks-{row}-{name}": value for name, value in (REMARK | changes).items()}


BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])


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


def text(value: Any) -> str:
    """Return a value regardless of how a browser sends it: line ends and list positions do not count."""
    first = value[0] if isinstance(value, list) else value
    return first.replace("\r\n", "\n").replace("\n", "")


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
    play.send_back(desk.filing, colleague)

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


# --- Usual wordings in the rows -----------------------------------------------------------------------


@pytest.fixture
def learned() -> tuple[Desk, Phrase]:
    desk = Desk()
    services.send_back(
        desk.case.filing.pk,
        desk.actor,
        version=None,
        remarks=[services.RemarkDraft("websites.0.name", "P301", "名称笼统", "改用全称")],
    )
    another = Desk.__new__(Desk)
    another.case = Case(of=desk.case.provider).submit()
    another.at_bureau, another.actor = False, another.case.staff
    services.claim(another.case.filing.pk, another.actor)
    another.client, another.button = client_of(another.actor), "send_back"
    another.url = f"/provider/filings/{another.case.filing.pk}/"
    return another, Phrase.objects.get()


def test_without_a_script_a_button_brings_the_wordings_and_another_fills_the_row(learned):
    desk, phrase = learned
    typed = (
        desk.form()
        | written(1, seen="自己写的", expected="自己的要求")
        | {
            "remarks-0-path": "websites.0.name",
            "remarks-0-code": "P301",
        }
    )

    page = desk.post(typed, wordings="0")
    assert f'value="0:{phrase.pk}"' in page
    assert f'value="1:{phrase.pk}"' in page
    page = desk.post(fields_of(page), pick=f"0:{phrase.pk}")

    filled = fields_of(page)
    assert [text(filled[f"remarks-0-{name}"]) for name in ("seen", "expected")] == ["名称笼统", "改用全称"]
    assert [text(filled[f"remarks-1-{name}"]) for name in ("seen", "expected")] == ["自己写的", "自己的要求"]
    assert re.search(r'name="remarks-0-seen"[^>]*autofocus', page)


@pytest.mark.parametrize("pick", ["0:999999", "0:", ":", "9:official", "x:y", "0:²", "-1:official", "0:official:1", ""])
def test_a_forged_pick_changes_nothing(learned, pick):
    desk, _phrase = learned
    typed = desk.form() | written()

    page = desk.post(typed, pick=pick)

    assert text(fields_of(page)["remarks-0-seen"]) == REMARK["seen"]


def test_a_strangers_wording_can_not_be_picked_or_seen(learned):
    _desk, phrase = learned
    stranger = Desk()

    page = stranger.post(stranger.form() | written(), pick=f"0:{phrase.pk}")
    part = stranger.client.get("/provider/wordings/?code=P301&path=websites.0.name&row=0").content.decode()

    assert text(fields_of(page)["remarks-0-seen"]) == REMARK["seen"]
    assert "名称笼统" not in page + part + stranger.client.get("/provider/phrases/").content.decode()
    bureau = client_of(reviewer()).get("/bureau/wordings/?code=P301&path=websites.0.name&row=0").content.decode()
    assert "名称笼统" not in bureau


def test_the_part_of_the_page_with_the_wordings(learned, django_assert_max_num_queries):
    desk, phrase = learned
    desk.client.get("/provider/")
    with django_assert_max_num_queries(5):
        part = desk.client.get("/provider/wordings/?code=P301&path=websites.2.name&row=3").content.decode()
    assert part.count('<span class="code">P301</span>') == part.count("<button")

    assert f'value="3:{phrase.pk}"' in part
    assert 'value="3:official"' in part
    for query in ("", "?code=X&path=y&row=z", "?code=P301", "?code=P301&path=%3Cb%3E&row=%3Cb%3E"):
        assert desk.client.get(f"/provider/wordings/{query}").status_code == 200


# --- The bank's page ----------------------------------------------------------------------------------


def test_a_supervisor_hides_and_shows_again_and_it_stands_there(learned):
    desk, phrase = learned
    chief = staff(desk.case.provider, StaffRole.SUPERVISOR)
    client, url = client_of(chief), f"/provider/phrases/{phrase.pk}/"

    client.post(url, {"hide": "1"})
    assert "名称笼统" not in client.get("/provider/phrases/").content.decode()
    hidden = client.get("/provider/phrases/?tab=hidden").content.decode()
    assert "名称笼统" in hidden
    assert f"hidden by {chief.name}" in hidden
    client.post(url, {"show": "1"})
    page = client.get("/provider/phrases/").content.decode()
    for said in ("名称笼统", str(reasons.text_of("P301")), '<span class="code quiet">P301</span>'):
        assert said in page
    assert list(PhraseChange.objects.values_list("hides", flat=True)) == [True, False]


def test_a_chief_hides_a_wording_of_the_bureau_and_nobody_elses():
    desk = Desk(Status.WITH_BUREAU)
    services.return_to_provider(
        desk.case.filing.pk,
        desk.actor,
        version=None,
        remarks=[services.RemarkDraft("websites.0.name", "P301", "名称笼统", "改用全称")],
    )
    phrase = Phrase.objects.get()
    url = f"/bureau/phrases/{phrase.pk}/"
    assert url not in desk.client.get("/bureau/phrases/").content.decode()
    assert desk.client.post(url, {"hide": "1"}).status_code == 404
    Reviewer.objects.filter(user=desk.actor.user_id).update(role=ReviewerRole.CHIEF)
    elsewhere = reviewer(GUANGDONG)
    Reviewer.objects.filter(user=elsewhere.user_id).update(role=ReviewerRole.CHIEF)

    assert url in desk.client.get("/bureau/phrases/").content.decode()
    assert client_of(elsewhere).post(url, {"hide": "1"}).status_code == 404
    assert desk.client.post(url, {"hide": "1"}).status_code == 302
    assert "名称笼统" not in desk.client.get("/bureau/phrases/").content.decode()
    assert list(PhraseChange.objects.values_list("hides", "user_id")) == [(True, desk.actor.user_id)]


def test_verifiers_read_the_bank_and_only_supervisors_of_the_house_change_it(learned):
    desk, phrase = learned
    page = desk.client.get("/provider/phrases/").content.decode()

    assert "名称笼统" in page
    assert f"/provider/phrases/{phrase.pk}/" not in page
    assert desk.client.post(f"/provider/phrases/{phrase.pk}/", {"hide": "1"}).status_code == 404
    stranger = client_of(staff(provider(), StaffRole.ADMINISTRATOR))
    assert stranger.post(f"/provider/phrases/{phrase.pk}/", {"hide": "1"}).status_code == 404
    phrase.refresh_from_db()
    assert phrase.hidden_at is None


def test_the_bank_in_pages_costs_the_same(learned, django_assert_max_num_queries):
    desk, _phrase = learned
    phrase_bank.learn(
        desk.case.filing,
        desk.actor,
        [
            services.RemarkDraft(
                "websites.0.name", "P301", "笼统" + "甲乙丙丁戊己庚辛壬癸"[n % 10] * (n // 10 + 1), "请改"
            )
            for n in range(40)
        ],
    )
    desk.client.get("/provider/phrases/")

    with django_assert_max_num_queries(7):
        page = desk.client.get("/provider/phrases/").content.decode()

    assert page.count("<tr>") == 26
    [following] = re.findall(r'href="(\?[^"]*after=[^"]*)"', page)
    assert desk.client.get(f"/provider/phrases/{unescape(following)}").content.decode().count("<tr>") == 17


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


# --- Approved -----------------------------------------------------------------------------------------


def test_number_and_record_stand_on_the_providers_page_and_in_its_queue():
    case = case_at(Status.FILED, websites=2)
    client = client_of(case.staff)

    page = client.get(f"/provider/filings/{case.filing.pk}/").content.decode()

    for website in case.filing.subject.websites.all():
        assert str(website.number) in page
    assert case.filing.subject.responsible_email not in re.search(r"<form.*?password.*?</form>", page, re.DOTALL)[0]
    assert str(case.filing.subject.number) in client.get("/provider/?tab=done").content.decode()


def ask(case: Case, client: Client) -> str:
    return client.post(f"/provider/filings/{case.filing.pk}/password/", follow=True).content.decode()


def no_password_owed(case: Case) -> None:
    """Set the state after the password due at approval has been sent."""
    subject = case.filing.subject
    subject.password_wanted_at = None
    subject.save(update_fields=["password_wanted_at"])


def test_a_new_filing_password_goes_to_the_address_on_record_and_the_host_is_told():
    case = case_at(Status.FILED)
    no_password_owed(case)
    Email.objects.all().delete()

    page = ask(case, client_of(case.staff))

    case.filing.subject.refresh_from_db()
    assert case.filing.subject.password_wanted_at is not None
    assert "is being sent to the host" in page
    assert [event.name for event in case.filing.events.all()][-1] == "password"
    mail = Email.objects.get()
    assert mail.to == [case.filing.host.email]
    assert str(case.filing.subject.number) in mail.subject
    host = client_of(case.host).get(f"/filings/{case.filing.pk}/").content.decode()
    assert "New filing password sent" in host


def test_a_password_is_asked_for_once_a_day_whoever_asks():
    case = case_at(Status.FILED)
    client = client_of(case.staff)
    assert "already being sent to the host" in ask(case, client)  # the one of the approval
    no_password_owed(case)
    ask(case, client)
    no_password_owed(case)

    page = ask(case, client_of(staff(case.provider)))

    case.filing.subject.refresh_from_db()
    assert "within the last 24 hours" in page
    assert case.filing.subject.password_wanted_at is None
    assert case.filing.events.filter(name="password").count() == 1


@pytest.mark.parametrize(
    "status", [status for status in Status if status not in (Status.FILED, Status.DRAFT, Status.LAPSED)]
)
def test_there_is_no_password_to_ask_for_before_the_approval(status):
    case = case_at(status)

    page = ask(case, client_of(case.staff))

    assert "until the filing has been approved" in page
    assert not case.filing.events.filter(name="password").exists()


def test_another_provider_or_one_that_has_lost_the_host_gets_nothing():
    case = case_at(Status.FILED)
    no_password_owed(case)
    url = f"/provider/filings/{case.filing.pk}/password/"

    assert client_of(staff(provider())).post(url).status_code == 404
    assert client_of(case.reviewer).post(url).status_code == 404
    assert client_of(case.host).post(url).status_code == 404
    website = case.filing.subject.websites.get()
    website.accesses.update(live=False)
    assert "no longer serve this host" in ask(case, client_of(case.staff))
    case.filing.subject.refresh_from_db()
    assert case.filing.subject.password_wanted_at is None
