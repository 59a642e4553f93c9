"""The guide's frequently asked questions, and who has checked its pages."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Party
from filings import clock
from icp_portal.guide import checks, figures, topics
from icp_portal.guide.questions import address
from icp_portal.tests.builders import provider, sign_in, user
from icp_portal.tests.guide.guide_pages import CHINESE, FIRST, links_of, page_of, title_of
from icp_portal.tests.languages.test_messages import english
from ministry.models import GuideCheck
from ministry.reference import code_tables, provinces

pytestmark = pytest.mark.django_db


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
