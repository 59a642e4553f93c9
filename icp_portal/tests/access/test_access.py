"""Who may open what: every address of the portal against every kind of visitor.

The table in ``access_table.py`` names each address once. An address that is not in it fails the first test; so does a
row whose address is gone. Strangers get 404 and never 403, so that nothing tells them what is there.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from filings.models import Filing
from filings.states import Status
from icp_portal.public_service import PUBLIC_PAGES
from icp_portal.tests import markup
from icp_portal.tests.access.access_accounts import ACCOUNT_ARGS, ACCOUNTS, DESK_PAGES, DESKS, TABLE_PAGES, TABLES
from icp_portal.tests.access.access_answers import FIRST_ROLES, LOGIN, MISSING, NOT_GET, PAGE, ROLES
from icp_portal.tests.access.access_senders import SENDERS
from icp_portal.tests.access.access_table import ITS, TABLE
from icp_portal.tests.visitors import STATUSES, World, follow_to_sign_in, kind, names, rows_at, visit

pytestmark = pytest.mark.django_db


# --- Every address -----------------------------------------------------------------------------------


def classified() -> set[str]:
    return {
        *TABLE,
        *ACCOUNTS,
        *(f"{desk}:{page}" for desk in DESKS for page in DESK_PAGES),
        *(f"ministry_desk:{table}_{page}" for table in TABLES for page in TABLE_PAGES),
    }


def test_every_address_has_its_row():
    assert set(names(get_resolver().url_patterns)) == classified()


def unnamed(patterns: Any) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from unnamed(pattern.url_patterns)
        elif not pattern.name:
            yield pattern


def test_what_has_no_name_is_the_admins_own():
    """So no address slips past the table because nobody gave it a name."""
    strangers = [
        str(pattern.pattern)
        for pattern in unnamed(get_resolver().url_patterns)
        if not pattern.callback.__module__.startswith(("django.contrib.admin.", "django.views.generic.base"))
    ]

    assert strangers == []


# --- What each visitor gets -------------------------------------------------------------------------


STRANGERS = ("anonymous", "host", "other_administrator", "other_chief", "operator")
# Those of every filing; a reply and a signed sheet are there at some statuses only.
FILINGS_ADDRESSES = {
    name: row
    for name, row in TABLE.items()
    if row.args[:1] == ("filing",) and not {"reply", "reply_page", "told", "sheet", "scan"} & set(row.args)
}


# They look nobody up, and say nothing about anybody.
HEALTH_CHECKS = {"healthz", "live"}


def first_page(got: list[HttpResponse]) -> HttpResponse:
    """The page of the first visitor who is let in; of an address without one, what the first one gets."""
    return next((response for response in got if response.status_code == 200), got[0])


@pytest.mark.parametrize("status", STATUSES)
def test_what_each_visitor_gets(status):
    world = World(status)
    browsers = {role: world.browser(role) for role in ROLES}

    pages = {
        name: [visit(browsers[role], world.url(name, row.args)) for role in ROLES]
        for name, row in rows_at(status).items()
    }

    assert {name: tuple(map(kind, got)) for name, got in pages.items()} == {
        name: row.get for name, row in rows_at(status).items()
    }
    assert {name: wrong for name, got in pages.items() if (wrong := markup.faults(first_page(got)))} == {}
    # What may be kept in a cache: pages about nobody, and only those that somebody got who has not signed in.
    assert {
        (name, role)
        for name, got in pages.items()
        for role, page in zip(ROLES, got, strict=True)
        if page.get("Cache-Control") != "private, no-store"
    } == {(name, "anonymous") for name in PUBLIC_PAGES & pages.keys()} | set(
        product(HEALTH_CHECKS & pages.keys(), ROLES)
    )


# What belongs to one filing, and is there at every status.
OF_A_FILING = {"filing", "evidence"}


@pytest.mark.parametrize("status", Status)
def test_at_every_status_nothing_is_a_fault_and_strangers_find_nothing(status):
    """The table names one status an address; here is every address of a filing at every status."""
    world = World(status)
    got, expected, failed = {}, {}, []
    for role_number, role in enumerate(FIRST_ROLES):
        client = world.browser(role)
        for name, row in FILINGS_ADDRESSES.items():
            response = visit(client, world.url(name, row.args))
            what, where, always = kind(response), (name, role), set(row.args) <= OF_A_FILING
            if role not in STRANGERS:
                if response.status_code not in (200, 302, 404, 405):
                    failed.append((*where, response.status_code))
            elif always:
                got[where], expected[where] = what, row.get[role_number]
            elif response.status_code >= 500 or (what == PAGE and row.get[role_number] in (MISSING, LOGIN)):
                failed.append((*where, response.status_code))

    assert got == expected
    assert failed == []


# What takes POST and no form: messages of programs, tested in interchange/tests/soap/, and two of Django's pages, which
# show the same for GET and POST.
NO_FORMS = {
    "soap:upDownLoad",
    "soap:queryBeianStatus",
    "soap:verifyBamm",
    "ministry_desk:index",
    "ministry_desk:app_list",
}
REFUSED = {NOT_GET, MISSING, LOGIN}


@pytest.mark.parametrize("status", STATUSES)
def test_a_form_is_refused_from_strangers_and_where_none_is_taken_and_changes_nothing(status):
    """From everybody where a row isn't marked ``posted``: no other test would send such an address a form."""
    world = World(status)
    before = Filing.objects.values().get(pk=world.case.filing.pk)
    rows = {name: (row, SENDERS.get(name, row.get)) for name, row in rows_at(status).items() if name not in NO_FORMS}
    got, expected, taken = {}, {}, []
    for role_number, role in enumerate(ROLES):
        client = world.browser(role)
        for name, (row, answers) in rows.items():
            if row.posted and answers[role_number] == PAGE:
                continue
            response = client.post(world.url(name, row.args), {"version": before["version"]})
            answered = kind(follow_to_sign_in(client, response))
            if row.posted:
                got[name, role], expected[name, role] = answered, answers[role_number]
            elif answered not in REFUSED:
                taken.append((name, role, answered))

    assert got == expected
    assert taken == []
    assert Filing.objects.values().get(pk=world.case.filing.pk) == before
    assert Filing.objects.count() == 2  # with the one begun on behalf


def test_post_of_those_who_may_is_taken():
    """The other side of the test above: the same addresses do work for the right visitor."""
    world = World(Status.DRAFT)
    filing = world.case.filing
    owner = world.browser("owner")
    start = world.url("directory:start", ("provider",))
    assert owner.post(start, {"entrance": "provider"}).context["drafts"].get() == filing
    started = owner.post(start, {"entrance": "provider", "another": "1"})
    assert started.status_code == 302
    assert Filing.objects.filter(host=filing.host).count() == 3  # with the one begun on behalf
    assert owner.post(world.url("filings:submit", ITS), {"version": filing.version}).status_code == 302
    world.browser("staff").post(world.url("provider_desk:claim", ITS))
    world.case.refresh()
    assert (world.case.filing.status, world.case.filing.claimed_by) == (
        Status.WITH_PROVIDER,
        world.members["staff"],
    )


def test_a_desk_tells_a_signed_in_stranger_nothing_at_the_first_request():
    """Not by a redirect to a sign-in page either: that would say that there is something behind it."""
    world = World(Status.WITH_BUREAU)
    told = []
    for role_number, role in enumerate(ROLES):
        client = world.browser(role)
        for desk, answers in DESKS.items():
            if answers[role_number] == MISSING:
                urls = [reverse(f"{desk}:{page}") for page in ("index", "jsi18n", "login")]
                urls.append(f"/{desk.removesuffix('_desk')}/no/such/page/")
                told += [(role, url) for url in urls if client.get(url).status_code != 404]
    assert told == []


def test_accounts_pages_for_a_visitor():
    pages = {name: Client().get(reverse(name, args=ACCOUNT_ARGS.get(name, ()))) for name in ACCOUNTS}

    assert {name: kind(page) for name, page in pages.items()} == ACCOUNTS
    assert {page["Cache-Control"] for page in pages.values()} == {"private, no-store"}
