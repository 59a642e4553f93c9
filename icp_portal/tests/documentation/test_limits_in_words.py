"""Sentences that name a limit take the number from the code: another limit is another sentence."""

import runpy
from dataclasses import replace

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from desks import section_form
from filings import fields
from filings.evidence import pictures, quality
from filings.evidence.limited import concurrency
from filings.kinds import spec
from filings.lookup import search
from filings.models import Filing, Mailbox
from filings.rules import mailboxes, required_codes
from filings.tests.rules.provincial_findings import BEIJING, DAY, rule
from filings.verification import one_time_codes
from hosts import code_forms
from icp_portal.demo import invent
from icp_portal.watch import measures, status
from interchange import envelope, result_codes
from interchange.mapping import attachments
from interchange.mapping.record_parts import ObjectType, Purpose
from ministry.mail import built_in
from ministry.passwords import passwords
from ministry.public import forms as public_forms
from ministry.reference import code_tables
from ministry.reference.topics import Topic
from ministry.register import public_search
from ministry.rules.rules import RuleBook
from providers.organisation import forms

pytestmark = pytest.mark.usefixtures("english")


def with_least(use: quality.Use) -> quality.Use:
    """Return such a use that needs more pixels than an invented picture has."""
    return replace(use, least=(5000, 4000))


@pytest.mark.django_db
def test_the_state_of_the_audit_log_names_its_patience(monkeypatch):
    monkeypatch.setattr(status, "AUDIT_PATIENCE", 20 * 60)
    monkeypatch.setattr(measures, "waiting_seconds", lambda: {"audit": 20 * 60 + 1})

    assert status._audit().text == "Rows have waited to enter it for more than 20 minutes."


@pytest.mark.django_db
def test_a_photo_is_refused_with_the_pixels_that_it_needs():
    with pytest.raises(ValidationError, match="at least 5000 × 4000 are needed"):
        pictures.accept(invent.card("PHOTO", 1), with_least(quality.PHOTO))


def test_the_camera_asks_for_the_pixels_that_a_photo_needs(monkeypatch):
    monkeypatch.setattr(quality, "PHOTO", with_least(quality.PHOTO))

    camera = render_to_string("components/camera.html", {"input_id": "photo", "way_id": "", "people": []})

    assert 'data-least="5000 4000"' in camera
    assert 'data-few="This camera has less than 5000 × 4000 pixels, which is not enough.' in camera


@pytest.mark.django_db
def test_a_logo_is_asked_for_and_refused_with_the_pixels_that_it_needs(monkeypatch):
    monkeypatch.setattr(quality, "DOCUMENT", with_least(quality.DOCUMENT))

    field = runpy.run_path(forms.__file__)["PagesForm"].base_fields["logo_file"]
    assert str(field.help_text) == "JPEG or PNG, at least 5000 × 4000 pixels. Shown on a white background."

    form = forms.PagesForm.__new__(forms.PagesForm)
    form.cleaned_data = {"logo_file": invent.card("LOGO", 1)}
    with pytest.raises(ValidationError, match=r"Upload one of at least 5000 × 4000 pixels\."):
        form.clean_logo_file()


def test_a_promise_is_asked_for_up_to_the_longest(monkeypatch):
    monkeypatch.setattr("providers.models.LONGEST_PROMISE", 15)

    field = runpy.run_path(forms.__file__)["PagesForm"].base_fields["promised_days"]

    assert str(field.help_text).startswith("1 to 15. ")


@pytest.mark.parametrize(("language", "words"), [("en", "The file is larger than 60 MB"), ("zh-hans", "文件大于60MB")])
def test_the_interface_refuses_a_file_with_its_limit(monkeypatch, language, words):
    assert envelope.MAX_XML == result_codes.MAX_XML_MB * 1024**2
    monkeypatch.setattr(result_codes, "MAX_XML_MB", 60)

    with translation.override(language):
        assert str(result_codes.MsgCode.TOO_LARGE.label) == words


@pytest.mark.django_db
def test_the_guide_names_the_notice_before_a_change(client, monkeypatch):
    monkeypatch.setattr(spec, "CHANGE_NOTICE_DAYS", 31)

    page = client.get(reverse("guide:topic", args=["change-a-filing"]), HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert "File the change 31 days before it takes effect." in page


@pytest.mark.django_db
def test_the_guide_names_the_attempts_at_a_verification_code(client, monkeypatch):
    monkeypatch.setattr(one_time_codes, "TRIES", 7)

    page = client.get(reverse("guide:topic", args=["code-or-password"]), HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert "after more than 7 wrong attempts the filing is returned." in " ".join(page.split())


@pytest.mark.parametrize(("purpose", "words"), [(Purpose.SHEET, "200 KB"), (Purpose.SUBJECT_CERTIFICATE, "90 KB")])
def test_an_attachment_is_refused_with_its_limit(monkeypatch, purpose, words):
    monkeypatch.setitem(attachments.LARGEST, Purpose.SHEET, 200 * 1024)
    monkeypatch.setattr(attachments, "LARGEST_OTHERS", 90 * 1024)
    owner = {"Ssdxlx": ObjectType.SUBJECT, "Ssdxbs": "1"}
    sent = {"Fjyt": purpose, "Fjssdx": owner, "Fjnr": "A" * 300_000, "Fjwjgs": 1}

    _pictures, faults = attachments.read_attachments([{"Fjxx": sent}], attachments.Owners(frozenset({"1"})))

    assert [(fault.code, str(fault.text)) for fault in faults] == [
        (5010, f"An attachment of this use has at most {words}.")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("", "Enter 3 characters or more of an organisation’s name, or an individual’s full name."),
        ("cancelled", "Enter 3 characters or more of an organisation’s name; individuals are not found by name."),
        ("violating", "Enter 3 characters or more of an organisation’s name, or an individual’s full name."),
    ],
)
def test_the_public_query_asks_for_the_shortest_part_of_a_name(client, monkeypatch, kind, words):
    monkeypatch.setattr(public_search, "SHORTEST_PART", 3)

    page = client.get(reverse("query"), {"q": "云岭", "kind": kind}, HTTP_ACCEPT_LANGUAGE="en")

    assert words in page.content.decode()


@pytest.mark.django_db
def test_a_desks_search_asks_for_the_shortest_name(monkeypatch):
    monkeypatch.setattr(search, "SHORTEST_NAME", 3)

    assert search.find(Filing.objects.all(), 1, "云岭").refusal == "Enter at least 3 characters."


def test_a_desks_search_that_found_nothing_says_what_it_takes(monkeypatch):
    monkeypatch.setattr(search, "SHORTEST_NAME", 3)
    monkeypatch.setattr(search, "TAIL", 5)
    context = {"found": search.SearchHit("云岭"), "none": "Nothing found", "queue_url": "/"}

    words = " ".join(render_to_string("desk/_queue_found.html", context).split())

    assert "at least 3 characters of a name" in words
    assert "or its last 5 characters" in words


@pytest.mark.django_db
def test_the_host_is_asked_for_an_address_code_with_its_digits(monkeypatch):
    monkeypatch.setattr(mailboxes, "DIGITS", 7)
    box = Mailbox(code_digest="x")

    context = {"filing": Filing(pk=1), "boxes": [{"address": "host@example.com", "box": box}]}
    page = render_to_string("filings/mailbox.html", context)

    assert "7 digits, valid for 24 hours." in " ".join(page.split())


def test_whoever_has_too_many_files_in_work_is_told_how_many_may_be(monkeypatch):
    monkeypatch.setattr(concurrency, "OF_ACCOUNT", ("first", "second", "third"))

    assert "An account can have 3 files prepared at a time." in render_to_string("busy.html")


@pytest.mark.parametrize(
    ("rules", "service", "hint"),
    [
        ([], code_tables.WEBSITE, "Not a domain, not only digits or letters."),
        (
            [rule(Topic.NAME_CHARACTERS, amount=4)],
            code_tables.WEBSITE,
            "A website name needs at least 4 Chinese characters. Not a domain, not only digits or letters.",
        ),
        ([rule(Topic.NAME_CHARACTERS, amount=4)], code_tables.APP, "Not a domain, not only digits or letters."),
    ],
)
def test_a_website_name_is_asked_for_with_the_characters_that_the_province_wants(rules, service, hint):
    filing, form = Filing(facts={"websites": [{"service": service}]}), django_forms.Form()
    book = RuleBook(BEIJING, DAY, tuple(rules))

    section_form.add_field(form, "name", fields.WEBSITE, fields.WEBSITE_NAME, filing, book)

    assert str(form.fields["name"].help_text) == hint


def test_a_new_filing_password_is_asked_for_with_its_length(monkeypatch):
    monkeypatch.setattr(passwords, "LENGTH", 12)

    field = runpy.run_path(public_forms.__file__)["ChangePasswordForm"].base_fields["new"]

    assert str(field.help_text).startswith("At least 12 characters, ")


@pytest.mark.parametrize(
    ("language", "label", "refusal"),
    [
        ("en", "Last 8 characters of your certificate number", "A verification code has 7 digits."),
        ("zh-hans", "您的证件号码后8位", "验证码为7位数字。"),
    ],
)
def test_a_verification_code_is_asked_for_with_what_identifies_the_person(monkeypatch, language, label, refusal):
    monkeypatch.setattr(required_codes, "LAST", 8)
    monkeypatch.setattr(one_time_codes, "DIGITS", 7)

    fields = runpy.run_path(code_forms.__file__)["CodeForm"].base_fields
    assert built_in.read("code", {}, ["characters"]).values["characters"] == "8"

    with translation.override(language):
        assert str(fields["last"].label) == label
        with pytest.raises(ValidationError) as refused:
            fields["code"].clean("123456")
        assert refused.value.messages == [refusal]
    assert fields["code"].clean("1234567") == "1234567"
