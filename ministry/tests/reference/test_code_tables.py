from datetime import date

import pytest

from ministry.reference import code_tables

pytestmark = pytest.mark.usefixtures("chinese")

TABLES = {
    "natures": (code_tables.NATURES, 18),
    "certificate types": (code_tables.CERTIFICATE_TYPES, 39),
    "service contents": (code_tables.SERVICE_CONTENTS, 30),
    "languages": (code_tables.LANGUAGES, 17),
    "prior approvals": (code_tables.PRIOR_APPROVALS, 16),
    "access ways": (code_tables.ACCESS_WAYS, 5),
    "placements": (code_tables.PLACEMENTS, 34),
}


@pytest.mark.parametrize(("table", "size"), TABLES.values(), ids=TABLES)
def test_a_table_is_complete_and_gives_no_id_twice(table, size):
    assert len({code.id for code in table}) == len(table) == size


def test_every_nature_has_certificate_types_and_every_type_a_nature():
    assert {kind.nature for kind in code_tables.CERTIFICATE_TYPES} == {nature.id for nature in code_tables.NATURES}
    assert all(code_tables.certificate_types_of(nature.id) for nature in code_tables.NATURES)


@pytest.mark.parametrize(
    ("nature", "ids"),
    [(code_tables.ENTERPRISE, [1, 12, 27]), (code_tables.PERSON, [2, 7, 11, 14, 30, 41, 42]), (7, [])],
)
def test_a_nature_is_offered_its_own_certificate_types(nature, ids):
    assert [kind.id for kind in code_tables.certificate_types_of(nature)] == ids


def test_persons_are_known_by_the_types_in_use():
    assert [kind.id for kind in code_tables.certificate_types_of(code_tables.PERSON)] == [2, 7, 11, 14, 30, 41, 42]


def test_what_forms_and_rules_know_of_certificates():
    assert code_tables.ONE_SIDED == (code_tables.PASSPORT,)
    assert code_tables.WITH_BIRTH_DATE == (code_tables.RESIDENT_ID, 41, 42)


@pytest.mark.parametrize(
    ("table", "code_id", "name"),
    [
        (code_tables.NATURES, 4, "企业"),
        (code_tables.CERTIFICATE_TYPES, 1, "营业执照(个人或企业)"),
        (code_tables.PLACEMENTS, 2, "北京"),
        (code_tables.PLACEMENTS, 13, "香港"),
        (code_tables.ACCESS_WAYS, 5, "云接入"),
        (code_tables.LANGUAGES, 99, "99"),
    ],
)
def test_an_id_is_named(table, code_id, name):
    assert code_tables.name_of(table, code_id) == name


def test_a_table_becomes_choices():
    assert code_tables.choices(code_tables.ACCESS_WAYS)[:2] == [(1, "专线"), (2, "主机托管")]


def test_service_contents_become_grouped_choices_that_lose_nothing():
    groups = code_tables.service_choices()

    assert [group for group, _choices in groups] == [
        "基础应用",
        "网络媒体",
        "电子政务/电子商务",
        "数字娱乐",
        "其他",
    ]
    assert [choice for _group, choices in groups for choice in choices] == code_tables.choices(
        code_tables.SERVICE_CONTENTS
    )


ENDED = date(2022, 12, 31)  # the last day of the officer's card


@pytest.mark.parametrize(("day", "offered"), [(ENDED, True), (date(2023, 1, 1), False)])
def test_a_row_is_offered_up_to_its_last_day(day, offered):
    assert (8 in [kind.id for kind in code_tables.certificate_types_of(code_tables.PERSON, on=day)]) is offered
    assert ((8, "军官证") in code_tables.choices(code_tables.CERTIFICATE_TYPES, on=day)) is offered


def test_a_row_is_offered_from_its_first_day():
    row = code_tables.Code(1, "新", valid_from=date(2026, 5, 1), valid_to=date(2026, 5, 2))
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)]
    assert [code_tables.valid_on([row], day) for day in days] == [(), (row,), (row,), ()]


def test_a_row_that_ended_keeps_its_name_and_its_place_in_the_whole_table():
    assert code_tables.name_of(code_tables.CERTIFICATE_TYPES, 8) == "军官证"
    assert (8, "军官证") in code_tables.choices(code_tables.CERTIFICATE_TYPES)


def test_service_contents_of_a_day_lose_nothing_as_long_as_none_has_ended():
    assert code_tables.service_choices(on=date(2026, 1, 1)) == code_tables.service_choices()


def test_no_document_is_named_twice_and_each_tells_whose_it_is():
    assert (
        len({document.name for document in code_tables.DOCUMENTS})
        == len(code_tables.DOCUMENT_BY_ID)
        == len(code_tables.DOCUMENTS)
    )
    assert [code_tables.DOCUMENT_BY_ID["pledge"].path(), code_tables.DOCUMENT_BY_ID["trademark"].path(2)] == [
        "papers.pledge",
        "websites.2.papers.trademark",
    ]
