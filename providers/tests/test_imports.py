"""Imports: unreadable files, faulty rows and their cells, what is written, by which mandates, and by whom."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from accounts.sealed import keyed
from filings import services
from filings.actors import Actor
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.evidence.limited import table as file_table
from filings.models import Event, Filing, Mandate, MandateState, MandateWay
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, host, provider, staff
from ministry.reference import code_tables
from providers.imports import files, reading, writing
from providers.imports.columns import HOST_EMAIL, columns, example
from providers.imports.judging import JudgedSheet
from providers.models import Import, ImportMode, ImportRow, ImportState
from providers.tests.sheets_to_import import row, table, text, workbook

pytestmark = pytest.mark.django_db
S = ImportState


@pytest.fixture(autouse=True)
def _words(english, settings):
    settings.RELAX_SECOND_FACTOR = True


def letter(key: str) -> str:
    sheet = JudgedSheet(columns(), 0)
    return sheet.problem(key, "", "")["column"]


def checked(member: Actor, content: bytes) -> Import:
    batch = writing.begin(member, "list.xlsx", content)
    while writing.check_some(batch.pk):
        pass
    batch.refresh_from_db()
    assert batch.state == S.CHECKED
    return batch


def faults(batch: Import) -> list[tuple[int, str, str]]:
    """Return (row, column, code) of every fault."""
    return [(number, column, code) for number, column, _h, code, _w in files.problem_lines(batch)]


def written(batch: Import) -> Import:
    while writing.write_some(batch.pk):
        pass
    batch.refresh_from_db()
    return batch


def ask_all(batch: Import, member: Actor, mode: ImportMode = ImportMode.ROWS) -> None:
    writing.decide(batch.pk, member, mode=mode, way=MandateWay.INVITE, days=90)


# --- The files ------------------------------------------------------------------------------------------


def test_the_template_holds_nothing_but_its_example_and_the_example_is_right():
    template = files.template()

    with pytest.raises(ValidationError, match="but no rows"):
        reading.read(template)
    changed = example() | {"subject.name": "北京另一家科技有限公司"}
    found = reading.read(workbook([changed]))
    assert JudgedSheet(found.columns, provider().pk).judge(found.rows[0][1]).problems == []


def test_headings_of_the_template_are_chinese_and_its_cells_text():
    book = load_workbook(BytesIO(files.template()))
    first, codes, guide = book.worksheets

    assert [cell.value for cell in first[1]] == [column.heading() for column in columns()]
    assert not first["B1"].value.isascii()
    assert {cell.number_format for cell in first[2]} == {"@"}
    assert codes.max_row > 400
    assert guide.max_row == 7


def test_the_template_offers_lists_and_says_at_each_heading_how_to_fill_it_in():
    first, codes, _guide = load_workbook(BytesIO(files.template())).worksheets

    lists = {str(one.sqref).split(":")[0].rstrip("0123456789"): one for one in first.data_validations.dataValidation}
    offered = lists[letter("subject.nature")]
    start, end = re.fullmatch(r"'.+'!\$C\$(\d+):\$C\$(\d+)", offered.formula1).groups()
    assert [codes.cell(at, 3).value for at in range(int(start), int(end) + 1)] == [
        nature.name for nature in code_tables.NATURES
    ]
    assert offered.showErrorMessage is False  # a code is right too
    assert letter("subject.division") not in lists
    notes = {cell.column_letter: cell.comment.text for cell in first[1]}
    assert "必填" in notes[letter("subject.name")]
    assert None not in notes.values()


def corrected(member: Actor, batch: Import) -> Worksheet:
    """The first sheet of the faulty rows, as the page hands it out."""
    content = browser(member).get(reverse("provider_desk:import_faults", args=[batch.pk])).content
    return load_workbook(BytesIO(content)).worksheets[0]


def saved(sheet: Worksheet) -> bytes:
    content = BytesIO()
    sheet.parent.save(content)
    return content.getvalue()


def test_the_faulty_rows_come_back_to_be_corrected_and_sent_again():
    member = staff(provider())
    good, bad = row(), row(responsible__mobile="123", subject__division="440305")
    batch = checked(member, workbook([good, bad]))

    sheet = corrected(member, batch)

    mobile, place = (sheet[f"{letter(key)}2"] for key in ("responsible.mobile", "subject.division"))
    assert (sheet.max_row, mobile.value, mobile.number_format) == (2, "123", "@")
    assert mobile.comment.text.startswith("1011 ")
    assert place.comment.text.startswith("1019 广东省 深圳市 南山区")
    marked = [cell.column_letter for cell in sheet[2] if cell.fill.fgColor.rgb == f"00{files.WRONG.fgColor.rgb[2:]}"]
    assert sorted(marked) == sorted([letter("responsible.mobile"), letter("subject.division")])
    reasons = sheet.cell(2, sheet.max_column).value
    assert "1011" in reasons
    assert "1019" in reasons
    assert faults(checked(member, saved(sheet))) == [(2, column, code) for _row, column, code in faults(batch)]

    mobile.value, place.value = "13800001234", good["subject.division"]
    assert faults(checked(member, saved(sheet))) == []


def test_a_row_that_was_refused_while_it_was_written_comes_back_too():
    member = staff(provider())
    rows = [row(), row()]
    batch = checked(member, workbook(rows))
    often_asked(rows[1][HOST_EMAIL])
    ask_all(batch, member)
    written(batch)

    sheet = corrected(member, batch)

    assert sheet.max_row == 2
    assert sheet[f"{letter('subject.name')}2"].value == rows[1]["subject.name"]
    assert "several times today" in sheet.cell(2, sheet.max_column).value


def test_a_file_with_very_many_faults_can_still_be_sent_again():
    member = staff(provider())
    batch = Import.objects.create(
        provider_id=member.provider_id,
        made_by_id=member.user_id,
        file_name="x",
        sha256="x",
        columns=[column.key for column in columns()],
        state=S.CHECKED,
    )
    cells = [row().get(column.key, "") for column in columns()]
    problem = {"column": "C", "heading": "甲", "code": "1999", "message": "长" * 200}
    problems = [problem | {"column": one} for one in "CDEFGHIJ"]
    ImportRow.objects.bulk_create(
        keyed(
            ImportRow(batch=batch, number=number, cells=cells, is_faulty=True, problems=problems)
            for number in range(2, 502)
        )
    )

    assert len(reading.read(files.corrections(batch)).rows) == 500


@pytest.mark.parametrize("make", [workbook, text, lambda rows: text(rows, "gb18030")])
def test_a_workbook_and_texts_of_two_encodings_say_the_same(make):
    rows = [row(), row()]

    found = reading.read(make(rows))

    assert [number for number, _cells in found.rows] == [2, 3]
    assert [
        dict(zip([c.key for c in found.columns], cells, strict=True))["subject.name"] for _n, cells in found.rows
    ] == [one["subject.name"] for one in rows]


def test_columns_may_stand_in_any_order_and_the_letters_are_the_files_own():
    one = row(subject__cert_number="wrong")
    lines = [list(reversed(line)) for line in table([one])]
    book = Workbook()
    for line in lines:
        book.active.append(line)
    content = BytesIO()
    book.save(content)

    batch = checked(staff(provider()), content.getvalue())

    at = [column.key for column in reversed(columns())].index("subject.cert_number")
    assert faults(batch) == [(2, book.active.cell(1, at + 1).column_letter, "1008")]


def broken(rows: list[dict[str, str]], change: Callable[[list[list[str]]], object]) -> bytes:
    lines = table(rows)
    change(lines)
    book = Workbook()
    for line in lines:
        book.active.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00\x01", "neither a workbook nor a text"),
        (b"PK\x03\x04 broken", "can't be read"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel"),
        (b"a,b,c\n1,2,3\n", "not in the template"),
        (b"x" * (reading.MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_none_of_ours_is_answered_in_words(content, words):
    with pytest.raises(ValidationError, match=words):
        reading.read(content)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[0].__setitem__(3, lines[0][4]), "appears twice"),
        (lambda lines: [line.pop(1) for line in lines], "are missing"),
        (lambda lines: lines[1].extend(["", "left over"]), "without a column heading"),
        (lambda lines: lines.pop(), "but no rows"),
        (lambda lines: lines.extend([lines[1]] * reading.MOST_ROWS), "more than 2000 rows"),
    ],
)
def test_a_spoilt_table_is_answered_in_words(change, words):
    with pytest.raises(ValidationError, match=words):
        reading.read(broken([row()], change))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (12, "12"),
        (12.0, "12"),
        (110105194912310020, f"{file_table.ROUNDED}110105194912310020"),
        (True, "是"),
        (datetime(2026, 1, 31), "2026-01-31"),  # noqa: DTZ001 — workbooks have no time zones
        (date(2026, 1, 31), "2026-01-31"),
        ("  x ", "x"),
    ],
)
def test_cells_as_people_read_them(value, words):
    assert file_table.text_of(value) == words


# --- What is wrong --------------------------------------------------------------------------------------

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
    batch = checked(staff(provider()), workbook([row(subject__division="999999")]))

    (line,) = files.problem_lines(batch)
    assert "“999999” is not in the code table; examples: " in line[4]


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


# --- What is written ------------------------------------------------------------------------------------


def test_good_rows_become_drafts_for_hosts_who_are_asked_and_bad_ones_nothing():
    house = provider(name="示例云")
    member = staff(house)
    good, bad = row(), row(responsible__mobile="123")
    batch = checked(member, workbook([good, bad]))
    assert Filing.objects.count() == 0  # a dry run writes nothing
    assert Mandate.objects.count() == 0

    ask_all(batch, member)
    batch = written(batch)

    assert batch.state == S.DONE
    filing, mandate = Filing.objects.get(), Mandate.objects.get()
    assert (filing.subject_name, filing.host_id, filing.mandate) == (good["subject.name"], None, mandate)
    assert (mandate.host_email, mandate.state(), mandate.asked_days) == (good[HOST_EMAIL], MandateState.ASKED, 90)
    start = Event.objects.get()
    assert (start.name, start.user_id, start.on_behalf_of) == ("start", member.user_id, good["subject.name"])
    assert list(batch.rows.values_list("number", "filing")) == [(2, filing.pk), (3, None)]


def test_a_paper_stated_once_covers_every_host_of_the_file():
    member = staff(provider())
    batch = checked(member, workbook([row(), row()]))
    writing.decide(
        batch.pk,
        member,
        mode=ImportMode.ALL,
        way=MandateWay.PAPER,
        until=mandates.longest(),
        pages=[invent.card("MANDATE", 1)],
    )

    written(batch)

    assert {mandate.state() for mandate in Mandate.objects.all()} == {MandateState.IN_FORCE}
    assert Mandate.objects.values("paper").distinct().count() == 1
    assert Filing.objects.count() == 2


def test_a_host_with_a_mandate_in_force_is_not_asked_again():
    member, owner = staff(provider()), host()
    email = User.objects.get(pk=owner.user_id).email
    mandates.grant(mandates.ask(member, email, "示例公司", 90).pk, owner, 90)
    batch = checked(member, workbook([row(host_email=email)]))

    ask_all(batch, member)
    written(batch)

    assert Mandate.objects.count() == 1
    assert Filing.objects.get().host_id == owner.user_id


def test_all_or_none_is_refused_while_a_row_has_a_fault():
    member = staff(provider())
    batch = checked(member, workbook([row(), row(responsible__mobile="123")]))

    with pytest.raises(MoveRefused, match="Some rows have errors"):
        ask_all(batch, member, ImportMode.ALL)


def often_asked(email: str) -> None:
    """Return an address that may not be asked again today."""
    for _n in range(mandates.MOST_TO_AN_ADDRESS):
        mandates.ask(staff(provider()), email, "示例公司", 90)


def test_all_or_none_takes_everything_back_for_one_refused_row_and_says_why():
    member = staff(provider())
    rows = [row(), row(), row()]
    batch = checked(member, workbook(rows))
    often_asked(rows[2][HOST_EMAIL])
    ask_all(batch, member, ImportMode.ALL)

    batch = written(batch)

    assert (batch.state, Filing.objects.count()) == (S.CHECKED, 0)
    assert "several times today" in batch.refusal
    assert not Mandate.objects.filter(provider=member.provider_id).exists()


def test_row_by_row_passes_over_a_refused_row_and_says_why():
    member = staff(provider())
    rows = [row(), row(), row()]
    batch = checked(member, workbook(rows))
    often_asked(rows[1][HOST_EMAIL])
    ask_all(batch, member)

    batch = written(batch)

    assert (batch.state, Filing.objects.count()) == (S.DONE, 2)
    assert [(line[0], "several times today" in line[4]) for line in files.problem_lines(batch)] == [(3, True)]


def test_the_same_file_is_not_written_twice():
    member = staff(provider())
    content = workbook([row()])
    batch = checked(member, content)
    ask_all(batch, member)
    written(batch)

    with pytest.raises(MoveRefused, match="imported on"):
        writing.begin(member, "again.xlsx", content)
    with pytest.raises(MoveRefused, match="completed"):
        ask_all(batch, member)


def test_rows_that_were_written_before_are_known_in_a_mended_file():
    member = staff(provider())
    good, bad = row(), row(responsible__mobile="123")
    batch = checked(member, workbook([good, bad]))
    ask_all(batch, member)
    written(batch)

    mended = checked(member, workbook([good, bad | {"responsible.mobile": "13800001234"}]))

    assert faults(mended) == [(2, letter("subject.cert_number"), "P110")]


def test_going_on_after_each_single_row_writes_what_one_run_writes():
    """The worker is stopped after every piece here; it is killed in ``icp_portal/tests/test_kills.py``."""
    member = staff(provider())
    batch = checked(member, workbook([row() for _n in range(5)]))
    ask_all(batch, member)
    original, writing.WRITTEN_A_RUN = writing.WRITTEN_A_RUN, 1
    try:
        runs = 0
        while writing.write_some(batch.pk):
            runs += 1
    finally:
        writing.WRITTEN_A_RUN = original

    assert runs == 5
    assert Filing.objects.count() == 5
    assert not writing.write_some(batch.pk)


def test_what_has_come_to_a_stop_is_found_and_what_goes_on_is_not():
    member = staff(provider())
    batch = writing.begin(member, "list.xlsx", workbook([row()]))
    assert writing.stalled() == []

    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=2))

    assert writing.stalled() == [(batch.pk, S.CHECKING)]


def test_cells_nobody_has_written_are_erased():
    member = staff(provider())
    batch = checked(member, workbook([row()]))
    assert writing.erase_old() == 0

    Import.objects.update(made_at=timezone.now() - timedelta(days=31))

    assert writing.erase_old() == 1
    assert [one.cells for one in batch.rows.all()] == [[]]
    with pytest.raises(MoveRefused, match="too long ago"):
        ask_all(batch, member)


def test_what_was_imported_is_filled_up_and_submitted_after_the_consent():
    member, owner = staff(provider()), host()
    email = User.objects.get(pk=owner.user_id).email
    batch = checked(member, workbook([row(host_email=email)]))
    ask_all(batch, member)
    written(batch)
    mandate = Mandate.objects.get()

    mandates.grant(mandate.pk, owner, 90)

    filing = Filing.objects.visible_to(owner).get()
    for path, picture in invent.pictures_for(_papers(filing), 1).items():
        services.add_evidence(filing.pk, owner, path, picture)
    play.prove_addresses(filing, owner)
    services.submit(filing.pk, owner, version=None)


def _papers(filing: Filing) -> object:
    from filings.rules import checks

    return checks.papers_of(filing)


# --- The pages ------------------------------------------------------------------------------------------


def browser(member: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=member.user_id))
    return client


def upload(content: bytes, name: str = "list.xlsx") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content)}


def test_from_the_file_to_the_drafts_on_pages():
    member = staff(provider())
    client = browser(member)
    sent = client.post(reverse("provider_desk:imports"), upload(workbook([row(), row(subject__name="=1+1<b>")])))
    batch = Import.objects.get()
    url = reverse("provider_desk:import", args=[batch.pk])
    assert sent["Location"] == url
    waiting = client.get(url)
    assert waiting["Refresh"] == "3"
    assert "0 of 2 rows" in waiting.content.decode()

    while writing.check_some(batch.pk):
        pass
    page = client.get(url)
    assert "Refresh" not in page
    assert "2 rows were checked" in page.content.decode()
    assert client.post(url, {"mode": "rows", "way": "invite"}).context["form"].errors.keys() == {"days"}
    assert client.post(url, {"mode": "rows", "way": "paper"}).context["form"].errors.keys() == {"pages", "until"}
    assert client.post(url, {"mode": "rows", "way": "invite", "days": "90"})["Location"] == url
    assert "of 2 rows" in client.get(url).content.decode() or "of 1 rows" in client.get(url).content.decode()

    while writing.write_some(batch.pk):
        pass
    assert "drafts were created" in client.get(url).content.decode()


def test_a_bad_file_is_answered_at_the_field():
    client = browser(staff(provider()))
    url = reverse("provider_desk:imports")

    assert "is empty" in str(client.post(url, upload(b"")).context["form"].errors["file"])
    assert client.post(url, {}).context["form"].errors.keys() == {"file"}
    assert Import.objects.count() == 0


def test_the_list_of_faults_is_text_whatever_it_begins_with():
    member = staff(provider())
    batch = checked(member, workbook([row(responsible__email='=HYPERLINK("http://evil.example")')]))

    content = browser(member).get(reverse("provider_desk:import_faults", args=[batch.pk])).content

    cells = [cell for line in load_workbook(BytesIO(content)).active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_staff_of_another_provider_have_no_such_import():
    batch = checked(staff(provider()), workbook([row(responsible__mobile="123")]))
    stranger = staff(provider())
    client = browser(stranger)

    for name in ("import", "import_faults"):
        assert client.get(reverse(f"provider_desk:{name}", args=[batch.pk])).status_code == 404
    url = reverse("provider_desk:import", args=[batch.pk])
    assert client.post(url, {"mode": "rows", "way": "invite", "days": "90"}).status_code == 404
    assert "list.xlsx" not in client.get(reverse("provider_desk:imports")).content.decode()
    with pytest.raises(Import.DoesNotExist):
        ask_all(batch, stranger)
    with pytest.raises(Import.DoesNotExist):
        ask_all(batch, host())


@pytest.mark.parametrize(
    ("rows", "mode"), [([row()], ImportMode.ALL), ([row(), row(responsible__mobile="1")], ImportMode.ROWS)]
)
def test_what_is_chosen_beforehand_can_be_done(rows, mode):
    """“All rows or none” is refused while a row has a fault, so it is not preselected."""
    member = staff(provider())
    batch = checked(member, workbook(rows))

    form = browser(member).get(reverse("provider_desk:import", args=[batch.pk])).context["form"]

    assert form["mode"].value() == mode


def test_the_pages_cost_the_same_with_few_rows_and_with_many(django_assert_num_queries):
    member = staff(provider())
    client = browser(member)
    few = checked(member, workbook([row(responsible__mobile="123")]))
    many = checked(member, workbook([row(responsible__mobile="123") for _n in range(30)]))
    client.get(reverse("provider_desk:imports"))

    for batch in (few, many):
        with django_assert_num_queries(6):
            client.get(reverse("provider_desk:import", args=[batch.pk]))
    with django_assert_num_queries(3):
        client.get(reverse("provider_desk:imports"))
