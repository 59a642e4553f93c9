from datetime import date

import pytest

from ministry import codes

TABLES = {
    "natures": (codes.NATURES, 18),
    "certificate types": (codes.CERTIFICATE_TYPES, 39),
    "service contents": (codes.SERVICE_CONTENTS, 30),
    "languages": (codes.LANGUAGES, 17),
    "prior approvals": (codes.PRIOR_APPROVALS, 12),
    "access ways": (codes.ACCESS_WAYS, 5),
    "placements": (codes.PLACEMENTS, 34),
}


@pytest.mark.parametrize(("table", "size"), TABLES.values(), ids=TABLES)
def test_a_table_is_complete_and_gives_no_id_twice(table, size):
    assert len({code.id for code in table}) == len(table) == size


def test_every_nature_has_certificate_types_and_every_type_a_nature():
    assert {kind.nature for kind in codes.CERTIFICATE_TYPES} == {nature.id for nature in codes.NATURES}
    assert all(codes.certificate_types_of(nature.id) for nature in codes.NATURES)


@pytest.mark.parametrize(
    ("nature", "ids"), [(codes.ENTERPRISE, [1, 12, 27]), (codes.PERSON, [2, 7, 11, 14, 30, 41, 42]), (7, [])]
)
def test_a_nature_is_offered_its_own_certificate_types(nature, ids):
    assert [kind.id for kind in codes.certificate_types_of(nature)] == ids


def test_persons_are_known_by_the_types_in_use():
    assert [kind.id for kind in codes.PERSON_CERTIFICATE_TYPES] == [2, 7, 11, 14, 30, 41, 42]


@pytest.mark.parametrize(
    ("table", "code_id", "name"),
    [
        (codes.NATURES, 4, "企业"),
        (codes.CERTIFICATE_TYPES, 1, "营业执照(个人或企业)"),
        (codes.PLACEMENTS, 2, "北京"),
        (codes.PLACEMENTS, 13, "香港"),
        (codes.ACCESS_WAYS, 5, "云接入"),
        (codes.LANGUAGES, 99, "99"),
    ],
)
def test_an_id_is_named(table, code_id, name):
    assert codes.name_of(table, code_id) == name


def test_a_table_becomes_choices():
    assert codes.choices(codes.ACCESS_WAYS)[:2] == [(1, "专线"), (2, "主机托管")]


def test_service_contents_become_grouped_choices_that_lose_nothing():
    groups = codes.service_choices()

    assert [group for group, _choices in groups] == [
        "基础应用",
        "网络媒体",
        "电子政务/电子商务",
        "数字娱乐",
        "其他",
    ]
    assert [choice for _group, choices in groups for choice in choices] == codes.choices(codes.SERVICE_CONTENTS)


ENDED = date(2022, 12, 31)  # the last day of the officer's card


@pytest.mark.parametrize(("day", "offered"), [(ENDED, True), (date(2023, 1, 1), False)])
def test_a_row_is_offered_up_to_its_last_day(day, offered):
    assert (8 in [kind.id for kind in codes.certificate_types_of(codes.PERSON, on=day)]) is offered
    assert ((8, "军官证") in codes.choices(codes.CERTIFICATE_TYPES, on=day)) is offered


def test_a_row_is_offered_from_its_first_day():
    row = codes.Code(1, "新", valid_from=date(2026, 5, 1), valid_to=date(2026, 5, 2))
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)]
    assert [codes.valid_on([row], day) for day in days] == [(), (row,), (row,), ()]


def test_a_row_that_ended_keeps_its_name_and_its_place_in_the_whole_table():
    assert codes.name_of(codes.CERTIFICATE_TYPES, 8) == "军官证"
    assert (8, "军官证") in codes.choices(codes.CERTIFICATE_TYPES)


def test_service_contents_of_a_day_lose_nothing_as_long_as_none_has_ended():
    assert codes.service_choices(on=date(2026, 1, 1)) == codes.service_choices()


def test_no_document_is_named_twice_and_each_tells_whose_it_is():
    assert len({document.name for document in codes.DOCUMENTS}) == len(codes.DOCUMENT_BY_ID) == len(codes.DOCUMENTS)
    assert [codes.DOCUMENT_BY_ID["pledge"].path(), codes.DOCUMENT_BY_ID["trademark"].path(2)] == [
        "papers.pledge",
        "websites.2.papers.trademark",
    ]
