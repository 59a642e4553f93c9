"""Every form that asks for a nature or a certificate takes the whole official tables, and refuses a wrong pair.

``ASKED`` names the forms; one that is new and not in it fails the first test.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bureaus.filters import BureauFilterForm
from desks.section_form import FormState, SectionForm
from filings import facts, fields, services
from filings.kinds import KINDS, Kind
from filings.models import Entrance, Filing
from filings.rules import checks, ownership
from hosts.begin_forms import LookUpForm, OfferForm
from icp_portal.guide import questions
from icp_portal.tests.builders import BEIJING, host, host_user, on_record, provider, sign_in
from ministry.operators.blacklist import SubjectEntryForm
from ministry.public.forms import CertificateQuestionForm, RecoveryForm
from ministry.reference import code_tables
from ministry.reference.certificates import check_character_resident_id, check_character_uscc
from providers.filters import ProviderFilterForm
from providers.imports import columns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PAIRS = [
    (nature.id, kind.id)
    for nature in code_tables.NATURES
    for kind in code_tables.CERTIFICATE_TYPES
    if kind.nature == nature.id
]
Errors = dict[str, Any]


def resident(region: str) -> str:
    body = f"{region}19900307123"
    return body + check_character_resident_id(body)


def credit_code(nature: int) -> str:
    """Return a valid credit code of a unit of this nature: an enterprise's where any unit may have the nature."""
    begin = {2: "11", 3: "12", 6: "51", 9: "52", 10: "53", 11: "31", 12: "41", 13: "13", 15: "71", 19: "N2"}
    body = f"{begin.get(nature, '91')}110105MA0012345"
    return body + check_character_uscc(body)


# A valid number of each type; units have a credit code unless their paper has a numbering of its own.
NUMBERS = {
    **{kind.id: credit_code(kind.nature) for kind in code_tables.CERTIFICATE_TYPES},
    **dict.fromkeys((5, 8, 22, 23, 34, 35, 37, 38, 40), "示例证字第001号"),
    2: resident("110105"),
    41: resident("810000"),
    42: resident("830000"),
    7: "E12345678",
    11: "01234567",
    14: "H01234567",
    30: "USA110000010101",
}


# --- One function a form: what it refuses of a nature, a certificate type and a number ------------------------


def recovery(_nature: int, kind: int, number: str) -> Errors:
    said = {"province": BEIJING, "number": "京ICP备2026000001号", "cert_type": kind, "cert_number": number}
    return RecoveryForm(said).errors


def question(_nature: int, kind: int, number: str) -> Errors:
    said = {"cert_type": kind, "cert_number": number, "email": "host@example.cn"}
    return CertificateQuestionForm(said).errors


def look_up(_nature: int, kind: int, number: str) -> Errors:
    listed = ownership.providers(KINDS[Kind.NEW_FILING])
    said = {"cert_type": kind, "cert_number": number, "domain": "example.cn", "provider": listed.first().pk}
    return LookUpForm(listed, said).errors


def offer(_nature: int, kind: int, number: str) -> Errors:
    said = {"name": "示例公司", "cert_type": kind, "cert_number": number, "email": "taker@example.cn"}
    return OfferForm(is_last=False, data=said).errors


def blacklist(_nature: int, kind: int, number: str) -> Errors:
    said = {
        "name": "示例公司",
        "cert_type": kind,
        "number": number,
        "reason": "传播违法信息",
        "source": "示例令〔2026〕1号",
        "since": "2026-01-01",
    }
    found = SubjectEntryForm(said).errors
    return {"cert_number" if name == "number" else name: words for name, words in found.items()}


def hosts_form(nature: int, kind: int, number: str) -> Errors:
    """The pages of the form, and the findings about what was typed."""
    filing = Filing.objects.first() or services.start(host(), provider_id=provider().pk, entrance=Entrance.MINISTRY)
    filing.facts = facts.blank()
    typed = {"nature": nature, "province": BEIJING}
    first = SectionForm(fields.BASICS, FormState(filing), {**typed, "version": 1})
    first.is_valid()
    filing.facts["subject"] = {**typed, "cert_type": kind, "cert_number": number}
    page = next(section for section in fields.sections_of(filing.facts) if section.id == "subject")
    second = SectionForm(page, FormState(filing), {**filing.facts["subject"], "version": 1})
    second.is_valid()
    found = {
        finding.path.rpartition(".")[2]: finding.message
        for finding in checks.findings(filing)
        if finding.path in ("subject.nature", "subject.cert_type", "subject.cert_number")
    }
    asked = ("nature", "cert_type", "cert_number")
    return {name: words for name, words in {**first.errors, **second.errors, **found}.items() if name in asked}


Ask = Callable[[int, int, str], Errors]
ASKED: dict[str, Ask] = {
    "RecoveryForm": recovery,
    "CertificateQuestionForm": question,
    "LookUpForm": look_up,
    "OfferForm": offer,
    "SubjectEntryForm": blacklist,
    "SectionForm": hosts_form,
}
# Forms that ask for a nature alone, to narrow down a list.
NARROWED = {"ProviderFilterForm": ProviderFilterForm, "BureauFilterForm": BureauFilterForm}
# An offer takes units only, by the certificates of today.
UNITS_OF_TODAY = [
    (nature, kind.id)
    for nature, _kind in PAIRS
    if nature != code_tables.PERSON
    for kind in code_tables.certificate_types_of(nature)
]


def every_form(of: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in of.__subclasses__():
        yield form
        yield from every_form(form)


def test_every_form_that_asks_for_a_nature_or_a_certificate_is_walked():
    asking = {
        form.__name__
        for form in every_form()
        if {"nature", "cert_type"} & set(getattr(form, "base_fields", ())) and not form.__module__.startswith("django")
    }
    asking -= {"SampleForm", "FilterForm"}  # of the gallery of components; the base of both lists' filters
    # an import judges its rows by the form's own rules, and the pages of the form have their fields from a section
    assert asking == (set(ASKED) | set(NARROWED)) - {"SectionForm"}


@pytest.mark.parametrize("name", ASKED)
def test_each_nature_is_taken_with_each_of_its_certificates(name):
    provider()
    pairs = set(UNITS_OF_TODAY) if name == "OfferForm" else set(PAIRS)
    if name == "SectionForm":  # what is no longer offered can't be filed any more
        pairs -= {(kind.nature, kind.id) for kind in code_tables.CERTIFICATE_TYPES if kind.valid_to}
    refused = {pair: found for pair in sorted(pairs) if (found := ASKED[name](*pair, NUMBERS[pair[1]]))}
    assert refused == {}
    assert {nature for nature, _kind in pairs} >= {row.id for row in code_tables.NATURES} - {code_tables.PERSON}


@pytest.mark.parametrize("name", ASKED)
def test_the_number_of_another_certificate_is_refused_at_its_field(name):
    provider()
    wrong = {(4, 1): NUMBERS[7], (2, 13): NUMBERS[2], (3, 3): NUMBERS[14], (6, 6): "号"}
    if name != "OfferForm":
        wrong |= {(5, 2): NUMBERS[1], (5, 41): NUMBERS[2], (5, 42): NUMBERS[41], (5, 7): "护照"}
    found = {pair: set(ASKED[name](*pair, number)) for pair, number in wrong.items()}
    assert found == {pair: {"cert_number"} for pair in wrong}


def test_a_certificate_of_another_nature_is_refused_at_its_field():
    kinds = [
        (nature.id, kind)
        for nature in code_tables.NATURES
        for kind in code_tables.CERTIFICATE_TYPES
        if kind.nature != nature.id
    ]
    wrong = [(nature, kind.id) for nature, kind in kinds[:: len(kinds) // 60]]
    assert [pair for pair in wrong if "cert_type" not in hosts_form(*pair, NUMBERS[pair[1]])] == []


def test_a_person_s_certificate_makes_no_offer_and_an_unknown_type_nothing():
    assert "cert_type" in offer(5, 2, NUMBERS[2])
    provider()
    for name, asked in ASKED.items():
        assert "cert_type" in asked(4, 999, NUMBERS[1]), name


@pytest.mark.parametrize("name", NARROWED)
def test_a_list_is_narrowed_down_to_every_nature(name):
    for nature in code_tables.NATURES:
        form = NARROWED[name]({"nature": nature.id})
        assert (form.is_valid(), form.cleaned_data.get("nature")) == (True, nature.id)


def test_an_import_and_the_guide_know_every_nature_and_certificate():
    assert {int(code) for code, _name in questions._natures()} == {row.id for row in code_tables.NATURES}
    with translation.override("zh-hans"):
        heading = next(column.heading() for column in columns.columns() if column.key == "subject.cert_type")
    listed = {int(key) for of, key, _name in columns.code_table() if of == heading}
    assert listed == {kind.id for kind in code_tables.CERTIFICATE_TYPES if not kind.valid_to}


# --- Through the front door -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("nature", "kind"), [(1, 5), (3, 4), (9, 37), (17, 38), (20, 44)])
def test_the_password_of_every_kind_of_host_can_be_recovered(nature, kind):
    site = on_record(provider())
    said = {
        "province": BEIJING,
        "number": str(site.subject.number),
        "cert_type": kind,
        "cert_number": NUMBERS[kind],
    }
    page = Client().get(reverse("ministry:recover_password")).content.decode()
    assert f'<optgroup label="{code_tables.name_of(code_tables.NATURES, nature)}"' in page
    answer = Client().post(reverse("ministry:recover_password"), said)
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("ministry:recovery_asked"))


def test_a_first_filing_begins_with_the_nature_that_the_certificate_tells():
    access_provider = provider()
    client = sign_in(Client(), host_user())
    said = {
        "cert_type": 38,
        "cert_number": NUMBERS[38],
        "domain": "hospital-example.cn",
        "provider": access_provider.pk,
        "go": "1",
    }
    answer = client.post(reverse("filings:look_up"), said)
    filing = Filing.objects.get()
    assert answer.url == reverse("filings:section", args=[filing.pk, "basics"])
    assert (filing.get("subject.nature"), filing.get("subject.cert_type")) == (17, 38)
