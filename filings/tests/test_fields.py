"""A field is one entry of the data dictionary: two made-up ones work on every page without another line of code."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from desks.section_form import FormState, SectionForm
from filings import facts, fields, services
from filings.fields import Field, Type
from filings.rules import checks
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, Case, sign_in
from ministry.reference import code_tables
from ministry.reference.code_tables import Code

pytestmark = pytest.mark.django_db


def not_the_last(_values, prefix, seat):
    if seat == "back":
        raise ValidationError(f"The last row of {prefix} is taken.")
    return seat


def key_in_digits(_values, _prefix, key):
    if not key.isdecimal():
        raise ValidationError("A key has digits only.")
    return key.zfill(4)


SEAT = Field(
    "seat",
    "",
    "Seat in the hall",
    "1999",
    type=Type.NAMED,
    choices=lambda values: [("front", "Front row"), ("back", f"Row of {values['subject']['name']}")],
    words=lambda seat: f"Seat: {seat} row",
    mask=lambda seat: f"Somewhere ({len(seat)} letters)",
    check=not_the_last,
)
KEY = Field(
    "key",
    "",
    "Key of the locker",
    "1008",
    8,
    words=lambda key: f"№ {key}",
    mask=lambda key: f"№ {key[:1]}•••",
    check=key_in_digits,
)
COLOUR = Field(
    "colour",
    "",
    "Colour",
    "1014",
    type=Type.CHOICE,
    table=(Code(1, "红色"), Code(2, "蓝色")),
    wrong_choice="No colour.",
)


@pytest.fixture(autouse=True)
def _three_more_fields(monkeypatch, settings):
    settings.RELAX_SECOND_FACTOR = True
    more = replace(fields.SUBJECT, fields=(*fields.SUBJECT.fields, SEAT, KEY, COLOUR))
    pages = tuple(more if page is fields.SUBJECT else page for page in fields.OF_THE_HOST)
    monkeypatch.setattr(fields, "OF_THE_HOST", pages)
    monkeypatch.setattr(fields, "_GENERAL", fields._general())
    fields.find.cache_clear()
    yield
    fields.find.cache_clear()


def filled_in(**values: object) -> Case:
    case = Case()
    typed = {"seat": "front", "key": "37", "colour": 1} | values
    services.save_facts(
        case.filing.pk, case.host, {f"subject.{name}": value for name, value in typed.items()}, version=None
    )
    return case.refresh()


def found(case: Case) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.path, finding.message) for finding in checks.findings(case.filing)]


def page_for(actor, address: str) -> str:
    return sign_in(Client(), User.objects.get(pk=actor.user_id)).get(address).content.decode()


def test_the_form_offers_its_choices_and_shows_a_typed_value_as_it_reads():
    case = filled_in()
    page = next(section for section in fields.sections_of(case.filing.facts) if section.id == "subject")

    form = SectionForm(page, FormState(case.filing))

    assert form.fields["seat"].choices == [("front", "Front row"), ("back", f"Row of {case.filing.subject_name}")]
    assert form.fields["colour"].choices == [(1, "红色"), (2, "蓝色")]
    assert (form.initial["seat"], form.initial["key"], form.initial["colour"]) == ("front", "№ 0037", 1)
    html = page_for(case.host, f"/filings/{case.filing.pk}/edit/subject/")
    assert all(text in html for text in ("Seat in the hall", "Front row", 'value="№ 0037"', "蓝色"))


def test_the_checks_ask_for_it_and_give_a_good_value_its_normal_form():
    assert [path for _code, path, _words in found(Case())] == ["subject.seat", "subject.key", "subject.colour"]
    case = filled_in()
    assert (found(case), case.filing.get("subject.key")) == ([], "0037")


def test_the_checks_refuse_a_bad_value_at_the_field_with_its_code():
    assert found(filled_in(seat="back", key="x", colour=3)) == [
        ("1999", "subject.seat", "The last row of subject is taken."),
        ("1008", "subject.key", "A key has digits only."),
        ("1014", "subject.colour", "No colour."),
    ]


def test_its_host_reads_it_in_words_and_the_bureau_masked_until_it_asks():
    case = filled_in()

    check = page_for(case.host, f"/filings/{case.filing.pk}/check/")
    case.submit().verify()
    review = f"/bureau/filings/{case.filing.pk}/"
    masked, full = page_for(case.reviewer, review), page_for(case.reviewer, f"{review}?full=1")

    words, hidden = ("Seat: front row", "№ 0037", "红色"), ("Somewhere (5 letters)", "№ 0•••", "红色")
    for page, shown in ((check, words), (masked, hidden), (full, words)):
        assert [text for text in {*words, *hidden} if text in page] == [
            text for text in {*words, *hidden} if text in shown
        ]


@pytest.mark.usefixtures("english")
def test_pages_of_several_entries_say_which_website_or_service_they_are_about():
    values = invent.values(77, province=BEIJING, services=[code_tables.WEBSITE, code_tables.APP])
    one = invent.values(77, province=BEIJING)

    titles = {section.website: str(section.title) for section in fields.sections_of(facts.written({}, values))}
    assert (titles[0].partition(": ")[0], titles[1].partition(": ")[0]) == ("Website 1", "Service 2")
    alone = [str(section.title) for section in fields.sections_of(facts.written({}, one))]
    assert not [title for title in alone if "1: " in title]
