"""The public figures: what the sweep has counted, on a page and as CSV, for any province and month."""

import csv
import html
import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext as _

from bureaus import bulletins
from bureaus.figures import drawings, tables, tiles
from bureaus.figures.reading import Shown
from desks.staff.tables import NOTHING
from filings.figures import monthly
from filings.models import MonthFigures
from filings.states import Status
from icp_portal.tests.builders import BEIJING, GUANGDONG, case_at, host_user
from icp_portal.tests.languages.test_english_pages import left_over
from icp_portal.tests.visitors import assert_strict
from ministry.reference import provinces

pytestmark = pytest.mark.django_db

URL = "/figures/"
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


@pytest.fixture
def months(time_machine) -> None:
    """July, in which Beijing approved two and returned one, and August, in which Guangdong approved one; 2 August."""
    time_machine.move_to("2026-07-10 10:00 +0800")
    for individual in (True, False):
        case_at(Status.FILED, individual=individual)
    case_at(Status.RETURNED_TO_PROVIDER)
    time_machine.move_to("2026-08-02 10:00 +0800")
    case_at(Status.FILED, province=GUANGDONG)
    while monthly.count_next():
        pass


def page(query: str = "", language: str = "en", status: int = 200) -> str:
    response = Client().get(f"{URL}{query}", headers={"accept-language": language})
    assert response.status_code == status
    assert_strict(query, response)
    return " ".join(response.content.decode().split())


def table_of(text: str, name: str) -> list[list[str]]:
    """The rows of a table of the page, its headings first; thousands together, as in CSV."""
    section = text[text.index(f'id="{"map" if name == "provinces" else name}"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", section[: section.index("</table>")])
    return [[html.unescape(cell).replace(",", "") for cell in re.findall(r"<t[hd][^>]*>(.*?)</t", row)] for row in rows]


def csv_of(url: str) -> list[list[str]]:
    response = Client().get(html.unescape(url), headers={"accept-language": "en"})
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def test_before_the_first_count_it_says_when_to_come_back():
    assert "Figures are counted every night." in page()
    assert Client().get(f"{URL}filings.csv").status_code == 404


def test_the_last_whole_month_of_the_country_in_words(months):
    text = page()

    assert '<h2> Whole country<span class="figures-month">July 2026</span> </h2>' in text
    assert "3 received" in text
    assert "3 decided: 2 approved, 1 returned for changes." in text
    assert "Times are stated from 5 decisions on." in text
    assert "2 websites and other services" in text
    assert "Of 1 organisations and 1 individuals. New in the month: 2." in text
    assert "The month is not over" not in text


def test_a_province_and_a_month_under_way(months):
    text = page("?province=guangdong&month=2026-08")

    assert '<option value="guangdong" selected>Guangdong</option>' in text
    assert '<option value="2026-08" selected>August 2026</option>' in text
    assert "The month is not over; these are its figures so far." in text
    assert "1 decided: 1 approved, 0 returned for changes." in text
    assert [row[:3] for row in table_of(text, "filings")] == [
        ["Month", "Received", "Decided"],
        ["2026-07", "0", "0"],
        ["2026-08", "1", "1"],
    ]


def test_a_province_with_nothing_has_zeros_and_says_so(months):
    text = page("?province=xizang&month=2026-07")

    assert "0 received" in text
    assert "Too few decisions" in text
    assert table_of(text, "filings")[1:] == [["2026-07", "0", "0", "0", "0", "—"]]
    assert text.count("None in this month.") == 2  # kinds and reasons


def test_the_reasons_of_returns(months):
    assert table_of(page(), "reasons")[1:] == [["P301", "The website name breaks the rules", "Website", "1"]]


def test_a_month_says_what_the_bulletin_of_the_same_month_says(months):
    drafted = bulletins.draft(BEIJING, JULY)
    count = monthly.MonthCount(**MonthFigures.objects.get(month=JULY, province=BEIJING).content)

    assert [{"kind": kind, **row} for kind, row in count.decided.items()] == drafted["decisions"]
    assert count.codes == drafted["codes"]
    assert count.subjects == drafted["subjects"]
    assert count.services == {"1": drafted["websites"], **drafted["services"]}


@pytest.mark.parametrize("query", ["", "?province=beijing&month=2026-07"])
@pytest.mark.parametrize("name", tables.TABLES)
def test_each_table_is_a_csv_file_with_the_same_cells(months, name, query):
    text = page(query)
    url = re.search(rf'href="(/figures/{name}\.csv[^"]*)"', text).group(1)

    assert csv_of(url) == [["" if cell == NOTHING else cell for cell in row] for row in table_of(text, name)]


@pytest.mark.parametrize(("name", "place"), [("filings", 5), ("provinces", 3)])
def test_a_share_is_a_number_below_a_heading_with_its_unit(months, name, place):
    """So that a spreadsheet can count with it."""
    head, *rows = csv_of(f"{URL}{name}.csv?month=2026-07")

    assert head[place] == "Share returned (%)"
    assert [row[place] for row in rows if row[place]] == ["33.3"]


def test_a_page_reads_two_rows_sets_and_then_one_and_counts_nothing(months):
    sent: list[list[str]] = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            page("?province=beijing")
        sent.append([query["sql"].upper() for query in queries])
    with CaptureQueriesContext(connection) as queries:
        csv_of(f"{URL}filings.csv?province=beijing")
    sent.append([query["sql"].upper() for query in queries])

    assert [len(statements) for statements in sent] == [2, 1, 2]
    said = " ".join(statement for statements in sent for statement in statements)
    assert [word for word in ("COUNT(", "SUM(", "MIN(", "MAX(", "AVG(", "GROUP BY", "DISTINCT") if word in said] == []
    assert set(re.findall(r'FROM "(\w+)"', said)) == {"FILINGS_MONTHFIGURES"}


BAD = [
    ("?province=atlantis", "There is no province with this name."),
    ("?province=110000&month=2026-07", "There is no province with this name."),
    ("?province=%3Cscript%3Ealert(1)%3C/script%3E", "There is no province with this name."),
    ("?month=2026-13", "There are figures from July 2026 to August 2026."),
    ("?month=2026-09", "There are figures from July 2026 to August 2026."),
    ("?month=2026-06", "There are figures from July 2026 to August 2026."),
    ("?month=x", "There are figures from July 2026 to August 2026."),
    ("?month=2026-07-01T00:00", "There are figures from July 2026 to August 2026."),
    ("?month=99999-01", "There are figures from July 2026 to August 2026."),
    ("?month=%F0%9F%92%A9", "There are figures from July 2026 to August 2026."),
]


@pytest.mark.parametrize(("query", "said"), BAD)
def test_what_does_not_exist_is_said_and_not_found(months, query, said):
    text = page(query, status=404)

    assert said in text
    assert "alert(1)" not in text
    assert 'name="province"' in text
    assert Client().get(f"{URL}filings.csv{query}").status_code == 404


def test_what_could_be_read_of_a_bad_url_stays_chosen(months):
    assert '<option value="beijing" selected>' in page("?province=beijing&month=2031-01", status=404)
    assert '<option value="2026-08" selected>' in page("?province=atlantis&month=2026-08", status=404)


def test_a_csv_that_is_none_is_not_there(months):
    assert Client().get(f"{URL}persons.csv").status_code == 404
    assert Client().post(URL).status_code == 405


def test_caches_keep_it_for_an_hour_and_ask_again_only_for_what_changed(months):
    for url in (URL, f"{URL}times.csv?province=beijing"):
        first = Client().get(url)
        assert first["Cache-Control"] == "max-age=3600"
        assert Client().get(url, headers={"if-none-match": first["ETag"]}).status_code == 304
        assert Client().get(url, headers={"if-none-match": '"other"'}).status_code == 200
    MonthFigures.objects.update(
        content=monthly.content_of(monthly.MonthCount(overdue=7)), counted_at="2026-08-03T01:00Z"
    )
    changed = Client().get(URL, headers={"if-none-match": Client().get(f"{URL}?province=beijing")["ETag"]})
    assert changed.status_code == 200
    assert "7" in table_of(page(), "overdue")[1]


def test_the_months_to_choose_from_are_those_counted_by_now(months, time_machine):
    assert "September 2026" not in page("?month=2026-07")
    time_machine.move_to("2026-09-01 01:00 +0800")
    assert monthly.count_next()
    assert "September 2026" in page("?month=2026-07")


def test_a_signed_in_reader_gets_a_page_that_nobody_keeps(months, client):
    client.force_login(host_user())
    assert client.get(URL)["Cache-Control"] == "private, no-store"


def test_english_pages_have_no_chinese_word(months):
    pages = {
        query: page(query) for query in ("", "?province=beijing&month=2026-07", "?province=guangdong&month=2026-08")
    }
    assert left_over(pages) == {}


def test_it_is_linked_from_the_home_page_and_from_every_foot():
    home = Client().get("/").content.decode()
    assert home.count(f'href="{URL}"') == 2
    assert f'href="{URL}"' in Client().get("/query/").content.decode()


def test_every_province_has_a_square_of_its_own(months):
    assert set(tiles.PLACES) == {province.slug for province in provinces.PROVINCES} == set(tiles.LETTERS)
    assert len(set(tiles.PLACES.values())) == len(provinces.PROVINCES)
    text = page("?month=2026-07")
    beijing = text[text.index('href="?province=beijing&amp;month=2026-07"') :]
    assert re.search(r'class="tile-name">Beijing</span>.*?<strong>3</strong>', beijing)
    assert text.count('class="tile tile-0"') == len(provinces.PROVINCES) - 1


@pytest.mark.parametrize(
    ("numbers", "shades"), [([0, 0], [0, 0]), ([5, 5, 0], [1, 1, 0]), ([1, 2, 3, 4], [1, 2, 3, 4])]
)
def test_squares_are_shaded_by_rank(numbers, shades):
    ranked = sorted(filter(None, numbers))
    assert [tiles._shade(number, ranked) for number in numbers] == shades


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [
        ("zh-hans", 9999, "9999"),
        ("zh-hans", 10_000, "1万"),
        ("zh-hans", 201_234, "20.1万"),
        ("zh-hans", 5_012_345, "501万"),
        ("en", 9999, "9999"),
        ("en", 12_345, "12.3k"),
        ("en", 201_234, "201k"),
        ("en", 5_012_345, "5M"),
    ],
)
def test_large_numbers_are_short_on_charts(language, number, written):
    with translation.override(language):
        assert drawings.compact(number) == written


def test_a_chart_has_no_style_no_script_and_says_its_numbers(months):
    charts: list[Any] = re.findall(r"<svg.*?</svg>", page("?month=2026-07", "zh-CN"))

    assert len(charts) == 10
    for chart in charts:
        assert re.findall(r"style|<script|<title|<desc|\sid=", chart) == []
        assert [bar for bar in re.findall(r"<rect[^>]*>", chart) if not (" width=" in bar and " height=" in bar)] == []
    assert f'aria-label="{_("Filings received, by month")}: 7 3"' in charts[0]


def test_reasons_are_ordered_by_how_often_they_were_given_then_by_their_code():
    count = monthly.MonthCount(codes={"P301": 1, "1001": 1, "1005": 2})
    rows = tables.of_reasons(Shown(JULY, [(JULY, count)], [])).rows
    assert [(row[0], row[3]) for row in rows] == [("1005", 2), ("1001", 1), ("P301", 1)]
