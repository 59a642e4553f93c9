"""The guide before the form: every way through the questions ends well; every answer stands on its own address."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Party
from filings import clock
from filings.models import Event, EvidenceKind, Filing
from filings.states import Status
from icp_portal.guide import answer, checks, figures, pace, topics
from icp_portal.guide.endings import ENDINGS, EndingKind
from icp_portal.guide.questions import HOST, NATURE, PROVINCE, QUESTIONS, UNKNOWN, address, walk
from icp_portal.tests.builders import BEIJING, GUANGDONG, case_at, host_user, number, provider, sign_in, user
from icp_portal.tests.test_messages import english
from ministry.models import CalendarDay, CalendarYear, GuideCheck, ProvinceRule
from ministry.reference import code_tables, provinces
from ministry.reference.topics import Demand, Topic
from ministry.rules.official import official
from ministry.rules.rules import rules_on
from providers.models import IpRange

pytestmark = pytest.mark.django_db

CHINESE = {"accept-language": "zh-CN"}
FIRST = {"charge": "no", "reach": "domain", "number": "no", "nature": "4", "province": BEIJING, "host": UNKNOWN}


@pytest.fixture(autouse=True)
def _nobody_throttled_yet():
    cache.clear()


def page_of(path: str, **params: str) -> str:
    response = Client().get(path, params, headers=CHINESE)
    assert response.status_code == 200
    return response.content.decode()


def title_of(page: str) -> str:
    return unescape(re.search(r"<h1>(.*?)</h1>", page, re.S)[1].strip())


def hidden_of(page: str) -> dict[str, str]:
    """What the question's form sends along."""
    form = page[page.index('name="asked"') - 40 :]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def links_of(page: str) -> set[str]:
    main = re.search(r"<main.*?</main>", page, re.S)[0]
    return {unescape(url) for url in re.findall(r'href="([^"#]+)"', main)}


# --- Every way through the questions --------------------------------------------------------------------


def expected_end(given: dict[str, str]) -> EndingKind:
    """The rule, said once more in other words."""
    if given["charge"] == "yes":
        return EndingKind.LICENCE
    if given["reach"] not in ("domain", "ip"):
        return {"mini_program": EndingKind.MINI_PROGRAM, "page": EndingKind.COVERED, "app": EndingKind.APP}[
            given["reach"]
        ]
    return EndingKind.ADD_TO_NUMBER if given["number"] == "yes" else EndingKind.FIRST_FILING


def test_every_combination_of_answers_comes_to_the_right_end():
    choices = [[value for value, _label in question.choices] or [UNKNOWN, "some-host"] for question in QUESTIONS]

    for values in itertools.product(*choices):
        given = dict(zip((question.id for question in QUESTIONS), values, strict=True))
        way = walk(given)
        assert (way.end, way.question) == (expected_end(given), None), given


def follow(page: str, given: dict[str, str], ends: dict[str, EndingKind]) -> None:
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

    titles = {kind: str(ending.title) for kind, ending in ENDINGS.items()}
    titles[EndingKind.FIRST_FILING] = title_of(page_of("/guide/", **FIRST))
    assert ends == {url: titles[expected_end(dict(parse_qsl(urlsplit(url).query)))] for url in ends}
    # licence, three without a website; domain or IP: a number, or no or no known one × two natures × three hosts
    assert len(ends) == 1 + 3 + 2 * (1 + 2 * 2 * 3)
    assert any(f"host={of.slug}" in url for url in ends)


@pytest.mark.parametrize("kind", ENDINGS)
def test_an_end_without_a_form_explains_names_its_source_and_leads_on(kind):
    given = next(
        {"charge": charge, "reach": reach, "number": "yes"}
        for charge in ("no", "yes")
        for reach in ("domain", "mini_program", "page", "app")
        if expected_end({"charge": charge, "reach": reach, "number": "yes"}) == kind
    )

    page = page_of("/guide/", **given)

    ending = ENDINGS[kind]
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
    assert [text for text in (*named, _("as your access provider requires")) if text not in page] == []
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


def test_the_median_is_measured_in_working_days_of_the_calendar(filed):
    CalendarDay.objects.all().delete()
    more(filed, 20, days=14)  # two weeks hold ten working days, whatever day it is

    assert pace.of_bureau(BEIJING) == pace.Pace(10, 21)
    assert pace.of_provider(filed.provider.pk) == pace.Pace(10, 21)
    assert pace.of_bureau(GUANGDONG) is None
    page = page_of("/guide/", **{**FIRST, "host": filed.provider.slug})
    assert "最近审核通过的 21 件中，半数在 10 个工作日内办结。" in page


def test_holidays_do_not_count_into_the_median(filed):
    CalendarDay.objects.all().delete()
    decided = timezone.localdate(filed.filing.decided_at)
    day = next(day for day in (decided - timedelta(days=n) for n in range(7)) if day.weekday() < 5)
    year, _new = CalendarYear.objects.get_or_create(year=day.year)
    CalendarDay.objects.create(day=day, year=year, name="示例")
    more(filed, 10, days=14)

    assert pace.of_bureau(BEIJING).days == 9


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


@pytest.mark.parametrize(("params", "few", "many"), COSTS)
def test_a_page_costs_the_same_however_many_filings_there_are(params, few, many, django_assert_num_queries):
    case = case_at(Status.FILED, of=provider(slug="host-one"))

    with django_assert_num_queries(few):
        page_of("/guide/", **params)
    for count in (pace.FEWEST, 40):
        more(case, count)
        provider()
        with django_assert_num_queries(many):
            page_of("/guide/", **params)


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


# --- The questions people ask ---------------------------------------------------------------------------

# Addresses that were given out and stay; the first ten are those of the official guide in its order.
STABLE = (
    "commercial-or-not",
    "change-a-filing",
    "subject-conflict",
    "domain-conflict",
    "lost-password",
    "how-a-filing-travels",
    "prior-approval",
    "how-long",
    "ip-only",
    "two-websites",
    "access-provider",
    "on-a-platform",
    "online-payment",
    "mini-program-and-domain",
    "show-the-number",
    "which-bureau",
    "code-or-password",
)


def test_the_addresses_stay():
    assert [topic.slug for topic in topics.OFFICIAL] == list(STABLE[:10])
    assert {topic.slug for topic in topics.ALSO_ASKED} == set(STABLE[10:])


@pytest.mark.parametrize("slug", STABLE)
def test_a_question_is_answered_in_chinese_with_its_source(slug):
    page = page_of(f"/guide/questions/{slug}/")

    topic = topics.BY_SLUG[slug]
    assert title_of(page) == str(topic.title)
    assert english(page) == []
    assert all(str(source) in unescape(page) for source in topic.sources)
    assert {link.url for link in topic.further} <= links_of(page)
    assert 'style="' not in page  # in code to copy it is escaped


def test_no_page_of_the_guide_has_a_link_that_leads_nowhere():
    provider()
    client, seen, waiting = Client(), set(), {"/guide/", "/guide/questions/", address(FIRST)}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response = client.get(path, headers=CHINESE)
        assert response.status_code in (200, 302), path
        if path.startswith("/guide/"):
            waiting |= {url for url in links_of(response.content.decode()) if url.startswith("/")} - seen
    assert {f"/guide/questions/{slug}/" for slug in STABLE} <= seen
    assert {"/query/", "/navigation/", "/navigation/find/", "/recover/password/", "/filings/"} <= seen


def test_figures_follow_the_running_rules(monkeypatch):
    monkeypatch.setattr(figures, "WORKING_DAYS", 17)
    monkeypatch.setattr(figures.views, "RECOVERIES_AN_HOUR", 3)

    assert "17 个工作日" in page_of("/guide/questions/how-long/")
    assert "每小时最多可申请 3 次" in page_of("/guide/questions/lost-password/")


def test_every_kind_of_approval_and_every_bureau_is_listed():
    approvals = page_of("/guide/questions/prior-approval/")
    bureaus = page_of("/guide/questions/which-bureau/")

    assert re.findall(r'data-label="内容类型">([^<]+)<', approvals) == [
        row.name for row in code_tables.PRIOR_APPROVALS if row.same_as is None
    ]
    assert re.findall(r'data-label="备案号首字">([^<]+)<', bureaus) == [row.char for row in provinces.PROVINCES]
    assert all(row.bureau in bureaus for row in provinces.PROVINCES)


def test_no_content_that_needs_an_approval_is_listed_twice():
    end = "/guide/?charge=no&reach=domain&number=no&nature=5&province=110000&host=none"

    assert page_of(end).count("网络预约车") == 1


def test_the_two_subjects_are_drawn_with_numbers_as_the_register_makes_them():
    page = page_of("/guide/questions/two-websites/")

    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    year = timezone.localdate().year
    assert len(drawings) == 2
    assert f"京ICP备{year}000001号-1" in drawings[0]
    assert f"京ICP备{year}000001号-2" in drawings[0]
    assert all('role="img"' in drawing and "<title" in drawing for drawing in drawings)
    assert not re.search(r'\b(style|fill|stroke)="', "".join(drawings))


@pytest.mark.parametrize("path", ["/", "/query/", "/navigation/"])
def test_the_guide_is_linked_from_the_public_pages(path):
    page = page_of(path)

    assert 'href="/guide/"' in page
    assert 'href="/guide/questions/"' in page


# --- Checked by a person --------------------------------------------------------------------------------


@pytest.fixture
def operator(settings) -> Client:
    settings.RELAX_SECOND_FACTOR = True
    return sign_in(Client(), user(Party.MINISTRY, name="运营员甲"))


def statuses(client: Client) -> dict[str, str]:
    """Return the status of each page of the guide on the operators' desk, by key."""
    rows = client.get("/ministry/guide/").context["rows"]
    return {row["page"].key: str(row["pill"].label) for row in rows}


def test_every_page_names_the_day_on_which_a_person_has_checked_it(operator, time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 10, tzinfo=UTC), tick=False)
    for key in checks.PAGES:
        assert operator.post(f"/ministry/guide/{key}/checked/").status_code == 302
    time_machine.move_to(datetime(2026, 9, 1, 10, tzinfo=UTC), tick=False)
    assert set(statuses(operator).values()) == {"核对后未变更"}
    for page in checks.PAGES.values():
        shown = page_of(page.link.url)
        assert "2026年3月2日已对照依据核对" in shown.replace(" ", "")
        assert all(str(source) in unescape(shown) for source in page.sources)


def test_a_page_nobody_has_checked_says_so(operator):
    assert set(statuses(operator).values()) == {"尚未核对"}
    assert "本系统管理员尚未对照依据核对" in page_of("/guide/questions/how-long/")
    assert "有 22 页待核对" in operator.get("/ministry/guide/").content.decode()


def test_a_page_whose_rules_have_changed_in_code_is_to_be_checked_again(operator, tmp_path, monkeypatch):
    """A comment is no change of a rule."""
    find, source = checks.find_spec, Path(clock.__file__).read_text()
    changed = tmp_path / "clock.py"
    monkeypatch.setattr(
        checks,
        "find_spec",
        lambda name: SimpleNamespace(origin=str(changed)) if name == "filings.clock" else find(name),
    )
    changed.write_text(source)
    checks.digest_of.cache_clear()
    for key in ("how-long", "ip-only"):
        operator.post(f"/ministry/guide/{key}/checked/")

    changed.write_text(f"{source}\n# a comment\n")
    checks.digest_of.cache_clear()
    assert (statuses(operator)["how-long"], statuses(operator)["ip-only"]) == ("核对后未变更", "核对后未变更")
    changed.write_text(source.replace("WORKING_DAYS = 20", "WORKING_DAYS = 30"))
    checks.digest_of.cache_clear()
    assert (statuses(operator)["how-long"], statuses(operator)["ip-only"]) == ("核对后有变更", "核对后未变更")
    operator.post("/ministry/guide/how-long/checked/")
    assert statuses(operator)["how-long"] == "核对后未变更"
    checks.digest_of.cache_clear()


def test_who_checked_is_on_record_for_good(operator):
    operator.post("/ministry/guide/how-long/checked/")
    made = GuideCheck.objects.get()
    assert (made.page, made.actor_name, made.digest) == ("how-long", "运营员甲", checks.digest_of("how-long"))
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        GuideCheck.objects.update(page="ip-only")
    assert operator.post("/ministry/guide/no-such-page/checked/").status_code == 404


def test_the_guide_says_where_things_are_done_here():
    """Apps are filed here, a website is added from the record, a licence follows the number."""
    app, add, licence = (page_of(checks.PAGES[f"end-{kind}"].link.url) for kind in ("app", "add_to_number", "licence"))
    for page in (app, add, licence):
        assert "/filings/begin/" in links_of(page)
    assert "本系统只办理网站备案" not in app
    assert "/records/" in links_of(app) & links_of(add)
    assert "先备案，后申请许可" in licence
    change = page_of("/guide/questions/change-a-filing/")
    assert "更换证件" in change
    assert "无需注销" in page_of("/guide/questions/mini-program-and-domain/")
