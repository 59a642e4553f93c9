"""What a filing runs into on the register, and what it does not."""

from dataclasses import replace

import pytest
from django.db import transaction

from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, Case, blacklisted_domain, number, provider
from ministry.models import Access, ContactKind, Subject, SubjectCertificate, Website
from ministry.reference import provinces
from ministry.register import entry_types, writer
from ministry.register.conflict_types import (
    AskedContact,
    AskedWebsite,
    ConflictQuestion,
    Conflicts,
    ServingProvider,
    SubjectMatch,
    WebsiteMatch,
)
from ministry.register.conflicts import conflicts
from ministry.tests.register.register_rows import (
    CREDIT_CERTIFICATE,
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
OLD_LICENCE = "110108000000016"
WITH_THE_SAME_UNIT = [
    (LICENCE, CREDIT_CODE, ORGANISATION, ORGANISATION_CODE),
    (ORGANISATION, ORGANISATION_CODE, LICENCE, CREDIT_CODE),
    (ORGANISATION, CREDIT_CODE, LICENCE, CREDIT_CODE),
    (CREDIT_CERTIFICATE, CREDIT_CODE, 9, ORGANISATION_CODE),
]


def asked_of(site: Website) -> AskedWebsite:
    return AskedWebsite(site.domain, site.home_url, site.name)


def subjects_of(cert_type: int, cert_number: str) -> tuple[SubjectMatch, ...]:
    return conflicts(ConflictQuestion(TODAY, cert_type, cert_number)).subjects


def subjects_met(cert_type: int, cert_number: str) -> list[tuple[str, int]]:
    return [(met.code, met.holder.subject_id) for met in subjects_of(cert_type, cert_number)]


def websites_like(*asked: AskedWebsite, about: int | None = None) -> tuple[WebsiteMatch, ...]:
    return conflicts(ConflictQuestion(TODAY, websites=asked, about=about)).websites


def websites_met(*asked: AskedWebsite, about: int | None = None) -> list[tuple[int, str, int]]:
    return [(met.asked, met.code, met.website_id) for met in websites_like(*asked, about=about)]


# --- Subjects ---------------------------------------------------------------------------------------------


def test_the_same_certificate_is_the_same_subject_whatever_its_name():
    on_record = subject(LICENCE, CREDIT_CODE, name="另一名称有限公司")

    assert subjects_met(LICENCE, CREDIT_CODE) == [("1003", on_record.pk)]


@pytest.mark.parametrize(("cert_type", "cert_number", "other_type", "other_number"), WITH_THE_SAME_UNIT)
def test_a_unit_is_recognised_under_its_old_and_its_new_certificate(cert_type, cert_number, other_type, other_number):
    on_record = subject(cert_type, cert_number)

    assert subjects_met(cert_type, cert_number) == [("1003", on_record.pk)]
    assert subjects_met(other_type, other_number) == [("P109", on_record.pk)]


@pytest.mark.parametrize(("cert_type", "cert_number", "other_type", "other_number"), WITH_THE_SAME_UNIT)
def test_the_register_refuses_a_second_subject_for_a_unit(cert_type, cert_number, other_type, other_number):
    subject(cert_type, cert_number)

    with pytest.raises(entry_types.RegisterConflict) as refusal, transaction.atomic():
        subject(other_type, other_number)

    assert refusal.value.code == 1003
    assert Subject.objects.count() == 1


def test_an_old_licence_number_is_recognised_by_an_alias_alone():
    on_record = subject(LICENCE, CREDIT_CODE)
    assert subjects_met(LICENCE, OLD_LICENCE) == []

    writer.enter_certificate(on_record, LICENCE, OLD_LICENCE)

    assert subjects_met(LICENCE, OLD_LICENCE) == [("1003", on_record.pk)]
    assert subjects_met(LICENCE, CREDIT_CODE) == [("1003", on_record.pk)]


def test_an_alias_of_the_same_unit_belongs_to_the_same_subject():
    on_record = subject(LICENCE, CREDIT_CODE)

    writer.enter_certificate(on_record, ORGANISATION, ORGANISATION_CODE)

    assert subjects_met(ORGANISATION, ORGANISATION_CODE) == [("1003", on_record.pk)]
    with pytest.raises(entry_types.RegisterConflict) as refusal:
        writer.enter_certificate(subject(), ORGANISATION, CREDIT_CODE)
    assert refusal.value.code == 1003


def test_units_that_stand_twice_on_the_register_are_both_met_the_same_certificate_first():
    """Rows of earlier systems: the register itself would refuse the second."""
    first, second = subject(ORGANISATION, ORGANISATION_CODE), subject()
    unit = SubjectCertificate.objects.get(subject=first).unit_digest
    SubjectCertificate.objects.filter(subject=second).update(unit_digest=unit)

    assert subjects_met(LICENCE, CREDIT_CODE) == [("P109", first.pk), ("P109", second.pk)]
    assert subjects_met(ORGANISATION, ORGANISATION_CODE) == [("1003", first.pk), ("P109", second.pk)]


@pytest.mark.parametrize(("cert_type", "cert_number"), [(None, ""), (LICENCE, ""), (0, CREDIT_CODE), (99, "x")])
def test_a_certificate_that_is_not_there_meets_nothing(cert_type, cert_number):
    subject(LICENCE, OLD_LICENCE)
    subject(RESIDENT_ID, invent.person(number()).id_number)

    assert subjects_met(cert_type, cert_number) == []


def test_two_subjects_without_an_organisation_code_do_not_meet():
    subject(LICENCE, OLD_LICENCE)
    person = subject(RESIDENT_ID, invent.person(number()).id_number)

    assert subjects_met(7, "E12345678") == []
    assert subjects_met(RESIDENT_ID, SubjectCertificate.objects.get(subject=person).number) == [("1003", person.pk)]


def test_a_number_of_another_type_is_another_certificate():
    subject(7, "E12345678")

    assert subjects_met(8, "E12345678") == []


def test_a_cancelled_subject_meets_nobody():
    gone = subject(LICENCE, CREDIT_CODE)
    SubjectCertificate.objects.filter(subject=gone).update(live=False)

    assert subjects_met(LICENCE, CREDIT_CODE) == subjects_met(ORGANISATION, ORGANISATION_CODE) == []


def test_the_holder_tells_the_bureau_and_each_provider_once():
    on_record = subject(LICENCE, CREDIT_CODE, province=GUANGDONG)
    one, two, gone = provider(), provider(), provider()
    website(on_record, provider_id=two.pk)
    website(on_record, provider_id=one.pk)
    both = website(on_record, provider_id=one.pk)
    website(on_record, provider_id=gone.pk)
    Access.objects.filter(provider=gone).update(live=False)
    website(subject())

    (met,) = subjects_of(LICENCE, CREDIT_CODE)

    assert met.holder.province == provinces.by_code(GUANGDONG)
    assert met.holder.province.bureau == "广东省通信管理局"
    assert met.holder.providers == (
        ServingProvider(one.pk, one.name, one.slug),
        ServingProvider(two.pk, two.name, two.slug),
    )
    (site, *_more) = websites_like(asked_of(both))
    assert site.holder.providers == (ServingProvider(one.pk, one.name, one.slug),)


def test_a_shell_has_no_provider():
    subject(LICENCE, CREDIT_CODE)

    (met,) = subjects_of(LICENCE, CREDIT_CODE)

    assert met.holder.providers == ()


# --- Websites ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("domain", "1005"), ("home_url", "1021"), ("name", "1020")])
def test_a_live_website_is_met_by_domain_home_page_and_name(name, code):
    site = website(subject())

    assert websites_met(AskedWebsite(**{name: getattr(site, name)})) == [(0, code, site.pk)]
    assert websites_met(AskedWebsite(**{name: getattr(site, name) + "x"})) == []


def test_an_ip_only_website_is_met_by_its_address():
    site = website(subject(), domain="192.31.196.7", home_url="192.31.196.7")

    assert websites_met(AskedWebsite(domain="192.31.196.7")) == [(0, "1005", site.pk)]


def test_every_way_in_which_a_website_is_met_is_told():
    site = website(subject())

    assert websites_met(asked_of(site)) == [(0, "1005", site.pk), (0, "1021", site.pk), (0, "1020", site.pk)]


def test_several_websites_are_asked_at_once():
    one, two = website(subject()), website(subject())
    asked = (AskedWebsite(home_url=two.home_url), AskedWebsite(), AskedWebsite(domain=one.domain, name=two.name))

    assert websites_met(*asked) == [(0, "1021", two.pk), (2, "1005", one.pk), (2, "1020", two.pk)]


def test_the_subjects_own_website_may_have_the_name_but_not_the_domain_again():
    owner = subject()
    site = website(owner)

    met = websites_like(asked_of(site), about=owner.pk)

    assert [(way.code, way.own) for way in met] == [("1005", True), ("1021", True)]


def test_a_name_that_is_both_ones_own_and_anothers_is_anothers():
    owner = subject()
    website(owner, name="同名网站")
    other = website(subject(), name="同名网站")

    assert websites_met(AskedWebsite(name="同名网站"), about=owner.pk) == [(0, "1020", other.pk)]


def test_a_common_name_does_not_hide_a_domain():
    common = [website(subject(), name="我的主页") for _n in range(4)]
    site = website(subject())

    met = websites_met(AskedWebsite(domain=site.domain, name="我的主页"))

    assert met[-1] == (0, "1005", site.pk)
    assert [(code, pk in {row.pk for row in common}) for _asked, code, pk in met[:-1]] == [("1020", True)]


def test_a_website_without_home_page_or_name_meets_nothing():
    website(subject(), home_url="", name="")

    assert websites_met(AskedWebsite()) == websites_met(AskedWebsite(domain="other.cn")) == websites_met() == []


def test_a_cancelled_website_is_not_met():
    site = website(subject())
    Website.objects.update(live=False)

    assert websites_met(asked_of(site)) == []


# --- All together -----------------------------------------------------------------------------------------


def test_an_approved_filing_is_met_by_its_like_and_own_to_its_certificate():
    filing = Case().submit().verify().approve().filing
    blacklisted_domain(filing.get("websites.0.domain"))
    question = ConflictQuestion(
        TODAY,
        filing.get("subject.cert_type"),
        filing.get("subject.cert_number"),
        [AskedWebsite(*(filing.get(f"websites.0.{name}") for name in ("domain", "home_url", "name")))],
        [AskedContact(ContactKind.MOBILE, filing.get("responsible.mobile"), filing.get("responsible.name"))],
    )

    met = conflicts(question)

    assert [match.code for match in met.subjects] == ["1003"]
    assert [(match.code, match.own) for match in met.websites] == [("1005", True), ("1021", True)]
    assert met.contacts == ()
    assert [match.code for match in met.blacklist] == ["1064"]
    assert met.subject_ids == {filing.subject_id}

    met = conflicts(replace(question, cert_number=invent.credit_code(number())))

    assert met.subjects == ()
    assert [(match.code, match.own) for match in met.websites] == [("1005", False), ("1021", False), ("1020", False)]
    assert [(match.code, match.same_person) for match in met.contacts] == [("P106", True)]
    assert met.subject_ids == {filing.subject_id}


def test_an_approved_filing_enters_the_websites_own_responsible_person():
    filing = Case(same=False).submit().verify().approve().filing

    site = filing.subject.websites.get()

    for name in ("name", "mobile", "email"):
        assert getattr(site, f"responsible_{name}") == filing.get(f"websites.0.responsible.{name}")
    assert filing.subject.contacts.count() == 4


def test_nothing_is_asked_of_the_database_for_an_empty_draft(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert conflicts(ConflictQuestion(TODAY, None, "", [AskedWebsite()], [])) == Conflicts()
