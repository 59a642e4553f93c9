"""Operators find records by number, domain and full name, accounts and blacklist entries by their value."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Party
from icp_portal.tests.builders import blacklisted_domain, blacklisted_subject, on_record, provider, user
from ministry.models import Access, BlacklistedDomain, BlacklistedSubject, Subject, Website
from ministry.operators.records import WebsiteAdmin
from ministry.operators.site import CappedPaginator

pytestmark = pytest.mark.django_db

NAME = "示例（北京）网络有限公司"


@pytest.fixture
def website() -> Website:
    """One of two websites on record, with a name of its own."""
    access_provider = provider()
    on_record(access_provider, domain="other.cn", home_url="other.cn")
    found = on_record(access_provider, domain="xn--fsqu00a.xn--fiqs8s", home_url="xn--fsqu00a.xn--fiqs8s")
    found.subject.name = NAME
    found.subject.save(update_fields=["name"])
    return found


def found(operator, model, text: str) -> list[int]:
    page = operator.get(
        reverse(f"ministry_desk:{model._meta.app_label}_{model._meta.model_name}_changelist"), {"q": text}
    )
    return [row.pk for row in page.context["cl"].result_list]


def words(page: HttpResponse) -> str:
    """The page with white space as a browser shows it."""
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize("ask", ["number", "website_number", "domain", "url", "name", "narrow brackets"])
def test_every_list_of_the_register_is_searched_by_what_people_paste(operator, website, ask):
    text = {
        "number": str(website.subject.number),
        "website_number": str(website.number),
        "domain": "例子.中国",
        "url": "https://www.例子.中国/a?b",
        "name": NAME,
        "narrow brackets": NAME.replace("（", "(").replace("）", ")"),
    }[ask]
    access = Access.objects.get(website=website)
    assert found(operator, Subject, text) == [website.subject_id]
    assert found(operator, Website, text) == [website.pk]
    assert found(operator, Access, text) == [access.pk]


def test_what_has_ended_is_found_too(operator, website):
    Website.objects.filter(pk=website.pk).update(live=False)
    assert found(operator, Subject, "例子.中国") == [website.subject_id]
    assert found(operator, Website, "例子.中国") == [website.pk]


@pytest.mark.parametrize("model", [Subject, Website, Access])
def test_a_text_that_means_nothing_finds_nothing_and_says_why(operator, website, model):
    address = reverse(f"ministry_desk:{model._meta.app_label}_{model._meta.model_name}_changelist")
    page = operator.get(address, {"q": "京ICP备202600001号"})
    assert list(page.context["cl"].result_list) == []
    assert "is not a filing number" in page.content.decode()
    assert found(operator, model, NAME[:4]) == []
    assert len(found(operator, model, "  ")) == 2


def test_accounts_are_found_by_address_in_any_case_and_by_name(operator):
    person = user(Party.HOST, name="张 三")
    for text in (person.email.upper(), f" {person.email} ", "张 三"):
        assert found(operator, type(person), text) == [person.pk]
    assert found(operator, type(person), "张") == []


def test_the_blacklist_is_found_by_name_and_by_web_address(operator):
    subject, domain = blacklisted_subject(), blacklisted_domain("bad.cn")
    assert found(operator, BlacklistedSubject, subject.name) == [subject.pk]
    assert found(operator, BlacklistedDomain, "https://www.BAD.cn/") == [domain.pk]
    assert found(operator, BlacklistedDomain, "good.cn") == []


def test_no_search_compares_capitals_or_parts_and_no_count_reads_the_whole_list(operator, website):
    with CaptureQueriesContext(connection) as queries:
        for text in (str(website.number), "例子.中国", NAME):
            assert found(operator, Website, text) == [website.pk]
    sent = [one["sql"] for one in queries if "ministry_website" in one["sql"]]
    assert [sql for sql in sent if "UPPER(" in sql or "LIKE" in sql] == []
    assert [sql for sql in sent if "COUNT(" in sql and "LIMIT" not in sql] == []


def test_a_list_is_counted_to_its_limit_and_says_that_there_are_more(operator, website, monkeypatch):
    address = reverse("ministry_desk:ministry_website_changelist")
    monkeypatch.setattr(WebsiteAdmin, "list_per_page", 1)
    assert "2 websites" in words(operator.get(address))
    monkeypatch.setattr(CappedPaginator, "MOST", 2)
    page = operator.get(address, {"p": "2"})
    assert len(page.context["cl"].result_list) == 1
    assert "2+ websites" in words(page)
