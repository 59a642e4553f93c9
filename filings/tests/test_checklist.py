"""The verification sheet as data: who is asked what, in which province, since when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from filings import checklist, reasons
from filings.checklist_items import BEIJING, GUANGDONG, ITEMS, JIANGXI, XINJIANG

HEBEI, DAY = "130000", date(2026, 11, 25)
COMMON = {item.id for item in ITEMS if not item.provinces}


def asked(province: str, *, individual: bool) -> set[str]:
    return {item.id for item in checklist.items_for(individual, province, DAY)}


@pytest.mark.parametrize(
    ("province", "of_unit", "of_individual"),
    [
        (HEBEI, set(), set()),
        ("", set(), set()),
        (BEIJING, set(), set()),
        (GUANGDONG, set(), {"pledge_handwritten"}),
        (XINJIANG, set(), {"fingerprint_given"}),
        (JIANGXI, set(), {"fingerprint_given"}),
    ],
)
def test_what_a_province_asks_beyond_the_common_sheet(province, of_unit, of_individual):
    assert asked(province, individual=False) - COMMON == of_unit
    assert asked(province, individual=True) - COMMON == of_individual
    assert asked(province, individual=True) >= COMMON


def test_a_line_is_asked_from_its_first_day_to_its_last(monkeypatch):
    bounded = replace(ITEMS[-1], provinces=(), since=DAY, until=DAY + timedelta(days=1))
    monkeypatch.setattr(checklist, "ITEMS", (bounded,))

    days = [DAY + timedelta(days=n) for n in range(-1, 3)]

    assert [len(checklist.items_for(True, HEBEI, day)) for day in days] == [0, 1, 1, 0]


@pytest.mark.parametrize("individual", [False, True])
@pytest.mark.parametrize("province", [HEBEI, BEIJING, GUANGDONG, XINJIANG])
def test_no_line_is_asked_twice(province, individual):
    items = checklist.items_for(individual, province, DAY)

    assert len({item.id for item in items}) == len(items)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.id}-{item.variant}")
def test_a_no_leads_to_an_official_code_and_says_what_is_expected(item):
    assert item.code in reasons.BY_CODE
    assert str(item.expected)
    assert bool(item.needs) == bool(item.absent)
    assert not item.needs or item.may_not_apply


def test_the_portal_says_nothing_to_what_only_a_person_can_have_seen():
    seen_by_people = {
        "certificate_seen",
        "photo_taken",
        "documents_kept",
        *(item.id for item in ITEMS if item.provinces),
    }

    assert not [item.id for item in ITEMS if item.id in seen_by_people and (item.judged or item.proof)]


def test_only_what_the_line_allows_is_an_answer():
    items = checklist.items_for(False, HEBEI, DAY)
    answers = dict.fromkeys((item.id for item in items), "na")

    open_items = {item.id for item in checklist.unanswered(answers, items)}

    assert open_items == {item.id for item in items} - {"approval_kept"}
    assert checklist.answered_no({"mobile_correct": "no"}, items) == [
        item for item in items if item.id == "mobile_correct"
    ]
    assert checklist.unanswered({}, items) == list(items)
