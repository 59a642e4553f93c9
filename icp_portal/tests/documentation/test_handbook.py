"""The handbook: every page of a desk has its section; each section is whole in both languages and true to the code."""

import functools
import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as project
from django.template.loader import render_to_string
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from accounts.models import Party
from bureaus.models import ReviewerRole
from bureaus.tabs import DUE_SOON
from filings import clock
from filings.moves import assignment, endings
from filings.review import questions
from filings.states import Status
from icp_portal.handbook import figures
from icp_portal.handbook.chapters import Chapter
from icp_portal.handbook.places import CHAPTERS, PLACES, chapters_of, url_about
from icp_portal.tests.access.access_accounts import DESK_PAGES
from icp_portal.tests.access.access_answers import PAGE, ROLES
from icp_portal.tests.builders import host_user, provider, reviewer_user, sign_in, staff_user, user
from icp_portal.tests.languages.test_messages import CATALOGUE, english
from icp_portal.tests.visitors import World, names, rows_at, with_second_factor
from providers.models import StaffRole

pytestmark = pytest.mark.django_db

# The namespaces of the desks' addresses; what has none and is the operators' too.
NAMESPACES = (
    *("provider_desk", "on_behalf", "bureau_desk", "connections", "reporting"),
    *("ministry_desk", "operators", "calendar", "guide_desk"),
)
ALONE = {"portal_status"}
# Django's own addresses in an admin site, none of them a page: they lead to the table of contents.
WITHOUT_SECTION = {
    f"{desk}:{page}" for desk in ("provider_desk", "bureau_desk", "ministry_desk") for page in DESK_PAGES
}

CHINESE, ENGLISH = "zh-hans", "en"
PARTS = 5  # when, what one needs, steps, what follows, what to do if it goes wrong
MOST_BYTES = 80 * 1024
FOLDER = Path(project.BASE_DIR, "templates", "handbook")
QUOTED = re.compile("“([^“”]*)”")
SECTION = re.compile(r'<section class="handbook-task" id="([a-z-]+)".*?</section>', re.DOTALL)
PART = re.compile(r"<h3>(.*?)</h3>\s*<(?:div|ol)>(.*?)</(?:div|ol)>", re.DOTALL)
HEADER_LINK = re.compile(r'<a href="(/handbook/[^"]*)">')


@pytest.fixture
def operator() -> Client:
    return sign_in(Client(), with_second_factor(user(Party.MINISTRY)))


def read(client: Client, url: str, language: str = CHINESE) -> str:
    with translation.override(language):
        response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def sections_of(page: str) -> dict[str, str]:
    """The sections of a chapter's page: anchor → HTML."""
    found = {section[1]: section[0] for section in SECTION.finditer(page)}
    assert len(found) == len(SECTION.findall(page))
    return found


# --- From each page to its section ------------------------------------------------------------------------


def addresses() -> set[str]:
    """The URL names of all addresses of the desks."""
    every = set(names(get_resolver().url_patterns))
    return {name for name in every if name.partition(":")[0] in NAMESPACES} | (every & ALONE)


def test_each_address_of_the_desks_has_one_section():
    told = [name for chapter in CHAPTERS for task in chapter.tasks for name in task.pages]

    assert addresses() == set(told) | WITHOUT_SECTION
    assert (len(told), set(told) & WITHOUT_SECTION) == (len(set(told)), set())


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_each_section_is_in_its_chapter(operator, chapter, language):
    found = sections_of(read(operator, chapter.url, language))

    assert list(found) == [task.anchor for task in chapter.tasks]


def test_each_page_of_a_desk_links_to_its_section():
    """Walks what staff, reviewer and operator can open while a filing is with the bureau."""
    world, wrong, seen = World(Status.WITH_BUREAU), [], set()
    for role in ("staff", "reviewer", "operator"):
        client, party = world.browser(role), world.members[role].party
        for name, row in rows_at(Status.WITH_BUREAU).items():
            if row.get[ROLES.index(role)] != PAGE or name not in PLACES:
                continue
            response = client.get(world.url(name, row.args))
            if not response["Content-Type"].startswith("text/html") or response.status_code != PAGE:
                continue
            links = HEADER_LINK.findall(response.content.decode())
            if "<header" in response.content.decode():
                seen.add(name)
                wrong += [(name, links)] if links[:1] != [url_about(party, name)] else []

    assert wrong == []
    assert {"provider_desk:verify", "bureau_desk:review", "operators:log", "on_behalf:section"} <= seen
    assert len(seen) > 60


@pytest.mark.parametrize("table", ["ministry_provincerule", "providers_staff", "filings_filecheck"])
def test_the_tables_of_the_operators_link_to_their_section(operator, table):
    name = f"ministry_desk:{table}_changelist"

    assert HEADER_LINK.findall(read(operator, reverse(name)))[:1] == [url_about(Party.MINISTRY, name)]


@pytest.mark.parametrize(
    ("party", "page", "url"),
    [
        (Party.PROVIDER, "provider_desk:pause", "/handbook/verifying/#hold-or-close"),
        (Party.BUREAU, "bureau_desk:board", "/handbook/heading-a-bureau/#board"),
        (Party.MINISTRY, "calendar:edit", "/handbook/rules-and-dates/#calendar"),
        # a page that is not of one's desk, or of no desk
        (Party.PROVIDER, "bureau_desk:board", "/handbook/"),
        (Party.BUREAU, "query", "/handbook/"),
        (Party.MINISTRY, "", "/handbook/"),
        (Party.HOST, "filings:home", ""),
        ("", "home", ""),
    ],
)
def test_where_a_page_leads(party, page, url):
    assert url_about(party, page) == url


def test_hosts_and_visitors_see_no_link():
    for client in (Client(), sign_in(Client(), host_user())):
        assert "/handbook/" not in read(client, "/query/")


# --- Who may read it --------------------------------------------------------------------------------------


def status(client: Client, url: str) -> int:
    return client.get(url).status_code


def readable(client: Client) -> set[str]:
    """The chapters that answer with a page; the others answer 404."""
    answers = {chapter.slug: status(client, chapter.url) for chapter in CHAPTERS}
    assert set(answers.values()) <= {200, 404}
    return {slug for slug, answer in answers.items() if answer == 200}


def slugs(chapters: Collection[Chapter]) -> set[str]:
    return {chapter.slug for chapter in chapters}


@pytest.mark.parametrize("role", StaffRole)
def test_staff_of_a_provider_read_about_their_desk(role):
    client = sign_in(Client(), with_second_factor(staff_user(provider(), role)))

    assert (status(client, "/handbook/"), readable(client)) == (200, slugs(chapters_of(Party.PROVIDER)))


@pytest.mark.parametrize("role", ReviewerRole)
def test_reviewers_read_about_their_desk(role):
    client = sign_in(Client(), with_second_factor(reviewer_user(role=role)))

    assert (status(client, "/handbook/"), readable(client)) == (200, slugs(chapters_of(Party.BUREAU)))


def test_operators_read_all(operator):
    assert (status(operator, "/handbook/"), readable(operator)) == (200, slugs(CHAPTERS))
    for chapter in CHAPTERS:
        assert f'href="{chapter.url}"' in read(operator, "/handbook/")


def test_the_contents_name_only_chapters_of_the_own_desk():
    page = read(sign_in(Client(), with_second_factor(staff_user(provider()))), "/handbook/")

    named = set(re.findall(r'href="/handbook/([a-z-]+)/', page.partition("<main")[2]))
    assert named == slugs(chapters_of(Party.PROVIDER))


def unappointed(party: Party) -> Client:
    """An account of a party whom no organisation has appointed."""
    return sign_in(Client(), with_second_factor(user(party)))


def test_strangers_find_nothing():
    host = sign_in(Client(), host_user())
    former = sign_in(Client(), with_second_factor(staff_user(provider(is_active=False))))
    clients = [host, unappointed(Party.PROVIDER), unappointed(Party.BUREAU), former]

    assert [(status(client, "/handbook/"), readable(client)) for client in clients] == [(404, set())] * 4
    asked = Client().get("/handbook/verifying/")
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/login/?next=/handbook/verifying/")


def test_other_addresses_and_methods(operator):
    assert [status(operator, f"/handbook/{slug}/") for slug in ("none", "queue", "a" * 300)] == [404] * 3
    assert operator.post("/handbook/").status_code == 405
    assert operator.post("/handbook/verifying/").status_code == 405


def test_staff_without_second_factor_set_it_up_first(settings):
    settings.RELAX_SECOND_FACTOR = False
    client = sign_in(Client(), staff_user(provider()))

    assert client.get("/handbook/")["Location"] == "/accounts/2fa/"


# The reader, whether its desk lets it in.
STAFFS_PAGE, OPERATORS_PAGE = 2, 1


@pytest.mark.parametrize("url", ["/handbook/", "/handbook/verifying/"])
def test_a_page_costs_what_the_permission_costs(settings, django_assert_num_queries, operator, url):
    settings.RELAX_SECOND_FACTOR = True
    staff = sign_in(Client(), staff_user(provider()))
    for client, literal in ((staff, STAFFS_PAGE), (operator, OPERATORS_PAGE)):
        status(client, url)
        with django_assert_num_queries(literal):
            status(client, url)


# --- What it says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_chapter_is_whole_in_chinese(operator, chapter):
    page = read(operator, chapter.url)

    assert english(page) == []
    assert {anchor: filled(section) for anchor, section in sections_of(page).items()} == dict.fromkeys(
        (task.anchor for task in chapter.tasks), PARTS
    )


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_chapter_is_whole_in_english(operator, chapter):
    sections = sections_of(read(operator, chapter.url, ENGLISH))

    assert {anchor: filled(section) for anchor, section in sections.items()} == dict.fromkeys(sections, PARTS)
    assert [anchor for anchor, section in sections.items() if re.search("[\u4e00-\u9fff]", words(section))] == []


def words(section: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", section))


def filled(section: str) -> int:
    """How many parts of a section say something, each under a heading of its own."""
    parts = PART.findall(section)
    return len({heading for heading, text in parts if len(words(text).strip()) > 1})


def rendered(task_template: str, language: str) -> str:
    with translation.override(language):
        return words(render_to_string(task_template, figures.of_handbook()))


TEMPLATES = sorted({template for chapter in CHAPTERS for _task, template in chapter.sections})


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_quoted_stands_so_on_the_pages(template):
    """Each label in quotation marks is a message of the portal, and the Chinese text quotes its translation."""
    quoted = set(QUOTED.findall(rendered(template, ENGLISH)))

    with_number = label_with_number()
    assert quoted - labels_elsewhere() - set(with_number) == set()
    assert {(CATALOGUE | with_number)[label] for label in quoted} == set(QUOTED.findall(rendered(template, CHINESE)))


@functools.cache
def labels_elsewhere() -> set[str]:
    """The messages that the catalogue has and the handbook's own texts are not."""
    own = {message for text in texts().values() for message in messages_of(text)}
    return set(CATALOGUE) - own


def label_with_number() -> dict[str, str]:
    """The label whose number comes from the code: English → Chinese."""
    with translation.override(ENGLISH):
        label = str(DUE_SOON)
    with translation.override(CHINESE):
        return {label: str(DUE_SOON)}


def texts() -> dict[str, str]:
    """The handbook's templates: path → source."""
    return {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in sorted(FOLDER.rglob("*.html"))}


def test_each_template_is_a_task_s_and_none_is_left_over():
    of_pages = {"task.html", "index.html", "chapter.html", "_tasks.html", "_picture.html"}

    assert set(texts()) - of_pages == {template.removeprefix("handbook/") for template in TEMPLATES}


def test_figures_are_named_by_the_text_and_none_is_missing():
    named = {name for text in texts().values() for name in re.findall(r"{{ (\w+) }}", text)}

    assert named - {"url", "desk", "desk_name", "roles"} == set(figures.of_handbook())


def test_no_limit_is_typed():
    """Labels are quoted; day 1 is the first day, 0 a value to type."""
    allowed = {"1", "0"}
    sources = {name: text for name, text in texts().items() if f"handbook/{name}" in TEMPLATES}
    messages = {message for text in sources.values() for message in messages_of(text)}
    in_both = (*messages, *(CATALOGUE[message] for message in messages))
    typed = {text for text in in_both if set(re.findall(r"\d+", QUOTED.sub("", text))) - allowed}

    assert (typed, len(messages) > 400) == (set(), True)


def messages_of(source: str) -> Iterator[str]:
    """The messages of a template: those of a block on one line, its figures as in the catalogue."""
    yield from re.findall(r'{% translate "([^"]*)"', source)
    for block in re.findall(r"{% blocktranslate trimmed %}(.*?){% endblocktranslate %}", source, re.DOTALL):
        yield re.sub(r"{{ (\w+) }}", r"%(\1)s", " ".join(map(str.strip, block.strip().splitlines())))


def section(client: Client, slug: str, anchor: str, language: str = CHINESE) -> str:
    return words(sections_of(read(client, f"/handbook/{slug}/", language))[anchor])


def test_limits_follow_the_code(operator, monkeypatch, settings):
    monkeypatch.setattr(clock, "WORKING_DAYS", 17)
    monkeypatch.setattr(assignment, "LEASE", timedelta(minutes=45))
    monkeypatch.setattr(questions, "DAYS", (4, 6))
    settings.SHELL_PUBLIC_DAYS = 9

    assert "收到备案单后 17 个工作日内须作出决定" in section(operator, "reviewing", "deadline")
    assert "within 17 working days of receipt" in section(operator, "reviewing", "deadline", ENGLISH)
    assert "领取后 45 分钟内由您办理" in section(operator, "verifying", "queue")
    assert "选择答复期限：4/6 个工作日" in section(operator, "reviewing", "question")
    assert "9 天后，填写决定文号" in section(operator, "records-and-orders", "shells")
    assert "空壳公示 9 天" in section(operator, "orders-and-figures", "cases")


def test_lists_are_those_of_the_forms_in_both_languages(operator):
    with translation.override(CHINESE):
        reasons = "；".join(map(str, endings.CLOSINGS.values()))

    assert reasons in section(operator, "verifying", "hold-or-close")
    assert "Access has ended; Not served by us; " in section(operator, "orders-and-figures", "unfiled", ENGLISH)


def test_the_month_of_the_calendar_s_notice_is_in_words(operator):
    assert "from November on" in section(operator, "rules-and-dates", "calendar", ENGLISH)
    assert "自十一月起" in section(operator, "rules-and-dates", "calendar")


# --- Pictures ---------------------------------------------------------------------------------------------

PICTURES = {task.picture.name: task.picture for chapter in CHAPTERS for task in chapter.tasks if task.picture}


def test_pictures_are_small_and_none_is_left_over():
    stored = {path.stem: path.stat().st_size for path in Path(project.BASE_DIR, "static", "handbook").iterdir()}

    assert set(stored) == set(PICTURES)
    assert {name: size for name, size in stored.items() if size > MOST_BYTES} == {}
    assert 10 <= len(stored) <= 16


def test_a_picture_has_its_size_its_words_and_comes_late(operator):
    page = read(operator, "/handbook/verifying/")
    (image,) = re.findall(r'<img src="[^"]*provider-queue[^>]*>', page)

    picture = PICTURES["provider-queue"]
    assert f'width="{picture.width}" height="{picture.height}"' in image
    assert 'loading="lazy"' in image
    assert f'alt="{picture.alt}"' in unescape(image)


def test_pictures_are_described_each_in_its_own_words():
    with translation.override(ENGLISH):
        described = [str(picture.alt) for picture in PICTURES.values()]

    assert len({CATALOGUE[words] for words in described}) == len(PICTURES)
