"""The guide's answers: with whom to file, which papers, how long it takes, and what these pages cost."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import clock
from filings.models import Event, EvidenceKind, Filing
from filings.states import Status
from icp_portal.guide import answer, pace, topics
from icp_portal.guide.questions import HOST, UNKNOWN
from icp_portal.tests.builders import BEIJING, GUANGDONG, case_at, host_user, number, provider
from icp_portal.tests.guide.guide_pages import FIRST, links_of, page_of
from icp_portal.tests.languages.test_messages import english
from ministry.models import CalendarDay, CalendarYear, ProvinceRule
from ministry.reference import code_tables, provinces
from ministry.reference.topics import Demand, Topic
from ministry.rules.official import official
from ministry.rules.rules import rules_on
from providers.models import IpRange

pytestmark = pytest.mark.django_db


# --- The answer: with whom ------------------------------------------------------------------------------


def test_the_answer_names_the_bureau_of_the_province_and_starts_with_the_chosen_provider():
    of = provider(provinces=[BEIJING])
    chosen = {**FIRST, "province": GUANGDONG, "host": of.slug}

    page = page_of("/guide/", **chosen)

    assert provinces.by_code(GUANGDONG).bureau in page
    said = f"nature={FIRST['nature']}&amp;province={GUANGDONG}&amp;reach={FIRST['reach']}"
    assert f'action="/providers/{of.slug}/start/?entrance=ministry&amp;{said}"' in page
    client = Client()
    client.force_login(host_user())
    client.post(f"/providers/{of.slug}/start/?entrance=ministry")
    assert Filing.objects.get().provider == of


def test_somebody_without_a_provider_is_offered_those_of_the_province():
    here, elsewhere, full = provider(), provider(provinces=[GUANGDONG]), provider(accepts_new=False)

    page = page_of("/guide/", **FIRST)

    assert f"/providers/{here.slug}/start/" in page
    assert elsewhere.slug not in page
    assert full.slug not in page
    assert {"/navigation/find/", "/navigation/beijing/", "/navigation/"} <= links_of(page)


def test_a_chosen_provider_that_takes_no_new_filings_is_told_and_not_started():
    full = provider(accepts_new=False)

    page = page_of("/guide/", **{**FIRST, "host": full.slug})

    assert full.name in page
    assert "/start/" not in page


def test_the_provider_is_found_by_its_address_on_the_way():
    of, other = provider(provinces=[GUANGDONG]), provider()
    IpRange.objects.create(provider=of, start="8.8.8.0", end="8.8.8.255")
    open_question = {name: value for name, value in FIRST.items() if name != HOST.id}

    found = page_of("/guide/", **open_question, q="8.8.8.8")
    lost = page_of("/guide/", **open_question, q="8.8.4.4")

    assert re.findall(r'name="host" value="([^"]+)"', found) == [of.slug, UNKNOWN]
    assert re.findall(r'name="host" value="([^"]+)"', lost) == [other.slug, UNKNOWN]


# --- The answer: which papers ---------------------------------------------------------------------------


def test_the_papers_are_those_the_form_asks_for():
    company, person = answer.papers_of(code_tables.ENTERPRISE), answer.papers_of(code_tables.PERSON)

    kinds = {str(kind.label): kind for kind in EvidenceKind}
    assert [kinds[label] for label in company.pictures] == [
        EvidenceKind.SUBJECT_CERTIFICATE,
        EvidenceKind.RESPONSIBLE_FRONT,
        EvidenceKind.RESPONSIBLE_BACK,
    ]
    assert [kinds[label] for label in person.pictures] == [
        EvidenceKind.RESPONSIBLE_FRONT,
        EvidenceKind.RESPONSIBLE_BACK,
    ]
    assert [kinds[label] for label in company.another_person] == [
        EvidenceKind.MANAGER_FRONT,
        EvidenceKind.MANAGER_BACK,
    ]


@pytest.mark.parametrize("nature", code_tables.NATURES, ids=lambda nature: str(nature.id))
def test_each_nature_is_told_its_own_certificates(nature):
    page = page_of("/guide/", **{**FIRST, "nature": str(nature.id)})

    for kind in code_tables.certificate_types_of(nature.id):
        assert kind.name in page
    assert nature.name in page
    assert english(page) == []


def test_contents_that_need_an_approval_are_those_of_the_code_table():
    page = page_of("/guide/", **FIRST)

    papers = rules_on(BEIJING, timezone.localdate()).of(Topic.APPROVAL, individual=False)
    ids = {id_ for rule in papers if rule.demand in (Demand.PAPER, Demand.EITHER) for id_ in rule.ids}
    names = [row.name for row in code_tables.PRIOR_APPROVALS if row.id in ids and row.same_as is None]
    assert len(names) > 5
    assert "、".join(names) in page
    rule = ProvinceRule.objects.get(topic=Topic.APPROVAL, demand=Demand.PAPER, words__startswith="1\n")
    ProvinceRule.objects.filter(pk=rule.pk).update(demand=Demand.NOTHING)
    assert "新闻、" not in page_of("/guide/", **FIRST)


def test_the_provinces_own_rules_of_today_are_told_with_their_source():
    """Guangdong wants a pledge, and tells young people what else; a rule that has ended is silent."""
    given = {**FIRST, "province": GUANGDONG, "nature": str(code_tables.PERSON)}
    pledge = ProvinceRule.objects.get(topic=Topic.PAPERS, province=GUANGDONG)
    age = ProvinceRule.objects.get(topic=Topic.MINIMUM_AGE, province=GUANGDONG)

    page = unescape(page_of("/guide/", **given))
    named = (pledge.advice, official(pledge.source), age.advice, code_tables.DOCUMENT_BY_ID["pledge"].name)
    assert [text for text in (*named, _("As your access provider requires")) if text not in page] == []
    assert age.source not in page  # a provider's document: operators read it
    assert pledge.advice not in unescape(page_of("/guide/", **FIRST))

    yesterday = timezone.localdate() - timedelta(days=1)
    ProvinceRule.objects.filter(pk=pledge.pk).update(valid_to=yesterday)
    assert pledge.advice not in unescape(page_of("/guide/", **given))


@pytest.mark.parametrize("province", provinces.PROVINCES, ids=lambda province: province.slug)
def test_each_province_is_told_its_own(province):
    for nature in ("4", "5", "2", "17"):
        page = page_of("/guide/", **{**FIRST, "province": province.code, "nature": nature})
        assert english(page) == []
        assert province.bureau in page


# --- The answer: how long -------------------------------------------------------------------------------


@pytest.fixture
def filed():
    """A filing that was approved, with its cast."""
    return case_at(Status.FILED)


def more(case, count: int, *, days: int = 7) -> None:
    """Filings like this one whose bureau took ``days`` days, and whose provider took as many before."""
    for _n in range(count):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number()}.cn", ""
        row.received_at = row.decided_at - timedelta(days=days)
        row.save(force_insert=True)
        for name, at in (("submit", row.received_at - timedelta(days=days)), ("verify", row.received_at)):
            _event(row, name, at)


def _event(filing: Filing, name: str, at: datetime) -> None:
    """An event of an earlier day; the table is append-only, so it is written on that day."""
    with pytest.MonkeyPatch.context() as clock_set_back:
        clock_set_back.setattr(timezone, "now", lambda: at)
        Event.objects.create(
            filing=filing, provider=filing.provider, name=name, round=1, role="provider", actor_name="x"
        )


def test_too_few_filings_are_not_measured_and_the_page_says_so(filed):
    more(filed, pace.FEWEST - 2)

    assert (pace.of_bureau(BEIJING), pace.of_provider(filed.provider.pk)) == (None, None)
    page = page_of("/guide/", **{**FIRST, "host": filed.provider.slug})
    assert page.count("暂无统计") == 2


def five_days_a_week() -> None:
    """Whatever day it is: the calendars of this year and the last have no exception, not even those of the law."""
    CalendarDay.objects.all().delete()
    this_year = timezone.localdate().year
    for year in (this_year - 1, this_year):
        CalendarYear.objects.update_or_create(year=year, defaults={"published": True, "source": "通知"})


def test_the_median_is_measured_in_working_days_of_the_calendar(filed):
    five_days_a_week()
    more(filed, 20, days=14)  # two weeks hold ten working days, whatever day it is

    assert pace.of_bureau(BEIJING) == pace.Pace(10, 21)
    assert pace.of_provider(filed.provider.pk) == pace.Pace(10, 21)
    assert pace.of_bureau(GUANGDONG) is None
    page = page_of("/guide/", **{**FIRST, "host": filed.provider.slug})
    assert "最近审核通过的 21 件中，半数在 10 个工作日内办结。" in page


def test_holidays_do_not_count_into_the_median(filed):
    five_days_a_week()
    decided = timezone.localdate(filed.filing.decided_at)
    day = next(day for day in (decided - timedelta(days=n) for n in range(7)) if day.weekday() < 5)
    CalendarDay.objects.create(day=day, year_id=day.year, name="示例")
    more(filed, 10, days=14)

    assert pace.of_bureau(BEIJING).days == 9


def test_the_page_names_the_months_that_are_measured(monkeypatch):
    monkeypatch.setattr(pace, "MONTHS", 9)

    assert "按最近 9 个月的备案单统计。" in page_of("/guide/", **FIRST)


def test_what_is_long_past_is_not_measured(filed):
    more(filed, 10)
    Filing.objects.update(arrived_at=timezone.now() - pace.RECENT - timedelta(days=1))

    assert (pace.of_bureau(BEIJING), pace.of_provider(filed.provider.pk)) == (None, None)


def test_what_was_decided_at_once_took_one_working_day_at_most(filed):
    more(filed, 10, days=0)

    assert pace.of_bureau(BEIJING) == pace.Pace(1, 11)


def test_a_round_the_provider_sent_back_is_no_measure_of_it():
    case = case_at(Status.RETURNED_TO_HOST).submit().verify().approve()
    rounds = Event.objects.filter(filing=case.filing, name="submit").values_list("round", flat=True)
    assert list(rounds) == [1, 2]

    more(case, 5)

    assert pace.of_provider(case.provider.pk).filings == 6


def test_the_legal_limit_is_a_date_of_the_running_clock():
    today = timezone.localdate()
    due = clock.due(today).on

    page = page_of("/guide/", **FIRST)

    assert f"{due.year}年{due.month}月{due.day}日" in page.replace(" ", "")
    CalendarYear.objects.update(published=False)
    assert "暂定" in page_of("/guide/", **FIRST)


# --- What the pages cost --------------------------------------------------------------------------------


# The day of the last check, or: provider, bureau, rules, the twenty days, medians of bureau and provider (2 each,
# 1 each when there are too few)
COSTS = (
    ({}, 0, 0),
    ({"charge": "yes"}, 1, 1),
    ({name: FIRST[name] for name in ("charge", "reach", "number", "nature", "province")}, 1, 1),
    (FIRST, 5, 6),
    ({**FIRST, "host": "host-one"}, 6, 8),
)


def costs() -> list[int]:
    """The queries of each page, with nothing in the cache."""
    counts = []
    for params, _few, _many in COSTS:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            page_of("/guide/", **params)
        counts.append(len(queries))
    return counts


def test_a_page_costs_the_same_however_many_filings_there_are():
    case = case_at(Status.FILED, of=provider(slug="host-one"))

    measured = [costs()]
    for count in (pace.FEWEST, 40):
        more(case, count)
        provider()
        measured.append(costs())

    few, many = [few for _params, few, _many in COSTS], [many for _params, _few, many in COSTS]
    assert measured == [few, many, many]


def test_at_most_the_latest_two_hundred_are_measured(filed, monkeypatch):
    monkeypatch.setattr(pace, "MOST", 6)
    more(filed, 10)

    assert (pace.of_bureau(BEIJING).filings, pace.of_provider(filed.provider.pk).filings) == (6, 6)


TOPIC_COSTS = {
    "how-long": 3,
    "which-bureau": 2,
    "prior-approval": 2,
    "code-or-password": 2,
}  # with the day of the last check


@pytest.mark.parametrize("slug", topics.BY_SLUG)
def test_a_question_costs_next_to_nothing(slug, django_assert_num_queries):
    with django_assert_num_queries(TOPIC_COSTS.get(slug, 1)):
        page_of(f"/guide/questions/{slug}/")
