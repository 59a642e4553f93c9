"""Hosts and their responsible persons: certificates, contacts, age, residence, authorisation."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from filings.tests.scenarios.rows import (
    CERTIFICATE,
    INDIVIDUAL,
    MANAGER,
    TWO_PERSONS,
    Row,
    Typed,
    block,
    examine,
    rows,
    warn,
)
from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from ministry.reference import certificates

pytestmark = pytest.mark.django_db

YESTERDAY, SOON = timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=60)
OWN_NUMBER = "responsible.cert_number"

# --- The host and its certificate -----------------------------------------------------------------------


def card(born: str, region: str = "110105") -> str:
    """Return a resident identity number of a person born on that day."""
    body = f"{region}{born}123"
    return body + certificates.check_character_resident_id(body)


def young(years: int, region: str = "110105", on: date | None = None) -> Typed:
    """Return the facts of an individual of this age, whose card has an end date as all have at that age."""
    on = on or timezone.localdate()
    number = card(f"{on.year - years}{on:%m%d}", region)
    return {CERTIFICATE: number, OWN_NUMBER: number, "responsible.cert_until": f"{on.year + 5}-06-30"}


def without(case: Case, path: str) -> Typed:
    """Take a picture away."""
    case.filing.evidence.get(path=path).delete()
    return {}


SHANGHAI_CODE = invent.credit_code(4711, "310000")


@rows(
    Row(
        "the host's type is none of the list, so no certificate fits it",
        {"subject.nature": 7},
        (block("1014", "subject.nature"), block("1008", "subject.cert_type")),
    ),
    Row(
        "a company files with an identity card",
        {"subject.cert_type": 2},
        (block("1008", "subject.cert_type"), block("1015", CERTIFICATE)),
    ),
    Row(
        "a company says that it is a law firm",
        {"subject.nature": 11, "subject.cert_type": 21},
        (block("1014", "subject.nature"), block("1008", CERTIFICATE)),
    ),
    Row(
        "a law firm says that it is a company",
        {"subject.name": "北京示例律师事务所"},
        (block("1014", "subject.nature"),),
    ),
    Row("the letter O for a zero in a credit code", {CERTIFICATE: "9111O105MA0000000X"}, (block("1008", CERTIFICATE),)),
    Row("a licence of before 2015, with 15 digits", {CERTIFICATE: "110108000000016"}),
    Row(
        "an organisation code with a wrong check character",
        {"subject.cert_type": 12, CERTIFICATE: "D2143569-1"},
        (block("1008", CERTIFICATE),),
    ),
    Row("an organisation code as printed", {"subject.cert_type": 12, CERTIFICATE: "D2143569-X"}),
    Row(
        "a credit code of Shanghai filed in Beijing", {CERTIFICATE: SHANGHAI_CODE}, (warn("1019", "subject.province"),)
    ),
    Row("a city of another province", {"subject.division": "440100"}, (block("1019", "subject.division"),)),
    Row(
        "the certificate's address is in another province",
        {"subject.cert_address": "上海市浦东新区示例路1号"},
        (warn("1019", "subject.cert_address"),),
    ),
    Row(
        "mail goes to another province",
        {"subject.address": "广东省深圳市示例路1号2楼"},
        (warn("1019", "subject.address"),),
    ),
    Row("the host is named by a domain", {"subject.name": "example.com.cn"}, (block("1999", "subject.name"),)),
    Row("a zero-width space in the host's name", {"subject.name": "北京\u200b示例"}, (block("1999", "subject.name"),)),
    Row("a rare character in a person's name", {"responsible.name": "王𬤊"}),
)
def test_the_host(row: Row) -> None:
    examine(row)


# --- Responsible persons --------------------------------------------------------------------------------


@rows(
    Row("an identity number mistyped", {OWN_NUMBER: "110105199001011234"}, (block("1015", OWN_NUMBER),)),
    Row("an identity number of no region", {OWN_NUMBER: card("19900101", "990105")}, (block("1015", OWN_NUMBER),)),
    Row("born tomorrow", {OWN_NUMBER: card("20991231")}, (block("1015", OWN_NUMBER),)),
    Row("a passport number too short", {"responsible.cert_type": 7, OWN_NUMBER: "E12"}, (block("1008", OWN_NUMBER),)),
    Row(
        "the certificate expired yesterday",
        {"responsible.cert_until": str(YESTERDAY)},
        (block("1008", "responsible.cert_until"),),
    ),
    Row(
        "the certificate is valid for two more months",
        {"responsible.cert_until": str(SOON)},
        (block("P105", "responsible.cert_until"),),
    ),
    Row("the host's responsible person has no name", {"responsible.name": ""}, (block("1044", "responsible.name"),)),
    Row(
        "no office telephone of the host",
        {"responsible.office_phone": ""},
        (block("1010", "responsible.office_phone"),),
    ),
    Row(
        "no office telephone of the website's person",
        {f"{MANAGER}.office_phone": ""},
        (block("1031", f"{MANAGER}.office_phone"),),
        good=TWO_PERSONS,
    ),
    Row(
        "an invented telephone of the website's person",
        {f"{MANAGER}.office_phone": "010-00000000"},
        (block("1010", f"{MANAGER}.office_phone"),),
        good=TWO_PERSONS,
    ),
    Row("an individual has no office telephone", {"responsible.office_phone": ""}, good=INDIVIDUAL),
    Row("王先生 is no name", {"responsible.name": "王先生"}, (block("1999", "responsible.name"),)),
    Row("张总 may be a name", {"responsible.name": "张总"}, (warn("1999", "responsible.name"),)),
    # the individual answers, whoever was written there (filings.fields.derived)
    Row("somebody else answers for an individual", {"responsible.name": "别人"}, good=INDIVIDUAL),
    Row(
        "the emergency number is the mobile",
        lambda case: {"responsible.emergency_mobile": case.filing.get("responsible.mobile")},
        (block("P108", "responsible.emergency_mobile"),),
    ),
    Row(
        "two persons share an address",
        lambda case: {f"{MANAGER}.email": case.filing.get("responsible.email")},
        (block("P108", f"{MANAGER}.email"),),
        good=TWO_PERSONS,
    ),
    Row(
        "one person is given with two mobiles",
        lambda case: {
            f"{MANAGER}.{name}": value
            for name, value in case.filing.get("responsible").items()
            if name not in ("legal_representative", "mobile")
        },
        (block("1011", f"{MANAGER}.mobile"),),
        good=TWO_PERSONS,
    ),
    Row(
        "an office telephone of Beijing in Tianjin",
        {"responsible.office_phone": "010-66001234"},
        (block("P107", "responsible.office_phone"),),
        place="天津",
    ),
    Row(
        "one emergency number of two persons in Tianjin",
        lambda case: {f"{MANAGER}.emergency_mobile": case.filing.get("responsible.emergency_mobile")},
        (block("P108", f"{MANAGER}.emergency_mobile"),),
        place="天津",
        good=TWO_PERSONS,
    ),
)
def test_responsible_persons(row: Row) -> None:
    examine(row)


AUTHORISED = {"responsible.legal_representative": "no"}
AUTHORISATION, PROOF = "papers.authorisation", "papers.residence_proof"
BEFORE, SINCE = date(2021, 5, 31), date(2021, 6, 1)


@rows(
    Row("17 in Beijing", young(17), (block("P105", CERTIFICATE),), good=INDIVIDUAL),
    Row("18 today in Beijing", young(18), good=INDIVIDUAL),
    Row("17 in Shandong", young(17, "370105"), place="山东", good=INDIVIDUAL),
    Row("16 in Shandong", young(16, "370105"), (block("P105", CERTIFICATE),), place="山东", good=INDIVIDUAL),
    Row(
        "17 in Jiangsu without proof of work",
        young(17, "320105"),
        (block("P503", "papers.job_proof"),),
        place="江苏",
        good=INDIVIDUAL,
    ),
    Row(
        "17 in Jiangsu with proof of work",
        young(17, "320105"),
        place="江苏",
        good=INDIVIDUAL,
        pictures=("papers.job_proof",),
    ),
    Row(
        "17 in Hainan, no source until May 2021",
        young(17, "460105", BEFORE),
        (warn("P105", CERTIFICATE),),
        place="海南",
        good=INDIVIDUAL,
        day=BEFORE,
    ),
    Row("17 in Hainan, 16 since June 2021", young(17, "460105", SINCE), place="海南", good=INDIVIDUAL, day=SINCE),
    Row("from Shanghai in Beijing", young(30, "310105"), good=INDIVIDUAL),
    Row("from Beijing in Guangxi", young(30), (warn("P115", CERTIFICATE),), place="广西", good=INDIVIDUAL),
    Row("from Beijing in Zhejiang without a permit", young(30), (warn("P503", PROOF),), place="浙江", good=INDIVIDUAL),
    Row("from Beijing in Zhejiang with a permit", young(30), place="浙江", good=INDIVIDUAL, pictures=(PROOF,)),
    Row(
        "no legal representative in Guangdong",
        AUTHORISED,
        (block("P104", "responsible.legal_representative"),),
        place="广东",
    ),
    Row(
        "no legal representative in Shanxi, where sources know exceptions",
        AUTHORISED,
        (warn("P104", "responsible.legal_representative"),),
        place="山西",
    ),
    Row("an authorised person in Jiangsu without the paper", AUTHORISED, (block("P104", AUTHORISATION),), place="江苏"),
    Row("an authorised person in Jiangsu before June 2021", AUTHORISED, place="江苏", day=BEFORE),
    Row(
        "authorised in Anhui for the host, another for the website",
        AUTHORISED,
        (block("P104", AUTHORISATION), block("P104", f"{MANAGER}.same")),
        place="安徽",
        good=TWO_PERSONS,
    ),
    Row(
        "another person for the website in Shanghai without the paper",
        lambda case: without(case, AUTHORISATION),
        (block("P104", AUTHORISATION),),
        place="上海",
        good=TWO_PERSONS,
    ),
)
def test_age_residence_and_authorisation(row: Row) -> None:
    examine(row)
