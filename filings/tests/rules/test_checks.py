"""The one function of findings: each rule with a value that breaks it, and the good filing that breaks none."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from filings import facts, fields, services
from filings.models import Filing
from filings.rules import checks, corrections
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, blacklisted_domain, blacklisted_subject, host, provider
from ministry.models import ProvinceRule
from ministry.reference import code_tables
from ministry.reference.topics import RuleSeverity, Topic

pytestmark = pytest.mark.django_db

MANAGER = "websites.0.responsible"


def found(case: Case, **values):
    """The findings after the values (path with dots as double underscores) have been typed; each page has its own."""
    typed = {path.replace("__", "."): value for path, value in values.items()}
    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)
    every = checks.findings(filing)
    for section in fields.sections_of(filing.facts):
        here = [finding for finding in every if finding.section == section.id]
        assert checks.findings_of_page(filing, section.id) == here
    return [(finding.code, finding.path) for finding in every]


# Pages with values that can conflict: the certificate; contacts; domain, home page and name; addresses.
@pytest.mark.parametrize(
    ("page", "queries"),
    [("basics", 0), ("subject", 2), ("responsible", 2), ("website", 2), ("manager", 2), ("access", 1)],
)
def test_a_page_is_compared_with_other_filings_only_by_its_own_values(page, queries, django_assert_num_queries):
    filing = Filing.objects.select_related("provider").get(pk=Case(same=False).filing.pk)
    book = checks.rule_book(filing)
    with django_assert_num_queries(queries):
        assert checks.findings_of_page(filing, page, book) == []


@pytest.mark.parametrize("individual", [False, True])
@pytest.mark.parametrize("same", [False, True])
def test_a_good_filing_has_no_finding(individual, same):
    assert checks.findings(Case(individual=individual, same=same).filing) == []


def test_an_empty_draft_names_every_needed_field_and_paper():
    draft = services.start(host(), provider_id=provider().pk, entrance="ministry")
    paths = {finding.path for finding in checks.findings(draft)}
    assert {"subject.nature", "subject.cert_number", "responsible.office_phone", "websites.0.domain"} <= paths
    assert {path for path in paths if "papers" in path} == {
        "papers.subject_certificate",
        "papers.responsible_front",
        "papers.responsible_back",
        "websites.0.papers.manager_front",
        "websites.0.papers.manager_back",
    }


BROKEN = [
    ("subject.nature", 7, "1014"),
    ("subject.cert_type", 2, "1008"),
    ("subject.cert_number", "91110105MA00000000", "1008"),
    ("subject.division", "440100", "1019"),
    ("responsible.cert_number", "110105199001011234", "1015"),
    ("responsible.cert_until", "2020-01-01", "1008"),
    ("responsible.mobile", "12800000000", "1011"),
    ("responsible.office_phone", "010-00000000", "1010"),
    ("responsible.email", "not an address", "1009"),
    ("responsible.email", "good@example.cn;bad", "1009"),
    ("responsible.mobile", "13800001234;12800000000", "1011"),
    ("responsible.mobile", "13800001234;13800001234", "1011"),
    ("responsible.office_phone", "010-66001234;110", "1010"),
    ("websites.0.name", "abc", "P301"),
    ("websites.0.domain", "mail.example.cn", "1004"),
    ("websites.0.domain", "http://", "1004"),
    ("websites.0.home_url", "www.other.cn", "1041"),
    ("websites.0.access.ip_ranges", "192.168.1.1", "1006"),
    ("websites.0.access.ip_ranges", "1.2.3.9-1.2.3.4", "1006"),
]


@pytest.mark.parametrize(("path", "value", "code"), BROKEN)
def test_a_bad_value_is_found_at_its_field_with_its_official_code(path, value, code):
    case = Case()
    filing = services.save_facts(case.filing.pk, case.host, {path: value}, version=None)
    assert [(finding.code, finding.path) for finding in checks.findings(filing) if finding.path == path] == [
        (code, path)
    ]
    assert filing.get(path) == value  # what was typed is kept


def test_full_width_digits_and_lower_case_are_read():
    case = Case()
    good = invent.person(77)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    filing = services.save_facts(
        case.filing.pk,
        case.host,
        {
            "responsible.cert_number": good.id_number.lower().translate(wide),
            "responsible.mobile": good.mobile.translate(wide),
        },
        version=None,
    )
    assert checks.findings(filing) == []
    assert filing.get("responsible.cert_number") == good.id_number
    assert filing.get("responsible.mobile") == good.mobile


def test_contacts_must_differ_where_the_rule_says():
    case = Case(same=False)
    mobile = case.filing.get("responsible.mobile")
    assert found(case, responsible__emergency_mobile=mobile) == [("P108", "responsible.emergency_mobile")]
    case = Case(same=False)
    mobile = case.filing.get("responsible.mobile")
    assert ("P108", f"{MANAGER}.mobile") in found(case, **{"websites__0__responsible__mobile": mobile})


def test_one_person_is_given_with_one_set_of_contacts():
    """The same certificate for host and website, as somebody does who misses the tick “the same person”."""
    case = Case(same=False)
    person = case.filing.get("responsible")
    twice = {
        f"websites__0__responsible__{name}": value for name, value in person.items() if name != "legal_representative"
    }
    assert [code for code in found(case, **twice) if code[1] in (f"{MANAGER}.mobile", f"{MANAGER}.email")] == []
    other = invent.person(78).mobile
    at = fields.find(f"{MANAGER}.mobile")[1].fault_in(case.filing.facts, MANAGER)
    assert found(case, **{"websites__0__responsible__mobile": other}) == [(at, f"{MANAGER}.mobile")]
    assert (at, f"{MANAGER}.mobile") not in found(
        case, **{"websites__0__responsible__cert_number": invent.person(78).id_number}
    )


def test_an_individual_answers_in_person():
    """Whatever is sent: the form asks for the person once."""
    case = Case(individual=True)
    assert found(case, responsible__name="别人", subject__investor="别人", subject__cert_number="1") == [
        ("1015", "subject.cert_number")
    ]
    filing = case.refresh().filing
    own = [filing.get(f"subject.{name}") for name in ("name", "cert_type", "cert_number", "name")]
    said = ("responsible.name", "responsible.cert_type", "responsible.cert_number", "subject.investor")
    assert [filing.get(path) for path in said] == own
    assert corrections.concerned("responsible.name", filing.facts) == ("subject.name",)
    assert corrections.concerned("responsible.mobile", filing.facts) == ("responsible.mobile",)


def test_a_home_page_follows_from_the_domain_until_one_is_typed():
    case = Case()
    assert found(case, websites__0__domain="ｈｔｔｐｓ://www.Example.cn/news?a=b", websites__0__home_url="") == []
    filing = case.refresh().filing
    assert (filing.domain, filing.get("websites.0.home_url")) == ("example.cn", "www.example.cn")
    assert found(case, websites__0__home_url="https://example.cn/") == []
    assert case.refresh().filing.get("websites.0.home_url") == "example.cn"


def test_other_services_need_a_remark():
    case = Case()
    assert found(case, websites__0__services=[code_tables.SERVICE_OTHER]) == [("P305", "websites.0.remark")]
    assert found(case, websites__0__remark="展示公司产品") == []


def test_a_certificate_and_a_domain_on_record_are_conflicts_by_number_not_by_name():
    filed = Case().submit().verify().approve()
    twin = Case(owner=filed.host)
    assert found(twin, subject__name=filed.filing.subject_name) == []
    assert found(twin, subject__cert_number=filed.filing.get("subject.cert_number")) == [
        ("1003", "subject.cert_number")
    ]
    other = Case()
    domain = filed.filing.domain
    assert found(other, websites__0__domain=domain, websites__0__home_url=f"www.{domain}") == [
        ("1005", "websites.0.domain")
    ]


def test_an_open_filing_of_the_same_certificate_or_domain_is_found():
    first = Case().submit()
    assert found(Case(), subject__cert_number=first.filing.get("subject.cert_number")) == [
        ("P110", "subject.cert_number")
    ]
    domain = first.filing.domain
    assert found(Case(), websites__0__domain=domain, websites__0__home_url=domain) == [("1039", "websites.0.domain")]


def test_a_finding_tells_nobody_elses_name():
    filed = Case().submit().verify().approve()
    twin = Case()
    services.save_facts(
        twin.filing.pk, twin.host, {"subject.cert_number": filed.filing.get("subject.cert_number")}, version=None
    )
    [finding] = checks.findings(twin.refresh().filing)
    assert filed.filing.subject_name not in finding.message + finding.fix
    assert "北京" in finding.message


def test_a_missing_picture_is_found():
    case = Case()
    case.filing.evidence.filter(path="papers.subject_certificate").delete()
    assert [(f.code, f.path) for f in checks.findings(case.filing)] == [("P103", "papers.subject_certificate")]


def test_the_whole_function_costs_a_constant_number_of_queries(django_assert_num_queries):
    case = Case()
    with django_assert_num_queries(7):
        checks.findings(case.filing)


def test_the_rules_of_a_page_are_those_of_its_province_whatever_the_caller_knew(django_assert_num_queries):
    case = Case(province=BEIJING)
    known = checks.rule_book(case.filing)
    elsewhere = facts.written(case.filing.facts, {"subject.province": GUANGDONG})

    with django_assert_num_queries(0):
        assert checks.rule_book(case.filing, known) is known
    case.filing.facts = elsewhere
    assert checks.rule_book(case.filing, known).province == GUANGDONG


def test_several_numbers_and_addresses_take_their_normal_form():
    typed = {
        "responsible.mobile": "138 0000 1234 ; +8613900001234",
        "responsible.office_phone": "01066001234;0755-12345678",
        "responsible.email": "A@example.cn; b@example.cn;a@example.cn",
    }
    values = checks.normalised(facts.written(Case().filing.facts, typed))
    assert [facts.read(values, path) for path in typed] == [
        "13800001234;13900001234",
        "010-66001234;0755-12345678",
        "a@example.cn;b@example.cn",
    ]


def test_an_emergency_mobile_among_several_mobiles_is_found():
    case = Case()
    emergency = case.filing.get("responsible.emergency_mobile")
    mobile = f"{case.filing.get('responsible.mobile')};{emergency}"
    assert found(case, responsible__mobile=mobile) == [("P108", "responsible.emergency_mobile")]


def test_the_days_of_a_certificate_and_a_messenger_are_checked():
    case = Case()
    assert found(case, responsible__cert_from="2030-01-02", responsible__cert_until="2030-01-02") == [
        ("1008", "responsible.cert_until")
    ]
    assert found(Case(), responsible__im=code_tables.QQ, responsible__im_account="name") == [
        ("1013", "responsible.im_account")
    ]
    assert found(Case(), responsible__im=2, responsible__im_account="name") == []


def test_a_certificate_counts_on_its_last_day_and_not_on_the_next():
    today = timezone.localdate()
    days = [str(day) for day in (today, today - timedelta(days=1))]

    expired = [("1008", "responsible.cert_until") in found(Case(), responsible__cert_until=day) for day in days]

    assert expired == [False, True]


def test_what_the_host_may_be_told_of_a_conflict():
    """Province and provider to turn to, the paper that cures it; never whose record it is."""
    filed = Case().submit().verify().approve()
    certificate = {"subject.cert_number": filed.filing.get("subject.cert_number")}
    domain = {"websites.0.domain": filed.filing.domain, "websites.0.home_url": f"www.{filed.filing.domain}"}
    told: dict[str, dict[str, str]] = {"stranger": {}, "owner": {}}
    for who, words in told.items():
        for taken in (certificate, domain):
            case = Case(owner=filed.host) if who == "owner" else Case()
            filing = services.save_facts(case.filing.pk, case.host, taken, version=None)
            words |= {finding.code: f"{finding.message} {finding.fix}" for finding in checks.findings(filing)}

    assert set(told["stranger"]) == set(told["owner"]) == {"1003", "1005"}
    for words in told["stranger"].values():
        assert "北京市通信管理局" in words
        assert filed.provider.name in words
        assert filed.filing.subject_name not in words
    assert "新增网站" in told["owner"]["1003"]
    assert "新增接入" in told["owner"]["1005"]


def test_the_same_unit_under_its_other_certificate_is_recognised():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"subject.cert_number": "91350100M000100Y43"}, version=None)
    case.refresh().submit().verify().approve()
    assert found(Case(), subject__cert_type=12, subject__cert_number="M000100Y-4") == [("P109", "subject.cert_number")]


def test_another_hosts_mobile_blocks_and_its_email_warns():
    filed = Case().submit().verify().approve()
    case = Case()
    typed = {f"responsible.{name}": filed.filing.get(f"responsible.{name}") for name in ("mobile", "email")}
    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)
    play.prove_addresses(filing, case.host)
    assert [(finding.code, finding.path, finding.blocks) for finding in checks.findings(filing)] == [
        ("P106", "responsible.mobile", True),
        ("P106", "responsible.email", False),
    ]
    # the same person answers for both hosts: then the same contact is right
    same = services.save_facts(
        case.filing.pk, case.host, {"responsible.name": filed.filing.get("responsible.name")}, version=None
    )
    assert checks.findings(same) == []


def test_what_other_open_filings_hold_warns_or_blocks():
    first, case = Case().submit(), Case()
    site = first.filing.facts["websites"][0]
    typed = {
        "websites.0.name": site["name"],
        "responsible.mobile": first.filing.get("responsible.mobile"),
        "responsible.email": first.filing.get("responsible.email"),
    }
    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)
    play.prove_addresses(filing, case.host)
    assert [(finding.code, finding.path, finding.blocks) for finding in checks.findings(filing)] == [
        ("P106", "responsible.mobile", False),
        ("P106", "responsible.email", False),
        ("1020", "websites.0.name", False),
    ]
    services.submit(filing.pk, case.host, version=None)  # warnings do not hold it back


@pytest.mark.parametrize("new_first", [True, False])
def test_a_unit_under_way_is_known_by_its_old_and_its_new_certificate(new_first):
    """An organisation code is characters 9 to 17 of the credit code; the database lets one of the two through."""
    one, other, code = Case(province=GUANGDONG), Case(province=GUANGDONG), "91440300708461136T"
    new, old = {"cert_type": 1, "cert_number": code}, {"cert_type": 12, "cert_number": f"{code[8:16]}-{code[16]}"}
    for case, certificate in ((one, new if new_first else old), (other, old if new_first else new)):
        typed = {f"subject.{name}": value for name, value in certificate.items()}
        services.save_facts(case.filing.pk, case.host, typed, version=None)
    one.submit()

    assert [(finding.code, finding.path) for finding in checks.findings(other.refresh().filing)] == [
        ("P110", "subject.cert_number")
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.filter(pk=other.filing.pk).update(status=Status.WITH_PROVIDER)
    one.withdraw()
    assert checks.findings(other.filing) == []


def test_what_is_empty_matches_nothing():
    """Two drafts in which nothing is filled in do not block each other, however many there are."""
    for _n in range(2):
        draft = services.start(host(), provider_id=provider().pk, entrance="ministry")
        assert {finding.code for finding in checks.findings(draft)} & {
            "1003",
            "1005",
            "1039",
            "P110",
            "1020",
            "1021",
            "P106",
        } == set()


def test_hosts_and_domains_on_the_blacklist_are_found():
    listed, domain = blacklisted_subject(), blacklisted_domain()
    assert ("1065", "subject.cert_number") in found(Case(), subject__cert_number=listed.number)
    assert ("1064", "websites.0.domain") in found(
        Case(), websites__0__domain=domain.domain, websites__0__home_url=domain.domain
    )


def test_a_filing_is_judged_by_the_rules_of_the_day_it_was_submitted():
    """A rule that begins later does not reach a filing that travels already, and does reach the next one."""
    case, later = Case().submit(), Case()
    ProvinceRule.objects.create(
        province=BEIJING,
        topic=Topic.NAME_WORDS,
        words="官方",
        severity=RuleSeverity.BLOCKS,
        source="测试",
        valid_from=timezone.localdate() + timedelta(days=1),
    )
    assert checks.findings(case.filing) == checks.findings(later.filing) == []
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert checks.findings(case.refresh().filing) == []
        assert [(finding.code, finding.path) for finding in checks.findings(later.filing)] == [
            ("P301", "websites.0.name")
        ]
