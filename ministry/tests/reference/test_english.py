"""English names of official rows: one for each, the official one beside it where a person reads it on paper."""

import pytest
from django.utils import translation

from ministry.calendar.data import SEEDS
from ministry.reference import code_tables, english, provinces

TABLES = (
    *(code_tables.NATURES, code_tables.CERTIFICATE_TYPES, code_tables.SERVICE_TYPES, code_tables.APP_PLATFORMS),
    *(code_tables.SERVICE_CONTENTS, code_tables.LANGUAGES, code_tables.PRIOR_APPROVALS, code_tables.CANCEL_REASONS),
    *(code_tables.MESSENGERS, code_tables.ACCESS_WAYS, code_tables.PLACEMENTS, code_tables.DOCUMENTS),
)
COLUMNS = ("name", "group", "authority", "document")


def test_every_official_name_has_one_english_name_and_no_other_has():
    official = {getattr(row, column, "") for table in TABLES for row in table for column in COLUMNS}
    official |= {part for seed in SEEDS for _day, name, _worked in seed.days() for part in name.split("、")}

    assert {*english.ENGLISH, *english.ON_PAPER} == {name for name in official if not name.isascii()}
    assert english.ENGLISH.keys() & english.ON_PAPER.keys() == set()


@pytest.mark.parametrize(
    ("official", "chinese", "said"),
    [
        ("北京", "北京", "Beijing"),
        ("居民身份证", "居民身份证", "Resident identity card (居民身份证)"),
        ("WAP", "WAP", "WAP"),
        ("示例", "示例", "示例"),
        ("", "", ""),
    ],
)
def test_a_name_is_shown_in_the_language_of_the_page_that_uses_it(official, chinese, said):
    label = english.label(official)

    assert (english.named(official), str(label)) == (said, said)
    with translation.override("zh-hans"):
        assert (english.named(official), str(label)) == (chinese, chinese)


def test_a_bureau_and_a_list_are_named_in_the_language_of_the_page():
    beijing, hebei = provinces.by_code("110000"), provinces.by_code("130000")

    assert beijing.shown_bureau == "Beijing Communications Administration"
    assert english.joined([beijing, hebei]) == "Beijing, Hebei"
    with translation.override("zh-hans"):
        assert beijing.shown_bureau == "北京市通信管理局"
        assert english.joined([beijing, hebei]) == "北京、河北"
