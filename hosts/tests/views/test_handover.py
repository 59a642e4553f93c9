"""A paper handed over to the phone: from the code to the picture, what is no picture, and codes that are over."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from filings import services
from filings.errors import MoveRefused
from filings.evidence import pictures, quality
from filings.fields import attachments
from filings.fields.display import masked_name
from filings.models import Handover
from filings.rules import corrections
from filings.states import Status
from filings.verification import handovers
from hosts.tests.views.phones import KIND, PATH, Desk, good, is_gone, send
from icp_portal.demo import play
from icp_portal.tests.builders import case_at
from icp_portal.tests.hostile import browser, fields_of, wrong_fields
from icp_portal.tests.photos import as_file, blurred

pytestmark = pytest.mark.django_db


# --- The way it is meant ----------------------------------------------------------------------------------


def test_a_picture_from_the_phone_is_the_hosts_and_says_where_it_came_from():
    desk, phone = Desk(), Client()
    address = desk.code()
    handover = Handover.objects.get()
    assert phone.get(address).status_code == 200

    sent = send(phone, address)

    assert (sent.status_code, sent["Location"]) == (302, reverse("filings:phone_done"))
    assert phone.get(sent["Location"]).status_code == 200
    picture = desk.current()
    assert (picture.uploaded_by_id, picture.handover_id, picture.advice) == (desk.case.host.user_id, handover.pk, [])
    handover.refresh_from_db()
    assert handover.closed_at is not None


def test_the_secret_is_in_the_code_alone():
    desk = Desk()
    page = desk.make()
    token = re.findall(r"/filings/phone/([\w-]+)/", page.content.decode())[0]

    assert len(token) == 22
    assert token not in str(Handover.objects.values().get())
    assert token not in str(dict(desk.client.session))
    assert "no-store" in page["Cache-Control"]
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert " style=" not in page.content.decode()


def test_the_desktop_learns_of_the_picture():
    desk, phone = Desk(), Client()
    address = desk.code()
    handover = Handover.objects.get()
    waiting = desk.state(handover)

    send(phone, address)

    come = desk.state(handover)
    url = reverse("filings:evidence", args=[desk.case.filing.pk, desk.current().pk])
    assert [url in page for page in (waiting, come)] == [False, True]
    assert ["data-over" in page for page in (waiting, come)] == [False, True]
    assert url in desk.state(handover, "")
    assert desk.client.get(url).status_code == 200


def test_the_phone_shows_which_paper_and_hardly_whose():
    desk = Desk()
    filing = desk.case.filing
    page = Client().get(desk.code()).content.decode()

    assert str(attachments.label(KIND)) in unescape(page)
    assert masked_name(filing.subject_name) in page
    for secret in (filing.subject_name, filing.domain, filing.host.email, filing.get("responsible.name")):
        assert secret not in page
    assert f"/filings/{filing.pk}/" not in page


def test_names_are_masked():
    assert [masked_name(name) for name in ("", "王丽", "欧阳建国", "云岭星河1号网络科技有限公司")] == [
        "",
        "王****",
        "欧阳****",
        "云岭****",
    ]


def test_a_poor_picture_is_told_and_another_one_may_follow():
    desk, phone = Desk(), Client()
    address = desk.code()

    sent = send(phone, address, as_file(blurred()))
    page = phone.get(address).content.decode()
    first = desk.current()
    better = send(phone, address)

    assert (sent.status_code, sent["Location"]) == (302, address)
    assert str(quality.ADVICE["blurred"].message) in page
    assert first.advice == ["blurred"]
    assert (better["Location"], desk.current().advice) == (reverse("filings:phone_done"), [])
    assert is_gone(phone.get(address))


def test_a_picture_that_another_one_from_the_phone_has_replaced_is_none_of_its_pictures_any_more():
    desk, phone = Desk(), Client()
    address = desk.code()

    for _each in range(2):
        send(phone, address, as_file(blurred()))

    assert handovers.current_pictures(desk.case.filing, Handover.objects.get()) == [desk.current()]


def test_a_poor_picture_may_be_kept():
    desk, phone = Desk(), Client()
    address = desk.code()
    send(phone, address, as_file(blurred()))

    kept = phone.post(address, {"keep": "1"})

    assert kept["Location"] == reverse("filings:phone_done")
    assert desk.current().advice == ["blurred"]
    assert is_gone(phone.get(address))


def test_nothing_is_kept_before_anything_has_come():
    address = Desk().code()

    answer = Client().post(address, {"keep": "1"})

    assert (answer.status_code, wrong_fields(answer.content.decode())) == (200, {"picture"})


def test_the_form_of_the_phone_is_guarded_without_a_session():
    address = Desk().code()
    phone = Client(enforce_csrf_checks=True)
    assert send(phone, address).status_code == 403

    form = fields_of(phone.get(address).content.decode())

    token = form["csrfmiddlewaretoken"][0]
    assert send(phone, address, csrfmiddlewaretoken=token)["Location"] == reverse("filings:phone_done")
    assert set(phone.cookies) == {"csrftoken"}


def test_host_and_provider_see_that_it_came_from_a_phone():
    desk = Desk()
    send(Client(), desk.code())
    host = desk.client.get(reverse("filings:papers", args=[desk.case.filing.pk]))
    desk.case.submit()
    staff = browser(User.objects.get(pk=desk.case.staff.user_id))
    provider = staff.get(reverse("provider_desk:verify", args=[desk.case.filing.pk]))

    assert [page.content.decode().count(_("uploaded from a phone")) for page in (host, provider)] == [1, 1]


# --- What is no picture -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>alert(1)</script></html>", good().read()[:500], good().read() + b"\0" * (21 * 1024 * 1024)],
    ids=["empty", "HTML", "cut off", "21 MB"],
)
def test_no_picture_is_told_at_its_field_and_may_be_tried_again(content):
    desk, phone = Desk(), Client()
    address, before = desk.code(), desk.pictures()

    answer = send(phone, address, SimpleUploadedFile("a.jpg", content))

    assert (answer.status_code, wrong_fields(answer.content.decode())) == (200, {"picture"})
    assert desk.pictures() == before
    assert send(phone, address)["Location"] == reverse("filings:phone_done")


def test_text_in_the_file_field_and_nothing_at_all():
    address = Desk().code()

    for data in ({}, {"picture": "text"}, {"picture": ""}):
        answer = Client().post(address, data)
        assert (answer.status_code, wrong_fields(answer.content.decode())) == (200, {"picture"})


# --- Codes that are over ----------------------------------------------------------------------------------


def test_a_used_code_takes_nothing_more():
    desk, phone = Desk(), Client()
    address = desk.code()
    send(phone, address)
    kept = desk.current()

    assert is_gone(phone.get(address))
    assert is_gone(send(Client(), address, good(8)))
    assert desk.current() == kept


def test_a_code_ends_after_two_hours():
    desk, phone = Desk(), Client()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        address, before = desk.code(), desk.pictures()
    with time_machine.travel(now + timedelta(hours=2) - timedelta(seconds=1), tick=False):
        assert phone.get(address).status_code == 200
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert is_gone(phone.get(address))
        assert is_gone(send(phone, address))
        assert "data-over" in desk.state(Handover.objects.get())

    assert desk.pictures() == before


def test_a_new_code_closes_the_older_ones_of_the_same_paper_alone():
    desk = Desk()
    first, other = desk.code(), desk.code("papers.responsible_back")
    second = desk.code()
    phone = Client()

    assert is_gone(phone.get(first))
    assert is_gone(send(phone, first))
    assert [phone.get(address).status_code for address in (second, other)] == [200, 200]


@pytest.mark.parametrize("leave", ["submit", "withdraw", "lapse"])
def test_a_filing_that_has_gone_on_takes_nothing_from_the_phone(leave):
    desk, phone = Desk(), Client()
    address, before = desk.code(), desk.pictures()
    getattr(desk.case, leave)()

    assert is_gone(phone.get(address))
    assert is_gone(send(phone, address))
    assert desk.pictures() == before


def test_a_filing_submitted_while_the_picture_is_on_its_way_keeps_the_old_one(monkeypatch):
    desk = Desk()
    address, before = desk.code(), desk.current()
    accept = pictures.accept

    def slowly(*args: Any) -> Any:
        desk.case.submit()
        return accept(*args)

    monkeypatch.setattr(pictures, "accept", slowly)

    assert is_gone(send(Client(), address))
    assert desk.current() == before


def test_a_returned_filing_can_be_corrected_with_the_phone():
    case = case_at(Status.WITH_PROVIDER)
    play.send_back(case.filing, case.staff, services.RemarkDraft(PATH, "P103", "看不清", "重新拍摄"))
    with pytest.raises(
        MoveRefused,
        match=_(
            "No remark concerns %(fields)s, so it can't be changed now. Nothing has been saved. To change it "
            "anyway, choose “Edit everything” first."
        )
        % {"fields": corrections.named(["papers.subject_certificate"])},
    ):
        handovers.open_for(case.filing.pk, case.host, "papers.subject_certificate")
    handover, token = handovers.open_for(case.filing.pk, case.host, PATH)

    sent = send(Client(), reverse("filings:phone", args=[token]))

    assert sent["Location"] == reverse("filings:phone_done")
    assert case.filing.evidence.get(path=KIND, replaced_at=None).handover == handover
