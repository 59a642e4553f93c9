"""Every fault of a row is reported once, with its row and column; personal data are masked; nothing is written."""

from datetime import date

import pytest
from django.core.management import CommandError

from icp_portal.demo import invent
from icp_portal.tests.builders import provider
from ministry.models import Access, Subject, SubjectCertificate
from ministry.register import history
from ministry.tests.imports.national_files import NUMBER, access, faults, files, run, subject, website

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("jieru")]

SITE = f"{NUMBER}-1"
OLD = "京ICP备05000011号"
EMPTY = "Not filled in yet."
NO_DATE = "This is not a date. Write it like 2026-01-31."
NO_CODE = "“99” is not in the code table. Enter the official code."
FUTURE, EARLY = "This day is in the future.", "This day is before the day of approval."
LATE = "This day is after the cancellation."
ENDED = "What it belongs to was cancelled on 2021-01-01. Enter that day or an earlier one."
CODE = invent.credit_code(7)
WRONG = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")

# What the rows say → (file, row, column, value as reported, message) of the only fault
SUBJECTS = {
    "a number of a website": (
        {"number": f"{NUMBER}-1"},
        ("number", f"{NUMBER}-1", "Enter the subject's number, without the number of the website."),
    ),
    "a serial that was never given": (
        {"number": "京ICP备2099000001号"},
        ("number", "京ICP备2099000001号", "No number of this year and serial was issued."),
    ),
    "a number of a year before the law": (
        {"number": "京ICP备2004000112号"},
        ("number", "京ICP备2004000112号", "No number of this year and serial was issued."),
    ),
    "a serial of eight digits after a year of two": (
        {"number": "京ICP备0500000112号"},
        ("number", "京ICP备0500000112号", "No number of this year and serial was issued."),
    ),
    "a number of a year after the approval": (
        {"approved_on": "2024-01-01", "number": "京ICP备2025000112号"},
        ("number", "京ICP备2025000112号", "No number of this year and serial was issued."),
    ),
    "an earlier number of today": (
        {"number": OLD, "approved_on": "2021-01-01"},
        ("number", OLD, "Numbers of earlier systems were issued until 2020-12-31."),
    ),
    "no name": ({"name": ""}, ("name", "", EMPTY)),
    "a name of digits": ({"name": "12345"}, ("name", "1****", "The name of a site host can't be a number.")),
    "a domain as name": (
        {"name": "a.cn"},
        ("name", "a***", "The name of a site host can't be a domain, a web address or an e-mail address."),
    ),
    "an unknown nature": ({"nature": "99"}, ("nature", "99", NO_CODE)),
    "a place of another province": (
        {"division": "310101"},
        ("division", "310101", "上海市 黄浦区 is in another province. Choose a place in 北京市."),
    ),
    "a certificate of another nature": (
        {"cert_type": "2", "cert_number": "11010519491231002X"},
        ("cert_type", "2", "This type of certificate does not belong to the type of site host."),
    ),
    "a wrong check character": (
        {"cert_number": WRONG},
        (
            "cert_number",
            WRONG[:3] + "*" * 11 + WRONG[-4:],
            "The check character at position 18 does not match. Check the number against the business licence.",
        ),
    ),
    "further certificates in another form": (
        {"further_certificates": "110108000000016"},
        (
            "further_certificates",
            "110********0016",
            "Write further certificates as TYPE:NUMBER, separated by semicolons, at most 20.",
        ),
    ),
    "a landline as mobile": (
        {"responsible_mobile": "010-12345678"},
        (
            "responsible_mobile",
            "010-****5678",
            "This is not a mainland mobile number. It has 11 digits, such as 13800138000.",
        ),
    ),
    "no e-mail address": (
        {"responsible_email": "zhang@"},
        ("responsible_email", "z***@", "This is not an e-mail address. Write it like name@example.cn."),
    ),
    "an invisible character": (
        {"responsible_name": "张\u200b三"},
        (
            "responsible_name",
            "张**",
            "There is an invisible character at position 2. Type the text instead of pasting it.",
        ),
    ),
    "no date": ({"approved_on": "2020/03/01"}, ("approved_on", "2020/03/01", NO_DATE)),
    "a day that isn't": ({"approved_on": "2020-02-30"}, ("approved_on", "2020-02-30", NO_DATE)),
    "approved tomorrow": ({"approved_on": "2099-01-01"}, ("approved_on", "2099-01-01", FUTURE)),
    "cancelled before approval": ({"cancelled_on": "2020-02-29"}, ("cancelled_on", "2020-02-29", EARLY)),
    "suspended before approval": ({"suspended_on": "2020-02-29"}, ("suspended_on", "2020-02-29", EARLY)),
    "a version before approval": ({"valid_from": "2020-02-29"}, ("valid_from", "2020-02-29", EARLY)),
    "a version of the future": ({"valid_from": "2099-01-01"}, ("valid_from", "2099-01-01", FUTURE)),
    "a version after the end": (
        {"valid_from": "2022-01-01", "cancelled_on": "2021-01-01"},
        ("valid_from", "2022-01-01", LATE),
    ),
    "suspended after the end": (
        {"suspended_on": "2021-01-02", "cancelled_on": "2021-01-01"},
        ("suspended_on", "2021-01-02", LATE),
    ),
    "a sequence that isn't": (
        {"last_sequence": "0"},
        ("last_sequence", "0", "This is not the sequence of a website. Write it like 3."),
    ),
}
WEBSITES = {
    "the number of a subject": (
        {"number": f"{NUMBER}-"},
        (
            "number",
            f"{NUMBER}-",
            "This is not a filing number. Write it like 京ICP备2026000001号 or 京ICP备2026000001号-1.",
        ),
    ),
    "a domain with www": (
        {"domain": "www.a.cn", "home_url": ""},
        ("domain", "www.a.cn", "Leave out www. and enter a.cn."),
    ),
    "no domain": ({"domain": "", "home_url": ""}, ("domain", "", EMPTY)),
    "an APP with a domain": (
        {"number": f"{SITE}A", "home_url": ""},
        ("domain", "import-7.cn", "Only websites have this. Leave it empty."),
    ),
    "several domains today": (
        {"further_domains": "a.cn"},
        ("further_domains", "a.cn", "Since 2019-04-22 a website has one domain. Leave this empty."),
    ),
    "a home page elsewhere": (
        {"home_url": "www.a.cn"},
        ("home_url", "www.a.cn", "The home page must be on one of the website's domains."),
    ),
    "an unknown content": ({"services": "8;99"}, ("services", "8;99", NO_CODE)),
    "an unknown language": ({"languages": "99"}, ("languages", "99", NO_CODE)),
    "suspended after the end": (
        {"suspended_on": "2021-01-02", "cancelled_on": "2021-01-01"},
        ("suspended_on", "2021-01-02", LATE),
    ),
    "in force under an ended subject": ({}, ("cancelled_on", "", ENDED)),
}
ACCESSES = {
    "an unknown provider": (
        {"provider": "nobody"},
        ("provider", "nobody", "No provider has this licence number or entrance address."),
    ),
    "a licence number of two": (
        {"provider": "B1-TWICE"},
        ("provider", "B1-TWICE", "Several providers have this licence number. Enter the entrance address (slug)."),
    ),
    "no provider": ({"provider": ""}, ("provider", "", EMPTY)),
    "an unknown way": ({"ways": "99"}, ("ways", "99", NO_CODE)),
    "an unknown place": ({"places": "99"}, ("places", "99", NO_CODE)),
    "a private address": (
        {"ip_ranges": "10.0.0.1"},
        (
            "ip_ranges",
            "10.0.0.1",
            "10.0.0.1 is not public: 10.0.0.0/8 is reserved for a private network. Enter the server's public address.",
        ),
    ),
    "a website that isn't there": (
        {"number": f"{NUMBER}-5"},
        ("number", f"{NUMBER}-5", "The file of websites has no website with this number."),
    ),
}


def refused(folder):
    with pytest.raises(CommandError, match="1 fault"):
        run(folder)
    assert not Subject.objects.exists()
    return faults(folder)


@pytest.mark.parametrize(("changes", "fault"), SUBJECTS.values(), ids=SUBJECTS)
def test_faults_of_subjects(tmp_path, changes, fault):
    files(tmp_path, [subject(**changes)], [])

    assert refused(tmp_path) == [("subjects", "2", *fault)]


@pytest.mark.parametrize(("changes", "fault"), WEBSITES.values(), ids=WEBSITES)
def test_faults_of_websites(tmp_path, changes, fault):
    files(tmp_path, [subject(**({} if changes else {"cancelled_on": "2021-01-01"}))], [website(**changes)])

    assert refused(tmp_path) == [("websites", "2", *fault)]


@pytest.mark.parametrize(("changes", "fault"), ACCESSES.values(), ids=ACCESSES)
def test_faults_of_accesses(tmp_path, changes, fault):
    provider(licence="B1-TWICE")
    provider(licence="B1-TWICE")
    files(tmp_path, [subject()], [website()], [access(**changes)])

    assert refused(tmp_path) == [("accesses", "2", *fault)]


def test_faults_of_versions(tmp_path):
    first, later = {"valid_from": "2020-03-01"}, {"valid_from": "2021-01-01"}
    cases = {
        ("3", "valid_from", "2020-03-01", "Another row of this record has this day."): [first, first],
        ("3", "approved_on", "2020-03-02", "Another row of this record has another day."): [
            first,
            {**later, "approved_on": "2020-03-02"},
        ],
        ("2", "cancelled_on", "2020-05-01", "Only the last version of a record can be cancelled."): [
            {**first, "cancelled_on": "2020-05-01"},
            later,
        ],
    }
    for fault, versions in cases.items():
        files(tmp_path, [subject(**changes) for changes in versions], [])
        assert refused(tmp_path) == [("subjects", *fault)]


OLD_CERTIFICATE = "1:110108000000016"
LOST_SUSPENSION = "Ended suspensions are not imported. Leave this empty, or enter what the last version has."
LOST_CERTIFICATE = "The last version of the record lacks this certificate. Enter it there under further_certificates."
# What an earlier version says and the last one doesn't → the only fault
LOST = {
    "a suspension of a host that has ended": (
        "subjects",
        {"suspended_on": "2020-05-01"},
        {},
        ("suspended_on", "2020-05-01", LOST_SUSPENSION),
    ),
    "another suspension of a website": (
        "websites",
        {"suspended_on": "2020-05-01"},
        {"suspended_on": "2022-05-01"},
        ("suspended_on", "2020-05-01", LOST_SUSPENSION),
    ),
    "a further certificate": (
        "subjects",
        {"further_certificates": OLD_CERTIFICATE},
        {},
        ("further_certificates", "1:1**********0016", LOST_CERTIFICATE),
    ),
    "its own certificate": (
        "subjects",
        {"cert_number": OLD_CERTIFICATE[2:]},
        {},
        ("cert_number", "110********0016", LOST_CERTIFICATE),
    ),
}


@pytest.mark.parametrize(("table", "earlier", "last", "fault"), LOST.values(), ids=LOST)
def test_what_only_an_earlier_version_says_is_a_fault_where_the_register_has_no_place_for_it(
    tmp_path, table, earlier, last, fault
):
    rows = [earlier, {"valid_from": "2021-01-01", **last}]
    if table == "subjects":
        files(tmp_path, [subject(**changes) for changes in rows], [])
    else:
        files(tmp_path, [subject()], [website(**changes) for changes in rows])

    assert refused(tmp_path) == [(table, "2", *fault)]


def test_a_host_with_a_new_certificate_is_found_by_the_old_one_too(tmp_path):
    """The last version has it under further_certificates, as a change of the certificate here would keep it."""
    old = {"cert_number": OLD_CERTIFICATE[2:]}
    files(tmp_path, [subject(**old), subject(valid_from="2021-01-01", further_certificates=OLD_CERTIFICATE)], [])

    assert "1 subject with 0 websites written." in run(tmp_path)
    found = SubjectCertificate.objects.filter(subject=Subject.objects.get(), live=True).order_by("pk")
    assert [(one.cert_type, one.number) for one in found] == [(1, OLD_CERTIFICATE[2:]), (1, CODE)]
    before = history.as_of(Subject.objects.get().pk, date(2020, 12, 31))
    assert before.facts["subject"]["cert_number"] == OLD_CERTIFICATE[2:]


def test_an_access_begins_when_the_former_one_at_its_provider_has_ended(tmp_path):
    former, ends = access(cancelled_on="2021-05-01"), "2021-05-01"
    message = "The former access at this provider ended on 2021-05-01. Enter that day or a later one."

    files(tmp_path, [subject()], [website()], [former, access(valid_from="2021-04-30")])
    assert refused(tmp_path) == [("accesses", "3", "valid_from", "2021-04-30", message)]
    files(tmp_path, [subject()], [website()], [former, access(valid_from=ends)])
    assert "1 subject with 1 website written." in run(tmp_path)
    for day, count in (("2021-04-30", 1), (ends, 1)):
        (found,) = history.as_of(Subject.objects.get().pk, date.fromisoformat(day)).websites
        assert len(found.accesses) == count


def test_what_is_in_the_files_twice(tmp_path):
    eight = "京ICP备2020000008号"
    same = {"cert_number": CODE}
    files(
        tmp_path,
        [subject(), subject(eight, 8, **same), subject(NUMBER, 9)],
        [website(), website(f"{eight}-1", 8, domain="import-7.cn", home_url=""), website(f"{NUMBER}-3", 10)],
    )

    with pytest.raises(CommandError, match="4 faults"):
        run(tmp_path)

    masked = CODE[:3] + "*" * 11 + CODE[-4:]
    assert sorted(faults(tmp_path)) == [
        ("subjects", "3", "cert_number", masked, "The subject in row 2 has this certificate and is in force, too."),
        ("subjects", "3", "cert_number", masked, "The subject in row 2 is the same organisation and is in force, too."),
        ("subjects", "4", "number", NUMBER, "Row 2 has this number, too."),
        ("websites", "3", "domain", "import-7.cn", "The website in row 2 has this domain and is in force, too."),
    ]


def test_two_services_of_a_subject_with_one_sequence(tmp_path):
    app = {"domain": "", "home_url": ""}
    files(tmp_path, [subject()], [website(), website(f"{SITE}A", 8, **app)])

    assert refused(tmp_path) == [
        ("websites", "3", "number", f"{SITE}A", "Another website of the subject has this number.")
    ]


def test_a_formula_in_a_faulty_cell_is_not_run_by_a_spreadsheet(tmp_path):
    files(tmp_path, [subject(division="=1+1")], [])

    assert refused(tmp_path) == [("subjects", "2", "division", "'=1+1", "Choose a city or county from the list.")]


def test_a_cancelled_record_frees_certificate_and_domain(tmp_path):
    ended = {"cancelled_on": "2021-01-01"}
    again = "京ICP备2022000001号"
    later = {"approved_on": "2022-01-01", "cert_number": CODE}
    files(
        tmp_path,
        [subject(**ended), subject(again, 8, **later)],
        [website(**ended), website(f"{again}-1", 8, domain="import-7.cn", home_url="", approved_on="2022-01-01")],
    )

    assert "2 subjects with 2 websites written." in run(tmp_path)


ORPHAN = (
    "Its subject isn't in the file of subjects, or comes at another place. "
    "Write all files in one order of the subjects."
)


def test_rows_without_their_subject_are_faults_among_others(tmp_path):
    """Each is named, before, between and after those that have their subject; the others are imported."""
    second, third = "京ICP备2020000008号", "京ICP备2020000009号"
    lost = [f"沪ICP备202000000{tail}号-1" for tail in range(1, 5)]
    folder = files(
        tmp_path / "files",
        [subject(), subject(second, 8), subject(third, 9)],
        [
            website(lost[0], 1),
            website(),
            website(lost[1], 2),
            website("without a number", 5),
            website(f"{third}-1", 9),
            website(lost[2], 3),
        ],
        [access(), access(lost[1]), access(f"{third}-1"), access(lost[3])],
    )

    said = run(folder, skip_faulty=True)

    assert sorted(faults(folder)) == [
        ("accesses", "3", "number", lost[1], ORPHAN),
        ("accesses", "5", "number", lost[3], ORPHAN),
        ("websites", "2", "number", lost[0], ORPHAN),
        ("websites", "4", "number", lost[1], ORPHAN),
        ("websites", "5", "number", "without a number", ORPHAN),
        ("websites", "7", "number", lost[2], ORPHAN),
    ]
    assert "3 subjects with 2 websites written." in said
    assert Access.objects.count() == 2
