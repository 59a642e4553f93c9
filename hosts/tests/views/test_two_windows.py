"""Two windows on one filing: what each has typed is kept, and only what both have changed is a conflict."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import gettext as _

from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.hostile import fields_of

pytestmark = pytest.mark.django_db


class Window:
    """A page of the form in one window, as the browser sends it back."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.shown = fields_of(client.get(address).content.decode())

    def send(self, *, to: str = "", **typed: object):
        """Press the page's button; or save while typing, at the URL ``to``."""
        data = {name: value for name, value in (self.shown | typed).items() if value not in (None, "", False)}
        return self.client.post(to or self.address, data)


def windows(case: builders.Case, *sections: str) -> list[Window]:
    client = builders.sign_in(Client(), case.filing.host)
    return [Window(client, f"/filings/{case.filing.pk}/edit/{section}/") for section in sections]


def read(case: builders.Case, path: str):
    return Filing.objects.get(pk=case.filing.pk).get(path)


def test_two_windows_on_different_pages_are_no_conflict():
    case = builders.Case()
    first, second = windows(case, "responsible", "website")
    first.send(office_phone="010-66009999")

    answer = second.send(remark="公司介绍")

    assert answer.status_code == 302
    assert read(case, "responsible.office_phone") == "010-66009999"
    assert read(case, "websites.0.remark") == "公司介绍"


@pytest.mark.parametrize("typing", [False, True])
def test_two_windows_on_one_page_keep_what_each_has_changed(typing):
    case = builders.Case()
    first, second = windows(case, "website", "website")
    first.send(name="示例新网站名")
    to = f"/api/filings/{case.filing.pk}/sections/website" if typing else ""

    answer = second.send(to=to, remark="公司介绍")

    assert answer.status_code == (200 if typing else 302)
    assert read(case, "websites.0.name") == "示例新网站名"
    assert read(case, "websites.0.remark") == "公司介绍"


def test_a_field_that_both_have_changed_is_shown_with_both_values_and_sent_again_on_purpose():
    case = builders.Case()
    first, second = windows(case, "website", "website")
    first.send(name="第一个网站名", remark="公司介绍")

    answer = second.send(name="第二个网站名")

    assert answer.status_code == 200
    form = answer.context["form"]
    assert form.errors["name"] == [_("Currently saved: %(value)s") % {"value": "第一个网站名"}]
    assert set(form.errors) == {"name", "__all__"}
    assert form["name"].value() == "第二个网站名"
    assert form["remark"].value() == "公司介绍"  # not touched here: it is shown as it is saved
    assert read(case, "websites.0.name") == "第一个网站名"
    second.shown = fields_of(answer.content.decode())
    second.send()
    assert read(case, "websites.0.name") == "第二个网站名"
    assert read(case, "websites.0.remark") == "公司介绍"


def test_saving_while_typing_names_what_both_have_changed_and_takes_it_when_sent_again():
    case = builders.Case()
    first, second = windows(case, "website", "website")
    first.send(name="第一个网站名", remark="公司介绍")
    to = f"/api/filings/{case.filing.pk}/sections/website"

    answer = second.send(to=to, name="第二个网站名")

    assert answer.status_code == 409
    said = answer.json()
    assert [(one["path"], one["value"], one["typed"]) for one in said["saved"]] == [
        ("websites.0.name", "第一个网站名", "第二个网站名")
    ]
    assert second.send(to=to, name="第二个网站名", seen=said["seen"], version=said["version"]).status_code == 200
    assert read(case, "websites.0.name") == "第二个网站名"
    assert read(case, "websites.0.remark") == "公司介绍"


def test_what_a_page_has_saved_itself_is_no_conflict_for_it():
    case = builders.Case()
    (window,) = windows(case, "responsible")
    to = f"/api/filings/{case.filing.pk}/sections/responsible"
    said = window.send(to=to, office_phone="０１０－６６００９９９９").json()

    again = window.send(to=to, office_phone="010-66008888", seen=said["seen"])

    assert again.status_code == 200
    assert read(case, "responsible.office_phone") == "010-66008888"


def test_what_is_typed_about_a_website_is_not_kept_for_the_one_that_moved_up():
    case = builders.Case(websites=3)
    (window,) = windows(case, "website-2")
    services.remove_website(case.filing.pk, case.host, 1, version=None)
    before = read(case, "websites.1.remark")

    answer = window.send(remark="写给被移除的网站")

    assert answer.status_code == 200
    assert answer.context["form"]["remark"].value() == "写给被移除的网站"
    assert read(case, "websites.1.remark") == before


@pytest.mark.parametrize("seen", ["", "x", "[]", "1", '{"websites.0.name": 1}', '{"websites": "many"}'])
def test_a_page_that_does_not_say_what_it_has_shown_is_refused_by_its_version(seen):
    case = builders.Case()
    first, second = windows(case, "website", "website")
    first.send(name="第一个网站名")

    answer = second.send(name="第二个网站名", seen=seen)

    assert answer.status_code == 200
    assert "name" in answer.context["form"].errors
    assert read(case, "websites.0.name") == "第一个网站名"


# --- The pictures -----------------------------------------------------------------------------------

FRONT, BACK = "papers.responsible_front", "papers.responsible_back"
NO_PICTURE = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")


def test_a_good_picture_is_kept_beside_a_bad_one_and_the_page_goes_on_from_there():
    case = builders.Case()
    (window,) = windows(case, "papers")
    before = case.filing.evidence.get(path=FRONT, replaced_at=None)

    answer = window.send(**{FRONT: invent.card("GOOD", 1), BACK: NO_PICTURE})

    assert answer.status_code == 200
    assert case.filing.evidence.get(path=FRONT, replaced_at=None).pk != before.pk
    form = answer.context["form"]
    assert set(form.errors) == {BACK}
    assert int(form["version"].value()) == Filing.objects.get(pk=case.filing.pk).version
    window.form = form
    again = window.send(**{BACK: invent.card("GOOD", 2)})
    assert again.status_code == 302


def test_a_picture_and_a_page_of_the_form_in_two_windows_are_no_conflict():
    case = builders.Case()
    pictures, page = windows(case, "papers", "website")
    page.send(remark="公司介绍")
    before = case.filing.evidence.get(path=FRONT, replaced_at=None)

    assert pictures.send(**{FRONT: invent.card("GOOD", 1)}).status_code == 302
    assert case.filing.evidence.get(path=FRONT, replaced_at=None).pk != before.pk


def test_a_picture_that_has_come_meanwhile_is_not_replaced_unseen():
    case = builders.Case()
    first, second = windows(case, "papers", "papers")
    first.send(**{FRONT: invent.card("FIRST", 1)})
    kept = case.filing.evidence.get(path=FRONT, replaced_at=None)

    answer = second.send(**{FRONT: invent.card("SECOND", 2)})

    assert answer.context["form"].errors[FRONT] == [
        _("Another picture of this item was uploaded in another window, so this one was not saved.")
    ]
    assert case.filing.evidence.get(path=FRONT, replaced_at=None) == kept


# --- After it has been submitted ----------------------------------------------------------------------

PAGES = ("edit/", "edit/subject/", "edit/papers/", "check/", "edit/websites/1/remove/", "edit/nothing/", "correct/")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_form_leads_to_the_status_page_once_the_filing_is_submitted(page):
    case = builders.case_at(Status.WITH_PROVIDER)
    client = builders.sign_in(Client(), case.filing.host)

    answer = client.get(f"/filings/{case.filing.pk}/{page}", follow=True)

    assert answer.redirect_chain == [(f"/filings/{case.filing.pk}/", 302)]
    assert _("You have submitted this filing, so its form can't be changed now.") in answer.content.decode().replace(
        "&#x27;", "'"
    )
    stranger = builders.sign_in(Client(), builders.host_user())
    assert stranger.get(f"/filings/{case.filing.pk}/{page}").status_code == 404


def test_what_is_sent_after_submission_stays_on_the_page_and_is_said_not_to_be_saved():
    case = builders.Case()
    (window,) = windows(case, "website")
    case.submit()

    answer = window.send(remark="太晚写的备注")

    page = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.context["form"]["remark"].value() == "太晚写的备注"
    assert _("Nothing has been saved. What you typed is still on this page.") in page
    assert f'href="/filings/{case.filing.pk}/"' in page
    assert read(case, "websites.0.remark") != "太晚写的备注"


UNREADABLE = ["D\U0001aeae\x00×", "[" * 100_000, json.dumps([])]


@pytest.mark.parametrize("is_typing", [True, False], ids=["while typing", "by the button"])
@pytest.mark.parametrize("seen", UNREADABLE, ids=["nul", "deep", "no object"])
def test_what_can_not_be_read_counts_as_nothing_shown(seen, is_typing):
    case = builders.Case()
    (window,) = windows(case, "website")
    to = f"/api/filings/{case.filing.pk}/sections/website" if is_typing else ""

    answer = window.send(to=to, seen=seen, name="示例新名称官网")

    assert (answer.status_code, read(case, "websites.0.name")) == (200 if is_typing else 302, "示例新名称官网")


@pytest.mark.parametrize("is_typing", [True, False], ids=["while typing", "by the button"])
def test_a_number_of_websites_that_no_page_has_shown_is_a_conflict_and_no_fault_of_ours(is_typing):
    case = builders.Case()
    (window,) = windows(case, "website")
    to = f"/api/filings/{case.filing.pk}/sections/website" if is_typing else ""

    answer = window.send(to=to, seen=json.dumps({"websites": "9" * 5_000}), name="示例新名称官网")

    assert answer.status_code == (409 if is_typing else 200)
    assert read(case, "websites.0.name") == case.filing.get("websites.0.name")
