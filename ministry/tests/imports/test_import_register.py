"""A register is read from files, checked, and written once."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from icp_portal.demo import invent
from icp_portal.tests import database_changes
from icp_portal.tests.builders import on_record, provider, reviewer_user, sign_in
from ministry import audit
from ministry.imports.columns import TABLES, documentation
from ministry.models import (
    Access,
    AuditEntry,
    LiveDomain,
    NumberSeries,
    RegisterPiece,
    RegisterVersion,
    Subject,
    SubjectCertificate,
    SubjectContact,
    Website,
)
from ministry.register import contacts, history, public_records, writer
from ministry.tests.imports.national_files import (
    NUMBER,
    access,
    as_other_files,
    faults,
    files,
    run,
    subject,
    website,
    without_head,
)
from ops.bootstrap import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("jieru", "no_second_factor")]

OLD = "京ICP备05000011号"


def whole(folder):
    """Every column once: a subject in force with history, an old one with several domains, a cancelled one, an APP."""
    app = "京ICP备2020000007号-2A"
    moved = {"valid_from": "2022-05-01", "address": "新址路1号"}
    return files(
        folder,
        [
            subject(
                suspended_on="2024-01-02", last_sequence="9", further_certificates="12:D2143569X; 1:110108000000016"
            ),
            subject(
                suspended_on="2024-01-02",
                last_sequence="3",
                further_certificates="12:D2143569X; 1:110108000000016",
                **moved,
            ),
            subject(OLD, 8, approved_on="2005-06-01", cancelled_on="2021-02-03"),
        ],
        [
            website(),
            website(app, 9, domain="", home_url="", responsible_name="", responsible_mobile="", responsible_email=""),
            website(
                f"{OLD}-1",
                8,
                approved_on="2005-06-01",
                cancelled_on="2021-02-03",
                further_domains="import-81.cn;例子.中国",
            ),
        ],
        [
            access(cancelled_on="2021-01-01"),
            access(valid_from="2023-01-01", provider="B1-20200001", ip_ranges="192.31.196.8"),
            access(f"{OLD}-1", cancelled_on="2021-02-03"),
        ],
    )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "register"


@pytest.fixture
def imported(folder):
    whole(folder)
    return run(folder)


def test_every_column_arrives(imported, jieru):
    found = Subject.objects.get(serial=7)
    columns = ("name", "nature", "division", "address", "province", "year", "live", "last_sequence", "password_hash")
    assert [getattr(found, column) for column in columns] == [
        "示例登记7有限公司",
        4,
        "110105",
        "新址路1号",
        "110000",
        2020,
        True,
        9,
        "",
    ]
    assert (found.responsible_name, found.responsible_mobile, found.responsible_email) == (
        "张三",
        "13800000007",
        "owner7@example.cn",
    )
    assert (found.approved_on, found.suspended_on, found.cancelled_on) == (date(2020, 3, 1), date(2024, 1, 2), None)
    certificates = [(one.cert_type, one.number, one.live) for one in found.certificates.order_by("-pk")]
    assert certificates == [(1, invent.credit_code(7), True), (12, "D2143569X", True), (1, "110108000000016", True)]
    site, app = found.websites.order_by("sequence")
    assert (site.name, site.domain, site.home_url, site.services, site.languages, site.service) == (
        "示例网站7",
        "import-7.cn",
        "www.import-7.cn",
        [8, 24],
        [1, 12],
        1,
    )
    assert (site.responsible_name, site.responsible_mobile, site.responsible_email) == (
        "李四",
        "13900000007",
        "site7@example.cn",
    )
    assert (str(app.number), app.domain, app.responsible_name) == (f"{NUMBER}-2A", "", "")
    ended, current = site.accesses.order_by("live")
    assert (ended.cancelled_on, ended.provider, ended.ways, ended.places, ended.ip_ranges) == (
        date(2021, 1, 1),
        jieru,
        [5],
        [2, 26],
        ["192.31.196.7", "192.31.196.20-192.31.196.29"],
    )
    assert (current.live, current.provider, current.ip_ranges) == (True, jieru, ["192.31.196.8"])


def test_records_of_earlier_systems_and_their_end(imported):
    old = Subject.objects.get(earlier_number=OLD)
    site = old.websites.get()

    assert (old.year, old.serial, old.live, old.cancelled_on) == (None, None, False, date(2021, 2, 3))
    assert (site.further_domains, site.live, site.cancelled_on) == (
        ["import-81.cn", "xn--fsqu00a.xn--fiqs8s"],
        False,
        date(2021, 2, 3),
    )
    assert not old.certificates.filter(live=True).exists()
    assert set(LiveDomain.objects.values_list("domain", flat=True)) == {"import-7.cn"}


def test_contacts_are_those_that_the_register_derives(imported):
    def rows():
        return set(SubjectContact.objects.values_list("subject", "kind", "digest", "person_digest"))

    copied = rows()
    contacts.derive_digests()

    assert rows() == copied
    assert len(copied) == 4


def test_the_history_tells_each_day(imported):
    current, old = Subject.objects.get(serial=7), Subject.objects.get(earlier_number=OLD)

    def address(day):
        return history.as_of(current.pk, day).facts["subject"]["address"]

    assert history.as_of(current.pk, date(2020, 2, 29)) is None
    assert (address(date(2020, 3, 1)), address(date(2022, 4, 30))) == ("示例路7号2层", "示例路7号2层")
    assert address(date(2022, 5, 1)) == "新址路1号"
    of_2021 = history.as_of(old.pk, date(2021, 2, 2))
    assert of_2021.websites[0].facts["kept_domains"] == "import-8.cn\nimport-81.cn\nxn--fsqu00a.xn--fiqs8s"
    assert [one.provider_id for one in of_2021.websites[0].accesses] == [old.websites.get().accesses.get().provider_id]
    assert history.as_of(old.pk, date(2021, 2, 3)) is None
    accesses = [
        [one.facts["ip_ranges"] for one in history.as_of(current.pk, day).websites[0].accesses]
        for day in (date(2020, 3, 1), date(2022, 1, 1), date(2023, 1, 1))
    ]
    assert accesses == [["192.31.196.7\n192.31.196.20-192.31.196.29"], [], ["192.31.196.8"]]


def test_a_domain_of_an_earlier_version_is_found_on_the_days_of_that_version(tmp_path):
    earlier = website(domain="import-6.cn", home_url="")
    run(files(tmp_path / "files", [subject()], [earlier, website(valid_from="2022-05-01")]))

    found = [public_records.of_domain("import-6.cn", day) for day in (date(2022, 4, 30), date(2022, 5, 1))]
    assert [one and [service.domains for service in one.services] for one in found] == [[("import-6.cn",)], None]
    assert public_records.of_domain("import-6.cn") is None


def test_the_public_and_the_bureau_find_them(imported):
    rows = Client().get(reverse("query"), {"q": f"{NUMBER}-1"}).context["rows"]
    assert [row["domain"] for row in rows] == ["import-7.cn"]
    assert Client().get(reverse("query"), {"q": OLD}).context["rows"] == []

    bureau = sign_in(Client(), reviewer_user())
    for text, serial in ((OLD, None), ("例子.中国", None), (NUMBER, 7)):
        found = bureau.get(reverse("bureau_desk:orders"), {"q": text}).context["found"]
        assert [one.serial for one in found] == [serial]


def test_numbers_go_on_after_the_imported_ones(imported):
    assert NumberSeries.objects.get(province="110000", year=2020).last == 7


def test_the_audit_log_has_the_import_and_names_what_is_changed_past_it(imported):
    audit.seal()
    assert list(audit.faults()) == []
    names = set(AuditEntry.objects.values_list("shape__name", flat=True))
    assert {"ministry_registerpiece", "ministry_registerpiecerows"} <= names
    assert not names & {"ministry_subject", "ministry_website"}

    contents = (Subject.objects.get(serial=7).pk, Website.objects.get(domain="import-8.cn").pk)
    sealed = Website.objects.get(domain="import-7.cn").pk
    changes = {
        "UPDATE ministry_subject SET name = 'x' WHERE serial = 7": ("ministry_subject", contents[0]),
        "UPDATE ministry_website SET home_url = 'x' WHERE domain = 'import-8.cn'": ("ministry_website", contents[1]),
        f"UPDATE ministry_website SET responsible_name = 'x' WHERE id = {sealed}": ("ministry_website", sealed),
    }
    for sql in changes:
        database_changes.run(sql)
    named = {(fault.number, fault.table, fault.row) for fault in audit.faults() if "history" not in fault.what}
    assert named == {(0, *row) for row in changes.values()}


def test_a_removed_row_and_one_put_in_are_named(imported):
    audit.seal()
    gone = Access.objects.order_by("pk").first().pk
    database_changes.run("DELETE FROM ministry_registerversion WHERE access_id = %s", gone)
    database_changes.run("DELETE FROM ministry_access WHERE id = %s", gone)
    database_changes.run(
        "INSERT INTO ministry_subjectcertificate (subject_id, cert_type, number, digest, unit_digest, live)"
        " SELECT subject_id, cert_type, number, repeat('0', 64), '', false FROM ministry_subjectcertificate LIMIT 1"
    )
    new = SubjectCertificate.objects.order_by("-pk").values_list("pk", flat=True)[0]

    named = {(fault.table, fault.row, fault.what) for fault in audit.faults()}
    assert ("ministry_access", gone, "the row was removed") in named
    assert ("ministry_subjectcertificate", new, "the row was never entered in the log") in named


def test_the_record_of_a_piece_can_not_be_changed(imported):
    audit.seal()
    database_changes.run("UPDATE ministry_registerpiecerows SET digests = '\\x00' || substr(digests, 2)")

    assert {fault.table for fault in audit.faults() if fault.number} == {"ministry_registerpiecerows"}


def test_daily_work_on_imported_records_is_logged_as_ever(imported):
    found = Subject.objects.get(serial=7)
    writer.change_email(found.pk, "new@example.cn", date(2024, 5, 1))
    audit.seal()

    assert list(audit.faults()) == []
    assert AuditEntry.objects.filter(shape__name="ministry_subject", row=found.pk).count() == 1


def test_the_same_files_write_nothing_again(imported, folder):
    assert "written" in imported
    assert run(folder) == "These files were imported before; nothing was written.\n"
    assert (Subject.objects.count(), RegisterPiece.objects.count()) == (2, 1)


def test_records_that_are_there_already_are_left(imported, folder):
    """Other files with the same records and one more."""
    path, new = folder / "subjects.csv", subject("沪ICP备2020000001号", 20, division="310101")
    path.write_text(path.read_text(encoding="utf-8") + without_head("subjects", [new]), encoding="utf-8")

    said = run(folder)

    assert "2 subjects are in the register already." in said
    assert "1 subject with 0 websites written." in said
    assert sorted(str(one.number) for one in Subject.objects.all()) == [OLD, NUMBER, "沪ICP备2020000001号"]


def test_what_differs_from_the_register_is_a_fault_and_never_changed(imported, folder):
    text = (folder / "websites.csv").read_text(encoding="utf-8")
    (folder / "websites.csv").write_text(text.replace("示例网站7", "另一个名称"), encoding="utf-8")
    before = RegisterVersion.objects.count()

    with pytest.raises(CommandError, match="1 fault"):
        run(folder)

    message = "The register has another value. It is not changed."
    assert faults(folder) == [("websites", "2", "name", "另一个名称", message)]
    assert (Website.objects.get(domain="import-7.cn").name, RegisterVersion.objects.count()) == ("示例网站7", before)


def test_check_writes_nothing(folder):
    files(folder, [subject()], [website()], [access()])

    assert run(folder, check=True).endswith("1 subject with 1 website read.\nNothing was written.\n")
    assert (Subject.objects.count(), NumberSeries.objects.count(), RegisterPiece.objects.count()) == (0, 0, 0)


def test_without_faults_of_others_a_subject_is_written_with_skip_faulty(folder):
    other = "京ICP备2020000008号"
    files(folder, [subject(), subject(other, 8, nature=99)], [website(), website(f"{other}-1", 8)], [access()])

    with pytest.raises(CommandError, match=r"1 fault, see .*faults\.csv\. Nothing was written\."):
        run(folder)
    assert not Subject.objects.exists()

    assert "1 subject with 1 website written." in run(folder, skip_faulty=True)
    assert [str(one.number) for one in Subject.objects.all()] == [NUMBER]


def test_a_subject_left_out_for_its_faults_is_written_once_they_are_corrected(folder):
    """By the same files, after its provider has been created; the other one stays as it is."""
    other = "京ICP备2020000008号"
    files(
        folder,
        [subject(), subject(other, 8)],
        [website(), website(f"{other}-1", 8)],
        [access(), access(f"{other}-1", provider="absent")],
    )
    for _time in range(2):  # as long as the provider is missing
        said = run(folder, skip_faulty=True)
        assert "1 fault, see" in said
    assert "1 subject is in the register already." in said
    assert "0 subjects with 0 websites written." in said
    assert (folder / "faults.csv").exists()

    provider(slug="absent")
    said = run(folder)
    assert "1 subject is in the register already." in said
    assert "1 subject with 1 website written." in said
    assert not (folder / "faults.csv").exists()
    assert {str(one.number) for one in Subject.objects.all()} == {NUMBER, other}
    assert run(folder) == "These files were imported before; nothing was written.\n"


def test_a_record_of_the_portal_with_its_certificate_conflicts(folder, jieru):
    there = on_record(provider(), cert_number=invent.credit_code(7))
    changed = {"domain": there.domain, "home_url": ""}
    files(folder, [subject(), subject("京ICP备2020000008号", 8)], [website("京ICP备2020000008号-1", 8, **changed)])

    with pytest.raises(CommandError, match="3 faults"):
        run(folder)

    masked = invent.credit_code(7)[:3] + "*" * 11 + invent.credit_code(7)[-4:]
    assert faults(folder) == [
        ("subjects", "2", "cert_number", masked, "Another subject of the register has this certificate (1003)."),
        ("subjects", "2", "cert_number", masked, "Another subject of the register is the same organisation (1003)."),
        ("websites", "2", "domain", there.domain, "Another website of the register has this domain (1005)."),
    ]


@pytest.mark.parametrize("ending", ["csv.gz", "parquet"])
def test_other_forms_of_files_give_the_same_register(folder, ending):
    as_other_files(whole(folder), ending)

    assert "2 subjects with 3 websites written." in run(folder)
    assert Subject.objects.get(serial=7).address == "新址路1号"
    assert Website.objects.get(domain="import-7.cn").services == [8, 24]


def test_gb18030_and_chinese_headings(folder):
    files(folder, [], [website()], [access()])
    headings = ",".join(column.heading for column in TABLES["subjects"])
    text = without_head("subjects", [subject(name="㐂喆堃有限公司")])
    for table in ("websites", "accesses"):
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8"), encoding="gb18030")
    (folder / "subjects.csv").write_text(f"{headings}\n{text}", encoding="gb18030")

    with pytest.raises(CommandError, match="isn't utf-8: give its --encoding"):
        run(folder)
    run(folder, encoding="gb18030")

    assert Subject.objects.get().name == "㐂喆堃有限公司"


def test_a_file_with_a_byte_order_mark(folder):
    files(folder, [subject()], [website()])
    path = folder / "subjects.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert "1 subject with 1 website written." in run(folder)


def test_the_columns_are_documented(capsys):
    call_command("import_register", columns=True)

    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if line.startswith("#")] == [f"## {table}" for table in TABLES]
    assert all(f"| `{column.name}` | {column.heading} |" in printed for table in TABLES.values() for column in table)


def test_the_documentation_of_the_columns_is_up_to_date():
    """Written by ``manage.py import_register --columns``."""
    written = (ROOT / "docs" / "register-columns.md").read_text(encoding="utf-8")

    assert written.split("\n\n", 2)[2].rstrip() == "\n".join(documentation()).rstrip()
