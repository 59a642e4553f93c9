"""Violating services: those with a domain on the blacklist have a tab of their own."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from icp_portal.tests import page_parts
from ministry.models import BlacklistedDomain, Website
from ministry.reference import code_tables
from ministry.reference.lookups import understand
from ministry.register import ends, public_search
from ministry.register.public_search import Match, SearchScope
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NOON = time(12, tzinfo=ZoneInfo("Asia/Shanghai"))


def listed(domain: str, since: date = register_rows.TODAY, until: date | None = None) -> BlacklistedDomain:
    return BlacklistedDomain.objects.create(
        domain=domain, reason="传播违法信息", source="通知", since=since, until=until
    )


def found(text: str) -> list[int | None]:
    return keys(public_search.found(understand(text), SearchScope.VIOLATING))


def with_part(text: str) -> list[int | None]:
    return keys(public_search.with_part(text, SearchScope.VIOLATING))


def keys(matches: list[Match]) -> list[int | None]:
    return [match.website and match.website.pk for match in matches]


def test_violating_services_are_found_in_their_own_tab_in_force_or_not(django_assert_num_queries):
    live, gone, lawful = website_of("在案有限公司"), website_of("已注销有限公司"), website_of("守法有限公司")
    for website in (live, gone):
        listed(website.domain)
    ends.cancel_website(gone.pk, register_rows.TODAY)

    for website in (live, gone):
        for text in (str(website.number), str(website.subject.number), website.domain, website.subject.name):
            with django_assert_num_queries(1):
                assert found(text) == [website.pk]
    assert found(lawful.domain) == found(lawful.subject.name) == []


def test_violating_services_are_found_by_a_part_of_their_units_name(client):
    """In force or cancelled, by the domain or a further one; not of an individual, and not when the entry has ended."""
    who = {"nature": code_tables.PERSON, "cert_type": register_rows.RESIDENT_ID, "cert_number": "110105199001010011"}
    live, gone, person = website_of("云岭甲公司"), website_of("云岭乙公司"), website_of("云岭丙", **who)
    further, left = website_of("云岭丁公司"), website_of("云岭戊公司")
    for website in (further, left):
        Website.objects.filter(pk=website.pk).update(further_domains=[f"further-{website.pk}.cn"])
    ends.cancel_website(left.pk, register_rows.TODAY)
    ends.cancel_subject(gone.subject_id, register_rows.TODAY)
    for one in (live.domain, gone.domain, person.domain, f"further-{further.pk}.cn", f"further-{left.pk}.cn"):
        listed(one)
    before, yesterday = (register_rows.TODAY - timedelta(days=days) for days in (9, 1))
    listed(live.domain, before)  # twice on the list
    listed(website_of("云岭己公司").domain, before, yesterday)
    website_of("云岭庚公司")  # its domain is not on the list

    assert set(with_part("云岭")) == {live.pk, gone.pk, further.pk, left.pk}
    assert len(with_part("云岭")) == 4
    assert [with_part(text) for text in ("岭甲", "云岭丙", "云岭己", "云岭庚", "云")] == [[live.pk], [], [], [], []]
    page = client.get("/query/", {"q": "云岭", "kind": "violating"})
    assert {row["number"] for row in page.context["rows"]} == {one.number for one in (live, gone, further, left)}
    assert "Looked up: organisations whose name contains “云岭”" in page.content.decode()


def test_an_individual_is_not_found_by_a_part_of_the_name_and_the_page_says_so(client):
    page = client.get("/query/", {"q": "云岭", "kind": "violating"})

    assert page_parts.texts(page, "//*[@class='empty']//h2") == ["Not on the list of violations"]
    (why,) = page_parts.texts(page, "//*[@class='empty']//p[1]")
    assert why.endswith("Enter 2 characters or more of an organisation’s name, or an individual’s full name.")


def test_only_what_is_on_the_blacklist_today_is_violating():
    website, day = website_of("云岭公司"), timedelta(days=1)
    listed(website.domain, until=register_rows.TODAY)
    for ahead, expected in ((0, [website.pk]), (1, [])):
        with time_machine.travel(datetime.combine(register_rows.TODAY + ahead * day, NOON), tick=False):
            assert found(website.domain) == expected
    listed(website.domain, since=register_rows.TODAY + 2 * day)
    with time_machine.travel(datetime.combine(register_rows.TODAY + day, NOON), tick=False):
        assert found(website.domain) == []


def test_a_violating_individual_is_not_found_by_name_once_the_record_is_cancelled():
    who = {"nature": code_tables.PERSON, "cert_type": register_rows.RESIDENT_ID, "cert_number": "110105199001010011"}
    website = website_of("王小明", **who)
    listed(website.domain)
    assert found("王小明") == [website.pk]

    ends.cancel_subject(website.subject_id, register_rows.TODAY)
    assert found("王小明") == []
    assert found(website.domain) == [website.pk]


@pytest.mark.parametrize("is_filed", [True, False])
def test_a_listed_domain_is_told_whether_or_not_it_is_on_record(client, is_filed):
    domain = website_of("云岭公司").domain if is_filed else "unlawful.cn"
    listed(domain)
    page = client.get("/query/", {"q": domain, "kind": "violating"})

    assert page.context["listed_since"] == register_rows.TODAY
    assert len(page.context["rows"]) == is_filed
    told = page.content.decode()
    assert ["broke the law since" in told, "Nothing on record" in told] == [True, False]
    assert (f'href="/query/{domain}/"' in told) == is_filed
    assert client.get("/query/", {"q": domain}).context["listed_since"] is None  # only in their own tab


def holder(name: str, domain: str, since: date) -> Website:
    """A website that has had its domain on record since a day."""
    website = register_rows.website(register_rows.subject(name=name), domain=domain)
    Website.objects.filter(pk=website.pk).update(approved_on=since)
    return website


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_website_that_gave_its_domain_up_before_it_was_listed_is_not_violating(client, is_cancelled):
    """The later holder is, also once it is cancelled; nobody is whose website was gone by then."""
    days = [register_rows.TODAY - timedelta(days=days) for days in (30, 20, 10, 5)]
    first = holder("前手甲公司", "passed.cn", days[0])
    ends.cancel_website(first.pk, days[1])
    later = holder("后手乙公司", "passed.cn", days[2])
    alone = holder("丙公司", "alone.cn", days[0])
    ends.cancel_website(alone.pk, days[1])
    for domain in ("passed.cn", "alone.cn"):
        listed(domain, days[3])

    if is_cancelled:
        ends.cancel_subject(later.subject_id, register_rows.TODAY)

    assert [found(one.subject.name) for one in (first, later, alone)] == [[], [later.pk], []]
    assert [with_part(text) for text in ("前手", "后手")] == [[], [later.pk]]
    assert found("passed.cn") == [later.pk]
    pages = [client.get(f"/query/{one.number}/") for one in (first, later, alone)]
    expected = [[], [("passed.cn", days[3])], []]
    assert [page.context["listed"] for page in pages] == expected


def test_a_website_that_was_listed_and_then_cancelled_is_violating():
    first = holder("前手甲公司", "passed.cn", register_rows.TODAY - timedelta(days=30))
    listed("passed.cn", register_rows.TODAY - timedelta(days=25))
    ends.cancel_website(first.pk, register_rows.TODAY - timedelta(days=20))
    holder("后手乙公司", "passed.cn", register_rows.TODAY)

    assert found("前手甲公司") == [first.pk]
