"""Each desk's admin pages: which tables open, and for whom."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import api_keys
from accounts.models import ApiKey
from filings.models import FileCheck
from filings.states import Status
from icp_portal.tests.access.access_accounts import TABLES
from icp_portal.tests.access.access_answers import LOGIN, MISSING, ROLES
from icp_portal.tests.builders import blacklisted_domain, blacklisted_subject, office_change, organisation_change
from icp_portal.tests.visitors import World, answer, assert_strict
from ministry import audit
from ministry.models import NumberSeries, ProvinceRule

pytestmark = pytest.mark.django_db


def object_of(table: str, world: World) -> Any:
    """A row of a table of the operators' desk."""
    subject = world.case.filing.subject
    website = subject.websites.get()
    return {
        "ministry_subject": subject,
        "ministry_website": website,
        "ministry_access": website.accesses.get(),
        "ministry_numberseries": NumberSeries.objects.get(),
        "ministry_provincerule": ProvinceRule.objects.first(),
        "ministry_blacklistedsubject": blacklisted_subject(),
        "ministry_blacklisteddomain": blacklisted_domain(),
        "accounts_user": world.members["host"],
        "accounts_apikey": ApiKey.objects.first() or api_keys.make(world.case.filing.host, "nightly check")[0],
        "bureaus_bureau": world.case.filing.bureau,
        "bureaus_reviewer": world.members["reviewer"].reviewer,
        "providers_provider": world.case.provider,
        "providers_staff": world.members["staff"].provider_staff,
        "providers_organisationchange": organisation_change(world.case.provider),
        "bureaus_officechange": office_change(),
        "ministry_auditcheck": audit.check(),
        "filings_filecheck": FileCheck.objects.get_or_create(day=timezone.localdate())[0],
    }[table]


def test_tables_open_for_operators_alone():
    world = World(Status.FILED)
    operator = world.browser("operator")
    strangers = {role: world.browser(role) for role in ROLES if role != "operator"}
    answers, expected = {}, {}
    for table, writable in TABLES.items():
        base, pk = f"ministry_desk:{table}", object_of(table, world).pk
        pages = {
            reverse(f"{base}_changelist"): 200,
            reverse(f"{base}_add"): 200 if writable else 403,
            reverse(f"{base}_change", args=[pk]): 200,
            reverse(f"{base}_history", args=[pk]): 200,
        }
        expected |= pages
        for url in pages:
            response = operator.get(url)
            answers[url] = response.status_code
            assert (url, response["Cache-Control"]) == (url, "private, no-store")
            assert_strict(url, response)
        for role, client in strangers.items():
            url = reverse(f"{base}_change", args=[pk])
            assert (role, url, answer(client, url)) == (role, url, LOGIN if role == "anonymous" else MISSING)

    assert answers == expected


def test_the_register_can_not_be_written_from_the_operators_desk():
    world = World(Status.FILED)
    operator = world.browser("operator")
    for table in ("ministry_subject", "ministry_website", "ministry_access", "ministry_numberseries"):
        row = object_of(table, world)
        before = type(row).objects.filter(pk=row.pk).values().get()
        for page, args in (("change", [row.pk]), ("delete", [row.pk]), ("add", [])):
            url = reverse(f"ministry_desk:{table}_{page}", args=args)
            assert operator.post(url, {"name": "changed", "post": "yes"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).values().get() == before
