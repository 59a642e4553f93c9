"""Contacts that other subjects have on the register, and what the blacklist holds."""

from collections.abc import Sequence
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from icp_portal.demo import invent
from icp_portal.tests.builders import blacklisted_domain, blacklisted_subject, number
from ministry.models import ContactKind, Subject, SubjectContact
from ministry.register.conflict_types import AskedContact, BlacklistMatch, ConflictQuestion, ContactMatch
from ministry.register.conflicts import conflicts
from ministry.tests.register.register_rows import (
    CREDIT_CODE,
    LICENCE,
    ORGANISATION,
    ORGANISATION_CODE,
    RESIDENT_ID,
    TODAY,
    subject,
    website,
)

pytestmark = pytest.mark.django_db


def listed(
    cert_type: int | None, number: str, domains: Sequence[str] = (), day: date = TODAY
) -> tuple[BlacklistMatch, ...]:
    return conflicts(ConflictQuestion(day, cert_type, number, uses=domains)).blacklist


def codes_listed(cert_type: int | None, cert_number: str, *domains: str, day: date = TODAY) -> list[str]:
    return [met.code for met in listed(cert_type, cert_number, domains, day)]


# --- Contacts ---------------------------------------------------------------------------------------------


MOBILE, EMAIL = "13800138000", "Zhang.San@Example.cn"


def holders(*asked: AskedContact, about: int | None = None) -> tuple[ContactMatch, ...]:
    return conflicts(ConflictQuestion(TODAY, contacts=asked, about=about)).contacts


def contacts_met(*asked: AskedContact, about: int | None = None) -> list[tuple[int, int, bool]]:
    return [(met.asked, met.holder.subject_id, met.same_person) for met in holders(*asked, about=about)]


@pytest.mark.parametrize(
    ("kind", "typed", "masked"),
    [
        (ContactKind.MOBILE, "13800138000", "138****8000"),
        (ContactKind.EMAIL, " zhang.san@EXAMPLE.cn ", "z***@EXAMPLE.cn"),
    ],
)
def test_another_subjects_contact_is_met_and_masked(kind, typed, masked):
    other = subject(responsible_name="张三", responsible_mobile=MOBILE, responsible_email=EMAIL)

    (met,) = holders(AskedContact(kind, typed, "李四"))

    assert (met.code, met.masked, met.holder.subject_id) == ("P106", masked, other.pk)
    assert met.same_person is False
    assert met.holder.providers == ()


@pytest.mark.parametrize("typed", ["138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"])
def test_a_mobile_is_the_same_however_it_is_typed(typed):
    other = subject(responsible_mobile=MOBILE)

    assert contacts_met(AskedContact(ContactKind.MOBILE, typed, "李四")) == [(0, other.pk, False)]


def test_the_person_who_answers_for_several_subjects_is_known_by_name():
    other = subject(responsible_name="张 三", responsible_mobile=MOBILE, responsible_email=EMAIL)
    asked = [AskedContact(ContactKind.MOBILE, MOBILE, name) for name in ("张三", "李四", "")]

    assert contacts_met(*asked) == [(0, other.pk, True), (1, other.pk, False), (2, other.pk, False)]


def test_a_contact_without_a_name_is_nobodys():
    subject(responsible_name="", responsible_mobile=MOBILE)

    (met,) = holders(AskedContact(ContactKind.MOBILE, MOBILE, ""))

    assert met.same_person is False


def test_a_websites_responsible_person_counts_for_its_subject():
    other = subject()
    website(other, responsible_mobile=MOBILE, responsible_email=EMAIL)

    assert contacts_met(AskedContact(ContactKind.EMAIL, EMAIL, "李四")) == [(0, other.pk, False)]
    assert contacts_met(AskedContact(ContactKind.EMAIL, EMAIL, "李四"), about=other.pk) == []


def test_who_answers_for_subject_and_website_is_kept_once():
    who = {"responsible_name": "张三", "responsible_mobile": MOBILE, "responsible_email": EMAIL}
    owner = subject(**who)
    website(owner, **who)

    assert sorted(owner.contacts.values_list("kind", flat=True)) == ["email", "mobile"]


def test_one_answer_a_person_of_many_subjects_with_one_mobile():
    first, *_more = [subject(responsible_name="张三", responsible_mobile=MOBILE) for _n in range(3)]
    another = subject(responsible_name="王五", responsible_mobile=MOBILE)

    met = contacts_met(AskedContact(ContactKind.MOBILE, MOBILE, "张三"))

    assert sorted(met) == [(0, first.pk, True), (0, another.pk, False)]


@pytest.mark.parametrize("text", ["", "  ", "none", "1380013800", "😀", "\0"])
@pytest.mark.parametrize("kind", list(ContactKind))
def test_what_is_no_contact_meets_nothing(kind, text):
    subject(responsible_mobile="", responsible_email="")
    subject(responsible_mobile="none", responsible_email="none")

    assert contacts_met(AskedContact(kind, text, "张三")) == []


def test_a_cancelled_subjects_contacts_are_free():
    subject(responsible_mobile=MOBILE)
    Subject.objects.update(live=False)

    assert contacts_met(AskedContact(ContactKind.MOBILE, MOBILE, "李四")) == []


def test_the_database_keeps_no_empty_contact():
    with pytest.raises(IntegrityError, match="contact_has_a_digest"), transaction.atomic():
        SubjectContact.objects.create(subject=subject(), kind=ContactKind.MOBILE, digest="", person_digest="")


# --- The blacklist ----------------------------------------------------------------------------------------


def test_a_certificate_and_its_unit_are_on_the_blacklist():
    blacklisted_subject(number=CREDIT_CODE)

    assert codes_listed(LICENCE, CREDIT_CODE) == ["1065"]
    assert codes_listed(ORGANISATION, ORGANISATION_CODE) == ["1065"]
    assert codes_listed(LICENCE, invent.credit_code(number())) == []


def test_a_person_on_the_blacklist_is_known_by_the_certificate_alone():
    who = invent.person(number())
    blacklisted_subject(cert_type=RESIDENT_ID, number=who.id_number, name=who.name)

    assert codes_listed(RESIDENT_ID, who.id_number) == ["1065"]
    assert codes_listed(RESIDENT_ID, invent.person(number()).id_number) == codes_listed(None, "") == []


def test_domains_are_on_the_blacklist():
    for domain in ("b.cn", "a.cn"):
        blacklisted_domain(domain)

    met = listed(LICENCE, CREDIT_CODE, ["a.cn", "", "c.cn", "b.cn"])

    assert [(entry.code, entry.domain) for entry in met] == [("1064", "a.cn"), ("1064", "b.cn")]
    assert met[0].reason == "传播违法信息"
    assert codes_listed(None, "", "", "a.b.cn") == []


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2026, 6, 9), []),
        (date(2026, 6, 10), ["1064", "1065"]),
        (date(2026, 6, 20), ["1064", "1065"]),
        (date(2026, 6, 21), []),
    ],
)
def test_an_entry_holds_from_its_first_to_its_last_day(day, codes):
    days = {"since": date(2026, 6, 10), "until": date(2026, 6, 20)}
    blacklisted_subject(number=CREDIT_CODE, **days)
    blacklisted_domain("listed.cn", **days)

    assert codes_listed(LICENCE, CREDIT_CODE, "listed.cn", day=day) == codes


def test_an_entry_without_an_end_holds_for_good():
    blacklisted_domain("listed.cn")

    assert codes_listed(None, "", "listed.cn", day=date(2099, 1, 1)) == ["1064"]
