"""The public pages of a domain and of an IP address, as of a past day."""

from datetime import date, timedelta

import pytest
from django.test import Client

from icp_portal.demo import invent
from icp_portal.tests.builders import blacklisted_domain, number, provider
from ministry.models import Website
from ministry.public import queries
from ministry.reference import code_tables
from ministry.register import ends, public_records, writer
from ministry.register.record_types import PublicService
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATER, LAST = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
BEFORE = TODAY - timedelta(days=1)
OLD_DAY = date(2016, 5, 16)
FIRST, SECOND = "first.cn", "second.cn"


@pytest.fixture
def website() -> Website:
    return register_rows.website(register_rows.subject())


def page(what: object, on: object):
    return Client().get(f"/query/{what}/", {"on": str(on)})


def services(what: object, on: object) -> list[PublicService]:
    """The services on a past day, by the page."""
    found = page(what, on).context["found"]
    return list(found.services) if found else []


def moved(website: Website, on: date) -> Website:
    """The website under the number of another host."""
    there = register_rows.subject(cert_number=invent.credit_code(number()), name="新主办有限公司")
    access = writer.AccessEntry(provider_id=provider().pk, ways=[5], places=[2], ip_ranges=["192.31.196.8"])
    return writer.migrate_website(website.pk, there.pk, (register_rows.entry_of(website), access), on)


def test_a_renamed_website_has_its_name_of_the_day(website):
    before, facts = website.name, {"name": "新名称网站", "domain": website.domain}
    writer.change_website(website.pk, register_rows.entry_of(website, name="新名称网站", facts=facts), LATER)

    said = page(website.domain, LATER - timedelta(days=1))

    assert [one.name for one in said.context["found"].services] == [before]
    assert said.context["found"].as_of == LATER - timedelta(days=1)
    assert "You see the state at the end of 30 July 2026" in said.content.decode()
    assert [one.name for one in services(website.domain, LATER)] == ["新名称网站"]


def test_a_moved_website_is_under_the_number_of_the_day(website):
    there = moved(website, LATER)

    assert [(one.number, one.host) for one in services(website.domain, LATER - timedelta(days=1))] == [
        (website.number, website.subject.name)
    ]
    assert [(one.number, one.host) for one in services(website.domain, LATER)] == [(there.number, "新主办有限公司")]


def test_of_a_domain_that_was_filed_again_the_website_of_the_day_is_shown(website):
    ends.cancel_website(website.pk, LATER)
    second = moved(register_rows.website(website.subject, domain=website.domain), LAST)

    (then,) = services(website.domain, BEFORE + timedelta(days=1))[:1]
    assert services(website.domain, LAST)[0].number == second.number
    assert (then.state, then.cancelled_on, then.providers) == ("on_record", None, 1)
    assert website.number not in [one.number for one in services(website.domain, LATER)]


@pytest.mark.parametrize("domain", ["192.31.196.7", "中文网.中国"])
def test_an_address_and_a_domain_in_chinese_have_past_days_too(domain):
    stored = "xn--fiq228c5hs.xn--fiqs8s" if "中" in domain else domain
    of = register_rows.website(register_rows.subject(), domain=stored, home_url=stored)
    ends.cancel_website(of.pk, LATER)

    assert [one.number for one in services(domain, TODAY)] == [of.number]
    assert services(domain, LATER) == []
    assert services(domain, BEFORE) == []


def test_a_domain_that_was_given_up_is_found_on_the_days_when_it_was_held():
    subject = register_rows.subject()
    Website.objects.filter(pk=(of := register_rows.website(subject, domain=FIRST)).pk).update(approved_on=OLD_DAY)
    of.refresh_from_db()
    writer.enter_further_domains(of.pk, [SECOND], LATER)
    kept = {"name": of.name, "domain": FIRST}
    writer.change_website(of.pk, register_rows.entry_of(of, facts=kept), LAST)

    assert [one.domains for one in services(SECOND, LAST - timedelta(days=1))] == [(FIRST, SECOND)]
    today = Client().get(f"/query/{SECOND}/")
    assert today.status_code == page(SECOND, LAST).status_code == 404
    assert "A website had second.cn on an earlier day." in (text := today.content.decode())
    assert '<input type="date" name="on"' in text
    assert "On 30 August 2026 there was no filing for second.cn." in page(SECOND, LAST).content.decode()
    assert "in the future" in page(SECOND, "2099-01-01").content.decode()
    asked = Client().get(f"/api/v1/domains/{SECOND}").json()
    assert asked["detail"] == "A website had this on an earlier day and gave it up. Ask for a day when it had it."
    assert "on an earlier day" not in page("nothing.cn", LAST).content.decode()
    assert services(FIRST, LATER - timedelta(days=1))[0].domains == (FIRST,)
    assert [one.number for one in services(FIRST, LAST)] == [of.number]

    ends.cancel_website(of.pk, LAST + timedelta(days=1))
    assert [one.domains for one in services(SECOND, LATER)] == [(FIRST, SECOND)]


def test_a_day_without_a_filing_says_so_and_leads_to_today(website):
    text = page(website.domain, BEFORE).content.decode()

    assert f"On 30 June 2026 there was no filing for {website.domain}." in text
    assert f'<a href="/query/{website.domain}/">State today</a>' in text
    assert page("nothing.cn", TODAY).status_code == 404


def test_a_cancelled_individual_has_no_name_on_any_day():
    of = register_rows.subject(
        register_rows.RESIDENT_ID, "110105199001010011", name="王小明", nature=code_tables.PERSON
    )
    website = register_rows.website(of)
    assert services(website.domain, TODAY)[0].host == "王小明"
    ends.cancel_subject(of.pk, LATER)

    said = page(website.domain, TODAY)
    assert [one.number for one in said.context["found"].services] == [website.number]
    assert "王小明" not in said.content.decode()


def test_the_list_of_websites_that_broke_the_law_is_that_of_the_day():
    blacklisted_domain("bad.cn", since=TODAY, until=LATER)

    assert "On 1 July 2026 bad.cn was on the list" in page("bad.cn", TODAY).content.decode()
    assert page("bad.cn", LATER + timedelta(days=1)).status_code == 404


@pytest.mark.parametrize("typed", ["x", "2026-02-30", "9999-12-31", "", "2026-07-01' OR 1=1"])
def test_a_wrong_day_is_named_and_the_state_of_today_stays(website, typed):
    said = page(website.domain, typed)

    assert said.context["form"].errors.keys() == {"on"}
    assert [one.number for one in said.context["found"].services] == [website.number]


def test_a_past_day_counts_as_a_look_up(website):
    *answers, refused = [page(website.domain, TODAY) for _n in range(queries.QUERIES_A_MINUTE + 1)]

    assert ({answer.status_code for answer in answers}, refused.status_code) == ({200}, 429)


def test_a_past_day_costs_at_most_eight_queries(website, django_assert_max_num_queries):
    moved(website, LATER)

    with django_assert_max_num_queries(8):
        found = public_records.of_domain(website.domain, TODAY)
    assert [one.number for one in found.services] == [website.number]
