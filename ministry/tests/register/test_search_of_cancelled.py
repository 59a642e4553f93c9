"""Cancelled services are found by a part of their unit's name."""

import pytest

from ministry.reference import code_tables
from ministry.register import ends, public_search
from ministry.register.public_search import SearchScope
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def part_of_cancelled(text: str) -> list[int | None]:
    return [match.website and match.website.pk for match in public_search.with_part(text, SearchScope.CANCELLED)]


def test_cancelled_services_are_found_by_a_part_of_their_units_name(client):
    """Of a unit in force, and of one whose record is cancelled; not of an individual."""
    who = {"nature": code_tables.PERSON, "cert_type": register_rows.RESIDENT_ID, "cert_number": "110105199001010011"}
    left, gone, person = (
        website_of("云岭甲科技公司"),
        website_of("云岭乙科技公司"),
        website_of("云岭丙", **who),
    )
    website_of("云岭丁科技公司")  # nothing of it is cancelled
    ends.cancel_website(left.pk, register_rows.TODAY)
    for ended in (gone, person):
        ends.cancel_subject(ended.subject_id, register_rows.TODAY)

    for text in ("云岭", "岭", "科技公司", "云岭乙", "岭甲科", "云岭丙"):
        expected = {"云岭": [left, gone], "科技公司": [left, gone], "云岭乙": [gone], "岭甲科": [left]}.get(text, [])
        assert (text, set(part_of_cancelled(text))) == (text, {website.pk for website in expected})
    page = client.get("/query/", {"q": "云岭", "kind": "cancelled"})
    assert {row["number"] for row in page.context["rows"]} == {left.number, gone.number}
    assert [row["cancelled_on"] for row in page.context["rows"]] == [register_rows.TODAY] * 2


def test_of_usual_pairs_the_first_cancelled_units_fill_the_list(monkeypatch):
    monkeypatch.setattr(
        public_search, "_understood", lambda text: public_search._Part({"part": text, "pairs": []}, False)
    )
    monkeypatch.setattr(public_search, "MOST", 1)
    for name in ("甲公司", "乙公司", "丙公司"):
        ends.cancel_subject(website_of(name=name).subject_id, register_rows.TODAY)

    assert len(part_of_cancelled("公司")) == 3
