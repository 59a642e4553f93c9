"""Faulty rows of an import and their cells: each fault is named by row, column and code."""

import re

import pytest

from filings.evidence.limited import table as file_table
from icp_portal.tests.builders import Case, provider, staff
from providers.imports import files, reading
from providers.imports.columns import HOST_EMAIL
from providers.imports.judging import JudgedSheet
from providers.tests.imports.imports_made import checked, faults, letter
from providers.tests.imports.sheets_to_import import row, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# changes of a good row → the (column, code) that must be named, nothing else
PLANTED = [
    ({"host_email": ""}, ("host_email", "1009")),
    ({"host_email": "nobody"}, ("host_email", "1009")),
    ({"subject__name": ""}, ("subject.name", "1999")),
    ({"subject__cert_number": "91350100M000100Y44"}, ("subject.cert_number", "1008")),
    ({"subject__nature": "外星人"}, ("subject.nature", "1014")),
    ({"subject__cert_type": "护照本"}, ("subject.cert_type", "1008")),
    ({"subject__division": "440305"}, ("subject.division", "1019")),
    ({"responsible__cert_number": "110105194912310021"}, ("responsible.cert_number", "1015")),
    ({"responsible__mobile": "123"}, ("responsible.mobile", "1011")),
    ({"responsible__office_phone": "66001234"}, ("responsible.office_phone", "1010")),
    ({"responsible__email": "x@"}, ("responsible.email", "1009")),
    ({"responsible__cert_until": "soon"}, ("responsible.cert_until", "1008")),
    ({"responsible__cert_until": ""}, ("responsible.cert_until", "1008")),
    ({"responsible__cert_until": "2020年1月31日"}, ("responsible.cert_until", "1008")),
    ({"websites__0__name": ""}, ("websites.0.name", "1999")),
    ({"websites__0__domain": "mail.example.cn"}, ("websites.0.domain", "1004")),
    ({"websites__0__services": "不存在"}, ("websites.0.services", "1034")),
    ({"websites__0__ip_only": "也许"}, ("websites.0.ip_only", "1004")),
    ({"websites__0__access__ip_ranges": "10.0.0.1"}, ("websites.0.access.ip_ranges", "1006")),
    ({"websites__0__access__ways": "飞鸽"}, ("websites.0.access.ways", "1035")),
    ({"subject__investor": "长" * 300}, ("subject.investor", "1999")),
]


@pytest.mark.parametrize(("changes", "expected"), PLANTED)
def test_each_fault_is_named_by_column_and_code(changes, expected):
    batch = checked(staff(provider()), workbook([row(**changes)]))

    named = faults(batch)
    key, code = expected
    assert (2, letter(key), code) in named
    # what depends on the faulty cell may be named as well, never anything in another row
    assert {number for number, _column, _code in named} == {2}


@pytest.mark.parametrize("place", ["440305", "深圳市", "广东省深圳市南山区"])
def test_a_place_in_another_province_is_named_with_its_province(place):
    batch = checked(staff(provider()), workbook([row(subject__division=place)]))

    (line,) = files.problem_lines(batch)
    assert line[1::2] == (letter("subject.division"), "1019")
    assert re.fullmatch(r"广东省 深圳市.* is in another province\. Choose a place in 北京市\.", line[4])


def test_a_place_that_nobody_knows_is_answered_with_examples():
    batch = checked(staff(provider()), workbook([row(subject__division="9" * 41)]))

    (line,) = files.problem_lines(batch)
    assert f"“{'9' * 40}” is not in the code table; examples: " in line[4]


def test_what_is_neither_yes_nor_no_is_answered_with_both():
    batch = checked(staff(provider()), workbook([row(responsible__legal_representative="也许")]))

    (line,) = files.problem_lines(batch)
    assert line[1] == letter("responsible.legal_representative")
    assert "“也许” is not in the code table; examples: 是, 不是" in line[4]


def test_a_certificate_that_excel_has_rounded_says_so():
    batch = checked(
        staff(provider()), workbook([row(responsible__cert_number=f"{file_table.ROUNDED}110105194912310000")])
    )

    (line,) = files.problem_lines(batch)
    assert line[:2] == (2, letter("responsible.cert_number"))
    assert "Format the column as text" in line[4]


def test_names_and_codes_are_understood_alike():
    one = row(
        subject__nature="企业",
        subject__province="北京市",
        responsible__legal_representative="是",
        websites__0__access__ways="5",
    )
    batch = checked(staff(provider()), workbook([one]))

    assert faults(batch) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("长期", "long_term"),
        (" Long-term ", "long_term"),
        ("2045.05.31", "2045-05-31"),
        ("20450531", "2045-05-31"),
        ("2045年5月31日", "2045-05-31"),
    ],
)
def test_the_end_of_a_certificates_validity_is_a_date_or_long_term(text, kept):
    found = reading.read(workbook([row(responsible__cert_until=text)]))
    sheet = JudgedSheet(found.columns, provider().pk)

    assert sheet.judge(found.rows[0][1]).problems == []
    assert sheet.values(found.rows[0][1])[1]["responsible.cert_until"] == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter the date on the certificate, or choose “long-term” if it has no end date."),
        ("soon", "This is not a date. Write it like 2036-05-31, or 长期 without an end."),
    ],
)
def test_a_missing_or_unreadable_end_of_validity_says_what_to_write(text, words):
    found = reading.read(workbook([row(responsible__cert_until=text)]))

    (problem,) = JudgedSheet(found.columns, provider().pk).judge(found.rows[0][1]).problems

    assert words in problem["message"]


def test_what_two_rows_or_another_filing_have_is_named_at_the_later_one():
    first = row()
    other = row()
    taken = Case().submit().filing
    member = staff(provider())
    content = workbook(
        [
            first,
            row(subject__cert_number=first["subject.cert_number"]),
            row(websites__0__domain=other["websites.0.domain"], websites__0__home_url="x y"),
            other,
            row(websites__0__domain=taken.domain, websites__0__home_url=f"www.{taken.domain}"),
            row(host_email=first[HOST_EMAIL]),
        ]
    )

    named = faults(checked(member, content))

    assert named == [
        (3, letter("subject.cert_number"), "P110"),
        (4, letter("websites.0.home_url"), "1022"),
        (5, letter("websites.0.domain"), "1039"),
        (6, letter("websites.0.domain"), "1039"),
        (7, letter("host_email"), "1009"),
    ]


# (changes of a good row, the column and code that the dry run must name, and nothing else)
ONE_FAULT = [
    ({"host_email": "nobody"}, ("host_email", "1009")),
    ({"subject__name": ""}, ("subject.name", "1999")),
    ({"subject__cert_number": "91350100M000100Y44"}, ("subject.cert_number", "1008")),
    ({"responsible__mobile": "123"}, ("responsible.mobile", "1011")),
    ({"responsible__email": "x@"}, ("responsible.email", "1009")),
    ({"websites__0__services": "不存在"}, ("websites.0.services", "1034")),
    ({"websites__0__access__ip_ranges": "10.0.0.1"}, ("websites.0.access.ip_ranges", "1006")),
    ({"websites__0__name": ""}, ("websites.0.name", "1999")),
    ({"responsible__cert_number": "110105194912310021"}, ("responsible.cert_number", "1015")),
    ({"websites__0__home_url": "www.elsewhere.cn"}, ("websites.0.home_url", "1041")),
]


def test_a_thousand_rows_with_fifty_planted_faults_report_exactly_those_fifty():
    rows = [row() for _n in range(1000)]
    planted = []
    for number in range(50):
        at = 7 + 19 * number
        changes, (key, code) = ONE_FAULT[number % len(ONE_FAULT)]
        rows[at] |= {name.replace("__", "."): said for name, said in changes.items()}
        planted.append((at + 2, letter(key), code))  # row 1 has the headings

    batch = checked(staff(provider()), workbook(rows))

    assert faults(batch) == sorted(planted)
    assert batch.rows.filter(is_faulty=False).count() == 950


@pytest.mark.parametrize(("said", "same"), [("", True), ("是", True), ("否", False), ("也许", False)])
def test_the_hosts_person_is_the_websites_too_if_the_file_says_so_or_names_nobody(said, same):
    batch = checked(staff(provider()), workbook([row(websites__0__responsible__same=said)]))
    assert (faults(batch) == []) is same
