"""The footer to copy, and what is said of pasted HTML: right, and each way of being wrong."""

import time

import pytest

from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, case_at
from ministry.models import Website
from records import footers

pytestmark = pytest.mark.django_db

LINK = '<a href="https://beian.miit.gov.cn/" target="_blank">{}</a>'
CENTRED = ('<div style="text-align: center">', "</div>")
POLICE = "京公网安备11010802000001号"
POLICE_LINK = f'<a href="https://beian.mps.gov.cn/">{POLICE}</a>'


@pytest.fixture
def website():
    subject = case_at(Status.FILED).filing.subject
    return Website.objects.select_related("subject").get(subject=subject)


def codes(html: str, website: Website, police_number: str = "") -> list[str]:
    return [fault.code for fault in footers.faults(html, website, police_number)]


def page(foot: str) -> str:
    return f"<!DOCTYPE html><html><head><title>首页</title></head><body><p>欢迎<p>你好<footer>{foot}</footer>"


# --- What to put there ----------------------------------------------------------------------------------


def test_the_line_is_the_number_linked_to_the_ministry_and_passes_its_own_check(website):
    assert footers.snippet(website).splitlines() == [CENTRED[0], LINK.format(website.number), CENTRED[1]]
    assert codes(page(footers.snippet(website)), website) == []


def test_with_a_police_number_the_line_holds_both(website):
    line = footers.snippet(website, POLICE)

    assert line.splitlines() == [
        CENTRED[0],
        LINK.format(website.number),
        LINK.format(POLICE).replace("miit.gov", "mps.gov"),
        CENTRED[1],
    ]
    assert codes(page(line), website, POLICE) == []


def test_guangdong_shows_the_subjects_number():
    subject = case_at(Status.FILED, province=GUANGDONG).filing.subject
    website = subject.websites.get()

    assert str(footers.shown_number(website)) == str(subject.number)
    assert codes(page(LINK.format(subject.number)), website) == []
    assert codes(page(LINK.format(website.number)), website) == ["suffix"]


# --- Whether it is there --------------------------------------------------------------------------------

RIGHT = [
    LINK,
    "<p>{}</p><p><a href='https://beian.miit.gov.cn'>备案查询</a></p>",  # the link below the number
    '<a href="HTTPS://BEIAN.MIIT.GOV.CN/#/Integrated/index"><span>{}</span></a>',
    '<a href=" https://beian.miit.gov.cn/\n">{}</a> © 2026',
    "<a href=https://beian.miit.gov.cn/>{}",  # never closed
]


@pytest.mark.parametrize("foot", RIGHT)
def test_what_is_right_is_right_in_any_spelling_of_html(website, foot):
    assert codes(page(foot.format(website.number)), website) == []


def test_a_number_in_pieces_with_blanks_and_entities_is_read_as_a_browser_shows_it(website):
    char, serial = str(website.number)[0], website.number.serial
    foot = f'<a href="https://beian.miit.gov.cn/">{char}ICP备<b>{serial}</b>&#21495;&#45;1</a> 2026'

    assert codes(page(foot), website) == []


WRONG = {
    "no_number": "版权所有",
    "no_link": "{number}",
    "http": '<a href="http://beian.miit.gov.cn/">{number}</a>',
    "old_address": '<a href="http://www.miitbeian.gov.cn/">{number}</a>',
    "no_scheme": '<a href="beian.miit.gov.cn">{number}</a>',
    "nowhere": '<a href="#">{number}</a>',
    "wrong_target": '<a href="https://www.beian.gov.cn/">{number}</a>',
    "broken_link": '<a href="https://[beian.miit.gov.cn/">{number}</a>',
    "no_suffix": LINK.format("{subject}"),
    "sister": LINK.format("{subject}-7"),
    "wrong_number": LINK.format("京ICP备2019999999号-1"),
    "spelling": LINK.format("{spelt}"),
}


@pytest.mark.parametrize(("code", "foot"), WRONG.items())
def test_each_thing_that_is_wrong_has_its_words(website, code, foot):
    number = str(website.number)
    spelt = number.replace("号", "").replace("-", "－")
    html = page(foot.format(number=number, subject=website.subject.number, spelt=spelt))

    assert codes(html, website) == [code]


DISGUISES = [
    "https://beian.miit.gov.cn.evil.example/",
    "https://beian.miit.gov.cn@evil.example/",
    "https://evil.example/?https://beian.miit.gov.cn/",
    "https://user@beian.miit.gov.cn/",
    "//beian.miit.gov.cn/",
    "javascript:location='https://beian.miit.gov.cn/'",
    "https://beian.miit.gov.cn:8443/",
    "https:\\\\evil.example\\beian.miit.gov.cn",
]


@pytest.mark.parametrize("href", DISGUISES)
def test_an_address_that_only_looks_like_the_ministrys_is_wrong(website, href):
    found = footers.faults(page(f'<a href="{href}">{website.number}</a>'), website)

    assert len(found) == 1
    assert found[0].code in ("wrong_target", "http", "nowhere")
    assert "https://beian.miit.gov.cn/" in found[0].fix


UNSEEN = [
    "<!-- {} -->",
    "<script>document.write('{}')</script>",
    '<div style="display: none">{}</div>',
    "<p hidden>{}</p>",
    "<template>{}</template>",
    "<textarea>{}</textarea>",
]


@pytest.mark.parametrize("foot", UNSEEN)
def test_a_number_that_no_visitor_sees_does_not_count(website, foot):
    assert codes(page(foot.format(LINK.format(website.number).replace("'", '"'))), website) == ["unseen"]


def test_what_is_hidden_ends_with_its_element(website):
    foot = f"<div hidden><p>x<p>y</div>{LINK.format(website.number)}"

    assert codes(page(foot), website) == []


def test_a_second_number_is_told_beside_the_right_one(website):
    html = page(f"{LINK.format(website.number)} 京ICP备2019999999号-1")

    assert codes(html, website) == ["other_number"]


def test_the_police_number_is_looked_for_once_it_has_been_entered(website):
    line = LINK.format(website.number)

    assert codes(page(line), website, POLICE) == ["police_missing"]
    assert codes(page(line + POLICE), website, POLICE) == ["police_no_link"]
    assert codes(page(line + POLICE_LINK.replace("01号", "02号")), website, POLICE) == ["police_wrong"]
    assert codes(page(line + POLICE_LINK.replace("https", "http")), website, POLICE) == ["police_http"]
    assert codes(page(line + POLICE_LINK), website, POLICE) == []


def test_what_is_pasted_comes_back_in_a_message_only_short_and_printable(website):
    href = "https://evil.example/\u202e" + "x" * 5000
    found = footers.faults(page(f'<a href="{href}">{website.number}</a>'), website)

    assert "\u202e" not in found[0].message
    assert len(found[0].message) < 200


# --- Hostile pages --------------------------------------------------------------------------------------

M = footers.MOST_CHARACTERS
HOSTILE = {
    "nothing": "",
    "NUL": "\0" * M,
    "angle brackets": "<" * M,
    "open comments": "<!--" * (M // 4),
    "declarations": "<!" * (M // 2),
    "links": '<a href="https://beian.miit.gov.cn">京ICP备2026000001号-9' * (M // 60),
    "wrong links": '<a href="x">' * (M // 12),
    "nesting": "<div hidden>" * (M // 24) + "</div>" * (M // 13),
    "closed in the wrong order": "<b>" * (M // 6) + "</i>" * (M // 8),
    "an attribute without an end": '<a href="' + "x" * M,
    "attributes": "<a " + "a=1 " * (M // 4),
    "a style": '<p style="' + "display:" * (M // 8),
    "blanks in a number": "京 ICP 备" + " " * M,
    "beginnings of numbers": "京ICP备20260000" * (M // 14),
    "numbers": "京ICP备2026000001号-9 " * (M // 20),
    "entities": "&amp" * (M // 4),
    "a script without an end": "<script>" + "</scrip" * (M // 7),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_page_holds_the_check_up(website, name):
    began = time.process_time()

    assert footers.faults(HOSTILE[name], website, POLICE)

    assert time.process_time() - began < 5  # of the processor; measured: at most 1.2
