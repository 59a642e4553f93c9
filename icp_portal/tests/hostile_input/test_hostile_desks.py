"""Whatever is typed at the desks: a message, and the words kept.

Django's test client raises what a view raises, so a 500 fails a test by itself.
"""

from html import escape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import User
from filings import services
from filings.models import Filing, Remark
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, blocked_by, case_at, codes_asked, reviewer, staff
from icp_portal.tests.hostile import ONE_SCRIPT, Desk, browser, fields_of, png_of, words_of, wrong_fields
from ministry.tasks import send_mails

pytestmark = pytest.mark.django_db


class Staffed:
    """A desk of staff with one filing that has been taken into work."""

    def __init__(self, status: Status) -> None:
        self.case = case_at(status)
        self.actor, page = {
            Status.WITH_PROVIDER: (self.case.staff, "provider_desk:verify"),
            Status.WITH_BUREAU: (self.case.reviewer, "bureau_desk:review"),
        }[status]
        services.claim(self.case.filing.pk, self.actor)
        self.client = browser(User.objects.get(pk=self.actor.user_id))
        self.url = reverse(page, args=[self.case.filing.pk])
        self.button = "send_back" if status == Status.WITH_PROVIDER else "return"

    def form(self) -> dict[str, Any]:
        return fields_of(self.client.get(self.url).content.decode())

    def send(self, **changes: Any) -> HttpResponse:
        return self.client.post(self.url, self.form() | changes)

    def send_after_look(self, **changes: Any) -> HttpResponse:
        """Send, look at the mail that is shown, and send."""
        look = self.send(**changes).content.decode()
        return self.client.post(self.url, fields_of(look) | {self.button: "1"})

    def status(self) -> str:
        return self.case.refresh().filing.status


def remark(**changes: str) -> dict[str, str]:
    written = {"path": "websites.0.name", "code": "P301", "seen": "看到的内容", "expected": "应有的内容"} | changes
    return {f"remarks-0-{name}": value for name, value in written.items()}


BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])


@BOTH
def test_a_whole_remark_returns_the_filing(status):
    desk = Staffed(status)

    response = desk.send_after_look(**{desk.button: "1"}, **remark())

    assert response.status_code == 302
    assert desk.status() in (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER)
    assert Remark.objects.get().seen == "看到的内容"


BAD_REMARKS = [
    ({"path": "no.such.path"}, "path"),
    ({"path": "subject"}, "path"),
    ({"path": ""}, "path"),
    ({"code": "X999"}, "code"),
    ({"code": ""}, "code"),
    ({"seen": ""}, "seen"),
    ({"seen": " \u3000\t"}, "seen"),
    ({"seen": "x" * 10_000}, "seen"),
    ({"seen": "a\x00b"}, "seen"),
    ({"expected": "长" * 501}, "expected"),
]


@BOTH
def test_a_bad_remark_is_answered_at_its_field_and_nothing_is_lost(status):
    desk = Staffed(status)
    for changes, field in BAD_REMARKS:
        typed = remark(**changes)

        response = desk.send(**{desk.button: "1"}, **typed)

        page = response.content.decode()
        assert response.status_code == 200
        assert field in wrong_fields(page)
        again = fields_of(page)
        for name in ("remarks-0-seen", "remarks-0-expected"):
            assert words_of(again[name][0]) == words_of(typed[name])
        assert desk.status() == status
        assert not Remark.objects.exists()


@BOTH
def test_returning_without_a_remark_is_refused_in_words(status):
    desk = Staffed(status)

    page = desk.send(**{desk.button: "1"}).content.decode()

    assert "tone-wrong" in page
    assert desk.status() == status


FORGED_COUNTS: list[dict[str, str | None]] = [
    *({"remarks-TOTAL_FORMS": text} for text in ("100000", "-1", "abc", "", "²", "９", "9" * 5000, "\x00", None)),
    *({"remarks-INITIAL_FORMS": text} for text in ("100000", "-5", None)),
    {"remarks-TOTAL_FORMS": None, "remarks-INITIAL_FORMS": None},
]


@BOTH
def test_a_forged_count_of_remarks_is_no_fault_of_ours(status):
    desk = Staffed(status)
    form, got = desk.form(), {}
    for forged in FORGED_COUNTS:
        kept = {name: value for name, value in form.items() if name not in forged}
        sent = kept | {name: value for name, value in forged.items() if value is not None}
        for button in ("more", desk.button, "no-such-button"):
            response = desk.client.post(desk.url, sent | {button: ["1"]})
            is_short = response.content.decode().count('class="remark-row"') <= 40
            got[f"{str(forged)[:45]} {button}"] = (response.status_code, is_short, desk.status())

    assert got == dict.fromkeys(got, (200, True, status))


@BOTH
def test_one_more_row_keeps_what_was_typed(status):
    desk = Staffed(status)
    rows = desk.client.get(desk.url).content.decode().count('class="remark-row"')

    page = desk.send(more="1", **remark()).content.decode()

    assert page.count('class="remark-row"') == rows + 1
    assert fields_of(page)["remarks-0-seen"] == ["看到的内容"]
    assert 'class="field-error"' not in page


@BOTH
def test_a_decision_without_a_true_version_is_refused_and_nothing_is_lost(status):
    desk = Staffed(status)
    for version in (None, "", "-1", "0", "99999999999999999999", "abc", "\x00"):
        form = desk.form() | remark() | {desk.button: "1"}
        form.pop("version")
        if version is not None:
            form["version"] = version

        page = desk.client.post(desk.url, form).content.decode()

        assert "tone-wrong" in page
        assert fields_of(page)["remarks-0-seen"] == ["看到的内容"]
        assert desk.status() == status


@BOTH
def test_remarks_survive_when_the_lease_has_run_out_meanwhile(status):
    """The refusal promises that what was typed is still here."""
    desk = Staffed(status)
    form = desk.form() | remark() | {desk.button: "1"}
    Filing.objects.update(claimed_until=timezone.now())

    page = desk.client.post(desk.url, form).content.decode()

    assert "tone-wrong" in page
    assert "看到的内容" in page
    assert "应有的内容" in page
    assert desk.status() == status


@BOTH
def test_remarks_survive_when_a_colleague_has_it_meanwhile(status):
    desk = Staffed(status)
    form = desk.form() | remark() | {desk.button: "1"}
    services.release(desk.case.filing.pk, desk.actor)
    colleague = staff(desk.case.provider) if status == Status.WITH_PROVIDER else reviewer()
    services.claim(desk.case.filing.pk, colleague)

    page = desk.client.post(desk.url, form).content.decode()

    assert colleague.name in page
    assert "看到的内容" in page
    assert desk.status() == status


def sheet(desk: Staffed, **changes: Any) -> dict[str, Any]:
    return {**play.answers(desk.case.filing), "place": "营业厅一层", "statement": "on", "pass": "1", **changes}


UPLOAD = {"photo_reason": "no_camera", "photo_place": "营业厅"}


def test_the_photo_is_kept_first_and_the_filing_passes_with_the_next_click():
    desk = Staffed(Status.WITH_PROVIDER)

    kept = desk.send(photo="1", photo_file=invent.portrait(1), **UPLOAD)
    again = fields_of(kept.content.decode())
    response = desk.client.post(desk.url, again | sheet(desk))

    assert kept.status_code == 200
    assert response.status_code == 302
    assert desk.status() == Status.WITH_BUREAU


def test_photo_and_sheet_pass_with_one_click():
    desk = Staffed(Status.WITH_PROVIDER)

    assert desk.send(**sheet(desk, photo_file=invent.portrait(1), **UPLOAD)).status_code == 302
    assert desk.status() == Status.WITH_BUREAU


def test_where_codes_are_asked_the_verifier_is_not_told_that_the_days_count():
    """The filing waits for the responsible persons; the bureau has received nothing."""
    desk = Staffed(Status.WITH_PROVIDER)

    with codes_asked():
        passed = desk.send(**sheet(desk, photo_file=invent.portrait(1), **UPLOAD))

    assert desk.status() == Status.WITH_PERSONS
    told = [str(message).partition(" <a")[0] for message in get_messages(passed.wsgi_request)]  # with a link to it
    assert told == [
        _("Verified. Each responsible person gets a code; once all have entered theirs, the filing goes to the bureau.")
    ]


BAD_SHEETS: list[tuple[dict[str, Any], str]] = [
    ({"domain_correct": "maybe"}, "domain_correct"),
    ({"domain_correct": "na"}, "domain_correct"),
    ({"domain_correct": ""}, "domain_correct"),
    ({"place": ""}, "place"),
    ({"place": "x" * 10_000}, "place"),
    ({"place": "a\x00b"}, "place"),
    ({"statement": ""}, "statement"),
    ({"photo_file": b"rubbish", **UPLOAD}, "photo_file"),
    ({"photo_file": b"", **UPLOAD}, "photo_file"),
    ({"photo_file": png_of(20_000, 10_000), **UPLOAD}, "photo_file"),
    ({"photo_file": png_of(799, 600), **UPLOAD}, "photo_file"),
    ({"photo_file": png_of(800, 600), **UPLOAD, "photo_reason": ""}, "photo_reason"),
    ({"photo_file": png_of(800, 600), **UPLOAD, "photo_reason": "no_such"}, "photo_reason"),
    ({"photo_file": png_of(800, 600), **UPLOAD, "photo_reason": "other"}, "photo_reason_note"),
    ({"photo_file": png_of(800, 600), **UPLOAD, "photo_place": ""}, "photo_place"),
]


def test_a_bad_answer_of_the_sheet_is_answered_at_its_field():
    desk = Staffed(Status.WITH_PROVIDER)
    play.photograph(desk.case.filing, desk.actor, "websites.0.papers.photo", 1)
    for changes, field in BAD_SHEETS:
        sent = {
            name: SimpleUploadedFile("p.jpg", value) if isinstance(value, bytes) else value
            for name, value in changes.items()
        }
        page = desk.send(**sheet(desk, **sent)).content.decode()

        assert field in wrong_fields(page)
        if field != "place":
            assert fields_of(page)["place"] == ["营业厅一层"]
        assert desk.status() == Status.WITH_PROVIDER


def test_a_no_on_the_sheet_does_not_pass():
    desk = Staffed(Status.WITH_PROVIDER)
    play.photograph(desk.case.filing, desk.actor, "websites.0.papers.photo", 1)

    page = desk.send(**sheet(desk, domain_correct="no")).content.decode()

    assert "tone-wrong" in page
    assert desk.status() == Status.WITH_PROVIDER


def test_markup_in_a_remark_is_text_for_everybody_and_stays_out_of_the_mail():
    seen = f"看到{ONE_SCRIPT}&<b>粗</b>"
    desk = Staffed(Status.WITH_BUREAU)
    Email.objects.all().delete()
    desk.send_after_look(**{"return": "1"}, **remark(seen=seen, expected='"><img src=x onerror=alert(1)>'))
    case = desk.case
    services.claim(case.filing.pk, case.staff)
    pages = [
        browser(User.objects.get(pk=case.staff.user_id)).get(reverse("provider_desk:verify", args=[case.filing.pk]))
    ]
    services.send_back(
        case.filing.pk,
        case.staff,
        version=None,
        remarks=[services.RemarkDraft(path="websites.0.name", code="P301", seen=seen, expected=ONE_SCRIPT)],
    )
    host = browser(case.filing.host)
    for name, args in (("status", []), ("overview", []), ("section", ["website"])):
        pages.append(host.get(reverse(f"filings:{name}", args=[case.filing.pk, *args])))
    pages.append(desk.client.get(desk.url))

    for response in pages:
        page = response.content.decode()
        assert response.status_code == 200
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert escape(seen) in page
    mails = [mail.message for mail in Email.objects.all() if "P301" in mail.message]
    assert mails
    assert not any(seen in message or ONE_SCRIPT in message for message in mails)


def test_a_mail_that_can_not_be_sent_does_not_hold_up_the_others(mailbox):
    case = Case()
    services.submit(case.filing.pk, case.host, version=None)
    first, *others = Email.objects.order_by("pk")
    first.to = ["a@b\u202e.cn"]
    first.save()

    send_mails()

    assert len(mailbox.messages()) == len(others) == 1


BREAKS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
def test_a_line_break_in_a_field_of_one_line_is_refused_and_makes_no_header(line_break):
    """Names stand in the subjects of mails. A draft's host is written to before anything has been judged."""
    desk = Desk()
    name = f"示例{line_break}Bcc: all@example.cn"
    page = desk.type("subject", name=name, remark="第一行\n第二行").content.decode()
    assert wrong_fields(page) == {"name"}
    with blocked_by("1999"):
        services.submit(desk.case.filing.pk, desk.case.host, version=None)

    Email.objects.all().delete()
    desk.case.lapse()

    mail = Email.objects.get()
    assert len(mail.subject.splitlines()) == 1
    assert not any(line.startswith("Bcc:") for line in mail.message.splitlines())
    assert mail.bcc == []


def test_saving_after_the_filing_has_gone_on_loses_no_words():
    """Two windows: in one the filing is submitted, in the other a page is saved a moment later."""
    desk = Desk()
    form = fields_of(desk.client.get(desk.url("website")).content.decode()) | {"remark": ["在另一个窗口写下的长备注"]}
    services.submit(desk.case.filing.pk, desk.case.host, version=None)

    response = desk.client.post(desk.url("website"), form)

    assert "在另一个窗口写下的长备注" in response.content.decode()
    assert desk.kept("websites.0.remark") == ""
