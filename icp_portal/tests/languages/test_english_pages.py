"""English pages show Chinese only where somebody has typed it, or where it is an official name, number or title.

Goes over every public, sign-in and host address of ``access_table``, which has all addresses of the portal.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import languages
from accounts.models import Party
from filings import fields
from filings.actors import portal
from filings.moves.moving import record
from filings.services import drafting
from filings.states import Status
from icp_portal.guide import topics
from icp_portal.guide.questions import UNKNOWN
from icp_portal.tests.access.access_accounts import ACCOUNT_ARGS, ACCOUNTS
from icp_portal.tests.access.access_answers import PAGE, ROLES
from icp_portal.tests.access.access_table import TABLE
from icp_portal.tests.builders import BEIJING, PASSWORD, case_at, user
from icp_portal.tests.languages.test_messages import ATTRIBUTE, UNSEEN
from icp_portal.tests.visitors import World, browser
from ministry.reference import code_tables, divisions, english, provinces
from ministry.rules import english as rules

pytestmark = pytest.mark.django_db

IN_ENGLISH = {"accept-language": "en"}
# Also the comma of a list, the full stop and the full-width forms
CHINESE = re.compile(r"[\u3001\u3002\u3400-\u9fff\uff01-\uff5e]")

# --- What may be Chinese ----------------------------------------------------------------------------

OUR_APPS = ("accounts", "providers", "bureaus", "filings", "ministry", "records", "interchange")
# Rows that come with the portal: their texts and names are translated.
OFFICIAL_ROWS = {"ministry.provincerule", "ministry.rulechange", "ministry.calendarday", "bureaus.bureau"}
AUDIT = {"ministry.auditwaiting", "ministry.auditentry"}  # repeats changed rows
MAILS = {"ministry.mail"}  # in the language of the account they go to

FIRST_CHARACTERS = "".join(province.char for province in provinces.PROVINCES) + "".join(
    provinces.ALTERNATE_CHARS.values()
)
# titles, with the number of the notice; numbers of orders and notices
TITLES = re.compile(r"《[^》]*》(?:（[^（）]*〔\d{4}〕\d+号）)?|\w*〔\d{4}〕\d+号")
PATTERNS = (
    re.compile(rf"[{FIRST_CHARACTERS}](?:ICP备\d+号(?:-\d+[A-Z]?)?|公网安备\d+号|[A-Z]\d?-\d+(?:-\d+[A-Z]?)?)"),
    # masked values
    re.compile(r"\S{1,6}\*{2,}\S*"),
    # where a page explains the first character of a number
    re.compile(rf"(?<![\u3400-\u9fff])[{FIRST_CHARACTERS}](?![\u3400-\u9fff])"),
    # what has to be typed in Chinese
    re.compile(r"^Example: .*"),
)
SWITCH = "中文"


def texts_of(value: Any) -> Iterator[str]:
    """Yield each line of each text in a stored value, blanks as a page shows them."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, str):
        yield from (" ".join(line.split()) for line in value.splitlines())


def typed() -> set[str]:
    """Return all stored texts but those that come with the portal: what people have typed."""
    return {
        text
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and model._meta.label_lower not in OFFICIAL_ROWS | AUDIT | MAILS
        for row in model._base_manager.all()
        for text in of_row(row)
        if CHINESE.search(text)
    }


def of_row(row: Model) -> Iterator[str]:
    translated = "note" if getattr(row, "note_english", "") else None
    for column in row._meta.concrete_fields:
        if column.attname != translated:
            yield from texts_of(getattr(row, column.attname))


def official() -> set[str]:
    """Return names beside their English ones, the English texts of rules that quote Chinese, and names of places."""
    named = {f"{said} ({name})" for name, said in english.ON_PAPER.items()}
    places = {row.name for row in divisions._divisions().values()}
    return {SWITCH, *named, *rules.ADVICE.values(), *rules.SOURCES.values(), *places} - {""}


# --- What a page shows ------------------------------------------------------------------------------

# What these enclose is read in one line with what surrounds it.
INLINE = re.compile(r"</?(?:a|b|bdi|cite|code|em|i|kbd|small|span|strong|time)\b[^>]*>")


def lines(page: str) -> Iterator[str]:
    """Yield what a reader of the page meets, line by line."""
    page = UNSEEN.sub("", page)
    for text in (*re.split(r"<[^>]*>", INLINE.sub("", page)), *ATTRIBUTE.findall(page)):
        yield " ".join(html.unescape(text).split())


def unknown(line: str, known: Iterable[str]) -> str:
    """Return what is left of a line without what may be Chinese; ``known`` has the longest texts first."""
    line = TITLES.sub("", line)
    for text in known:
        line = line.replace(text, "")
    for pattern in PATTERNS:
        line = pattern.sub("", line)
    return line


def left_over(pages: dict[str, str]) -> dict[str, str]:
    """Return the lines that show Chinese which nobody has typed and which is not official, each with its page."""
    known = sorted(typed() | official(), key=len, reverse=True)
    seen = {line: url for url, page in pages.items() for line in lines(page) if CHINESE.search(line)}
    return {line: url for line, url in seen.items() if CHINESE.search(unknown(line, known))}


def open_all(client: Client, urls: Iterable[str]) -> dict[str, str]:
    """Return the pages in English, by address."""
    pages = {}
    for url in urls:
        response = client.get(url, headers=IN_ENGLISH)
        assert response.status_code == PAGE, url
        if response["Content-Type"].startswith("text/html"):
            pages[url] = response.content.decode()
            assert '<html lang="en">' in pages[url], url
    return pages


# --- The pages --------------------------------------------------------------------------------------

FILES = {"filings:summary", "records:proof_pdf"}
IN_BOTH = {"interface:codes", "interface:sample"}  # what the interface itself says, which is Chinese
READERS = {"anonymous", "owner", "host"}  # the last is to take over a website of the owner's


def addresses(world: World, status: Status, role: str) -> list[str]:
    """Return the addresses that a reader can open at this status; of those that everybody can, only the visitor."""
    return [
        world.url(name, row.args)
        for name, row in TABLE.items()
        if row.at == status
        and name not in FILES | IN_BOTH
        and row.get[ROLES.index(role)] == PAGE
        and (role == "anonymous" or row.get[ROLES.index("anonymous")] != PAGE)
        and (role != "host" or row.get[ROLES.index("owner")] != PAGE)
    ]


@pytest.mark.parametrize(
    "status", sorted({row.at for row in TABLE.values() if PAGE in {row.get[ROLES.index(role)] for role in READERS}})
)
def test_pages_of_visitors_and_hosts_show_no_chinese_but_names(status):
    world, pages = World(status), {}
    for role in sorted(READERS):
        pages |= open_all(browser(world.members[role]), addresses(world, status, role))

    assert left_over(pages) == {}


def test_every_page_of_the_form_shows_no_chinese_but_names():
    pages = {}
    for individual, province in ((True, BEIJING), (False, "320000")):
        services = [code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]
        case = case_at(Status.DRAFT, province=province, individual=individual, services=services)
        client, filing = browser(case.filing.host), case.filing
        of_it = [
            reverse("filings:section", args=[filing.pk, section.id]) for section in fields.sections_of(filing.facts)
        ]
        pages |= open_all(client, [reverse("filings:check", args=[filing.pk]), *of_it])

    assert left_over(pages) == {}


def test_sign_in_and_guide_show_no_chinese_but_names():
    signed_in = browser(user(Party.HOST, password=PASSWORD))
    account = [reverse(name, args=ACCOUNT_ARGS.get(name, ())) for name, said in ACCOUNTS.items() if said == PAGE]
    first = f"/guide/?charge=no&reach=domain&number=no&host={UNKNOWN}"
    ends = [f"{first}&nature={nature}&province={province}" for nature in "345" for province in ("310000", "320000")]
    guide = ["/guide/", "/guide/?charge=no&reach=domain&number=no", *ends]
    questions = [reverse("guide:topic", args=[topic.slug]) for topic in (*topics.OFFICIAL, *topics.ALSO_ASKED)]

    pages = open_all(Client(), [*account, *guide, *questions])
    pages |= open_all(signed_in, [reverse(name) for name in ("account_email", "account_change_password", "mfa_index")])

    assert left_over(pages) == {}


def test_days_off_and_make_up_days_have_english_names(time_machine):
    time_machine.move_to(datetime(2026, 9, 21, 9, tzinfo=timezone.get_default_timezone()))
    filing = case_at(Status.WITH_BUREAU).filing
    pages = open_all(browser(filing.host), [reverse("filings:status", args=[filing.pk])])
    pages |= open_all(Client(), [reverse("guide:topic", args=["how-long"])])

    assert left_over(pages) == {}
    for page in pages.values():
        shown = " ".join(lines(page))
        assert [name for name in ("Mid-Autumn Festival", "National Day", "Make-up day") if name not in shown] == []


@pytest.mark.parametrize(
    ("line", "is_left_over"),
    [
        ("<p>Filing password</p>", False),
        ("<p>备案密码</p>", True),
        ('<p><img alt="备案密码"></p>', True),
        ("<p>北京市 海淀区, 京ICP备2026000001号-1, 《示例办法》, 示例路****</p>", False),
        ("<p>It begins with 京.</p>", False),
        ("<p>Resident identity card (居民身份证)</p>", False),
        ("<p>居民身份证</p>", True),
        ("<p>Beijing、Hebei</p>", True),
        ("<p>Example: 示例科技官网</p>", False),
        ("<p>证件的剩余有效期须不少于3个月；快到期的，请先换新证。</p>", True),
    ],
)
def test_chinese_would_be_seen(line, is_left_over):
    assert bool(left_over({"page": line})) == is_left_over


def test_a_history_shows_notes_of_the_portal_in_the_language_of_the_page_and_typed_ones_as_typed():
    filing = case_at(Status.WITH_BUREAU).filing
    with languages.of_page("en"):
        event = record(filing, "close", portal(), note="材料不实")
    client, url = browser(filing.host), reverse("filings:status", args=[filing.pk])

    def notes(language: str) -> list[str]:
        page = client.get(url, headers={"accept-language": language}).content.decode()
        return re.findall(r'class="timeline-note">([^<]*)<', page)

    assert event.actor_name == "备案系统"
    page = client.get(url, headers={"accept-language": "en"}).content.decode()
    assert ("the portal" in page, "备案系统" in page) == (True, False)
    assert notes("en") == ["材料不实", "face-to-face photo of the website&#x27;s responsible person"]
    assert notes("zh-CN") == ["材料不实", "网站负责人当面核验照片"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_names_within_a_stored_note_are_in_its_language_whoever_causes_it(language):
    filing = case_at(Status.DRAFT).filing
    with languages.of_page(language):
        note = drafting.labels(filing, ["websites.0.papers.approval.1.1", "websites.0.name"])

    assert note == "前置审批文件（新闻）、网站名称"
    assert not CHINESE.search(note.english.replace("新闻", ""))
