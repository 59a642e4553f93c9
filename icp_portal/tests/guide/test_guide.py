"""The guide before the form: every way through the questions ends well, and every answer has its own address."""

import itertools
import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from icp_portal.guide.questions import NATURE, PROVINCE, QUESTIONS, UNKNOWN, address, walk
from icp_portal.guide.results import RESULTS, ResultKind
from icp_portal.tests.builders import BEIJING, provider
from icp_portal.tests.guide.guide_pages import FIRST, links_of, page_of, title_of
from icp_portal.tests.languages.test_messages import english

pytestmark = pytest.mark.django_db


def hidden_of(page: str) -> dict[str, str]:
    """What the question's form sends along."""
    form = page[page.index('name="asked"') - 40 :]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def expected_end(given: dict[str, str]) -> ResultKind:
    """The rule, said once more in other words."""
    if given["charge"] == "yes":
        return ResultKind.LICENCE
    if given["reach"] not in ("domain", "ip"):
        return {"mini_program": ResultKind.MINI_PROGRAM, "page": ResultKind.COVERED, "app": ResultKind.APP}[
            given["reach"]
        ]
    return ResultKind.ADD_TO_NUMBER if given["number"] == "yes" else ResultKind.FIRST_FILING


def test_every_combination_of_answers_comes_to_the_right_end():
    choices = [[value for value, _label in question.choices] or [UNKNOWN, "some-host"] for question in QUESTIONS]

    for values in itertools.product(*choices):
        given = dict(zip((question.id for question in QUESTIONS), values, strict=True))
        way = walk(given)
        assert (way.end, way.question) == (expected_end(given), None), given


def follow(page: str, given: dict[str, str], ends: dict[str, ResultKind]) -> None:
    """From a question's page go on with each of its answers, as the form would send it, until there is no form."""
    question = next(question for question in QUESTIONS if question.id not in given)
    values = re.findall(rf'name="{question.id}" value="([^"]+)"', page) or re.findall(r'<option value="(\w+)"', page)
    assert [value for value, _label in question.choices] in ([], values)
    # Natures and provinces are many and all lead the same way; the test above has them all.
    for value in [values[0], values[-1]] if question in (NATURE, PROVINCE) else values:
        hidden = hidden_of(page)
        answers = {**given, question.id: value}
        assert {**hidden, question.id: value} == {**answers, "asked": question.id}
        next_page = page_of("/guide/", **hidden, **{question.id: value})
        assert english(next_page) == []
        if 'name="asked"' in next_page:
            follow(next_page, answers, ends)
        else:
            ends[address(answers)] = title_of(next_page)


def test_every_answer_on_the_pages_leads_on_and_to_an_answer_that_says_what_to_do():
    of = provider()
    ends: dict[str, str] = {}

    follow(page_of("/guide/"), {}, ends)

    titles = {kind: str(ending.title) for kind, ending in RESULTS.items()}
    titles[ResultKind.FIRST_FILING] = title_of(page_of("/guide/", **FIRST))
    assert ends == {url: titles[expected_end(dict(parse_qsl(urlsplit(url).query)))] for url in ends}
    # licence, three without a website; domain or IP: a number, or no or no known one × two natures × three hosts
    assert len(ends) == 1 + 3 + 2 * (1 + 2 * 2 * 3)
    assert any(f"host={of.slug}" in url for url in ends)


@pytest.mark.parametrize("kind", RESULTS)
def test_an_end_without_a_form_explains_names_its_source_and_leads_on(kind):
    given = next(
        {"charge": charge, "reach": reach, "number": "yes"}
        for charge in ("no", "yes")
        for reach in ("domain", "mini_program", "page", "app")
        if expected_end({"charge": charge, "reach": reach, "number": "yes"}) == kind
    )

    page = page_of("/guide/", **given)

    ending = RESULTS[kind]
    for text in (*ending.paragraphs, *ending.sources):
        assert str(text) in unescape(page)
    assert {link.url for link in ending.links} <= links_of(page)
    assert "/guide/" in links_of(page)  # start again
    assert "/start/" not in page


def test_an_answer_can_be_changed_and_the_others_are_kept():
    page = page_of("/guide/", **FIRST)

    changes = [url for url in links_of(page) if url.startswith("/guide/?")]
    asked_again = {frozenset(FIRST) - set(dict(parse_qsl(urlsplit(url).query))) for url in changes}
    assert asked_again == {frozenset({name}) for name in FIRST}
    others = {name: value for name, value in FIRST.items() if name != "reach"}
    assert hidden_of(page_of("/guide/", **others)) == {**others, "asked": "reach"}


def test_going_on_without_an_answer_is_told_at_the_field():
    page = page_of("/guide/", asked="charge")

    assert "data-error-summary" in page
    assert 'id="id_charge_error"' in page
    assert "data-error-summary" not in page_of("/guide/")


HOSTILE = (
    {"charge": "maybe"},
    {"charge": "no", "asked": "charge", "reach": "<script>alert(1)</script>"},
    {"asked": "nothing"},
    {"charge": "no' OR 1=1 --"},
    {"charge": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    {"q": "9" * 3000},
    {**FIRST, "host": "nobody-here"},
    {**FIRST, "host": "../../etc"},
    {**FIRST, "host": "x" * 51},
    {**FIRST, "host": ""},
    {**FIRST, "province": "999999"},
    {**FIRST, "province": "１１００００"},
    {**FIRST, "nature": "7"},
    {**FIRST, "nature": "99999999999999999999"},
    {**FIRST, "host": "", "q": "<script>alert(1)</script>"},
    {**FIRST, "host": "", "q": "http://[/"},
    {"host": UNKNOWN, "province": BEIJING},
)


@pytest.mark.parametrize("params", HOSTILE)
def test_anything_else_in_the_address_counts_as_not_answered(params):
    page = page_of("/guide/", **params)

    assert 'name="asked"' in page
    assert "<script>alert" not in page
    assert english(page) == []


def test_the_guide_takes_no_forms_and_sets_no_cookie():
    assert Client().post("/guide/", FIRST).status_code == 405
    assert Client().get("/guide/questions/nowhere/").status_code == 404
    response = Client().get("/guide/")
    assert response.cookies == {}
