"""Names of units that are suggested while one types into the public query."""

import pytest

from ministry.models import Website
from ministry.public import queries
from ministry.reference import code_tables
from ministry.register import ends, public_search
from ministry.tests.register import register_rows

pytestmark = pytest.mark.django_db

UNIT = "深圳云岭（Ｙunling）网络 科技有限公司"


def unit(name: str = UNIT, **fields: object) -> Website:
    """A website of a subject with this name."""
    return register_rows.website(register_rows.subject(name=name, **fields))


def suggested(client, text: str, **header: str) -> list[str]:
    answer = client.get("/query/names/", {"q": text}, **header)
    assert answer.status_code == 200
    return answer.json()["names"]


def test_names_of_units_are_suggested_from_two_characters_on(client, django_assert_num_queries):
    unit()
    ends.cancel_subject(unit(name="云岭注销有限公司").subject_id, register_rows.TODAY)
    who = {"nature": code_tables.PERSON, "cert_type": register_rows.RESIDENT_ID, "cert_number": "110105199001010011"}
    unit(name="云岭明", **who)

    with django_assert_num_queries(2):
        assert suggested(client, " 云岭") == [UNIT]
    assert suggested(client, "ＹUN") == [UNIT]
    assert suggested(client, "云") == []


def test_a_name_is_suggested_once(client):
    for name in ("云岭分公司", "云岭分公司", "云岭总公司"):
        unit(name=name)
    names = suggested(client, "云岭")

    assert len(names) == 2
    assert set(names) == {"云岭分公司", "云岭总公司"}


def test_no_more_than_a_few_names_are_suggested(client):
    for place in range(public_search.MOST_NAMES + 2):
        unit(name=f"云岭第{place}有限公司")
    names = suggested(client, "云岭")

    assert len(set(names)) == len(names) == public_search.MOST_NAMES


@pytest.mark.parametrize("text", ["", "京ICP备2026000001号", "example.cn", "x" * 300, "没有的名称"])
def test_nothing_is_suggested_for_anything_else(client, text):
    unit()
    assert suggested(client, text) == []


def test_what_is_suggested_may_be_kept_but_not_that_there_were_too_many_queries(client, monkeypatch):
    monkeypatch.setattr(queries, "SUGGESTIONS_A_MINUTE", 1)
    unit()
    kept = [client.get("/query/names/", {"q": text})["Cache-Control"] for text in ("云岭", "a.cn", "云岭")]

    assert kept == ["max-age=60", "max-age=60", "no-store"]


def test_suggestions_end_politely_and_do_not_use_up_the_searches(client, monkeypatch):
    monkeypatch.setattr(queries, "SUGGESTIONS_A_MINUTE", 2)
    unit()
    assert [suggested(client, "云岭") for _turn in range(3)] == [[UNIT], [UNIT], []]
    assert client.get("/query/", {"q": UNIT}).status_code == 200
