"""The HTML of public pages that are full: results, records, figures, open data, announcements, the directory."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from filings.figures import monthly
from filings.states import Status
from icp_portal.tests import markup
from icp_portal.tests.builders import announcement, blacklisted_domain, case_at
from icp_portal.tests.public import open_data_files
from ministry.models import ReleasedDomain, Website
from ministry.register import ends
from ministry.tests.register import register_rows
from providers.models import MeasuredWork, Provider

pytestmark = pytest.mark.usefixtures("transactional_db")

MARKUP: Final = "云岭“<b>&amp;</b>”有限公司"


@pytest.fixture
def register(open_data_root: Path) -> SimpleNamespace:
    """Return a website on record with its provider, suspended and bare records, and what else public pages show."""
    case_at(Status.RETURNED_TO_PROVIDER)
    case = case_at(Status.FILED)
    website = Website.objects.select_related("subject").get()
    with transaction.atomic():
        full = register_rows.website(register_rows.subject(name=MARKUP))
        gone = register_rows.website(full.subject)
        bare = register_rows.subject(name="云岭百货")
        ends.cancel_website(gone.pk, timezone.localdate())
    with transaction.atomic():
        ends.suspend_website(full.pk, timezone.localdate())
    blacklisted_domain(website.domain)
    of = Provider.objects.get(pk=case.filing.provider_id)
    MeasuredWork.objects.create(provider=of, decided=40, returned=4, counted_on=timezone.localdate())
    announced = announcement()
    monthly.count(timezone.localdate().replace(day=1))
    open_data_files.write()
    return SimpleNamespace(website=website, full=full, bare=bare, provider=of, announcement=announced)


@pytest.fixture
def pages(register: SimpleNamespace) -> Mapping[str, str]:
    """Return by address of each page what is in it when it is full."""
    website, full, bare = register.website, register.full, register.bare
    of, announced = register.provider, register.announcement
    table, chart = "<tbody>", "<svg"
    return {
        "/": "<form",
        f"/query/?q={website.domain}": table,
        "/query/?q=云岭": table,
        f"/query/?q={bare.number}": table,
        f"/query/?q={full.subject.number}&kind=cancelled": table,
        f"/query/?q={website.domain}&kind=violating": table,
        f"/query/{full.subject.number}/": table,
        f"/query/{full.subject.number}/?on={timezone.localdate()}": table,
        f"/query/{full.domain}/": table,
        f"/query/{website.domain}/": table,
        f"/query/{website.domain}/?on={timezone.localdate()}": table,
        "/figures/": chart,
        "/figures/?province=beijing": chart,
        "/open-data/": open_data_files.NAME,
        "/bureaus/beijing/": announced.title,
        "/bureaus/beijing/announcements/": announced.title,
        announced.get_absolute_url(): announced.title,
        "/navigation/": of.name,
        "/navigation/beijing/": of.name,
        f"/navigation/find/?q={of.name}": of.name,
        f"/providers/{of.slug}/": of.name,
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_full_public_pages_are_valid_html(pages, language):
    got = {path: Client().get(path, headers={"accept-language": language}) for path in pages}

    assert {path: answer.status_code for path, answer in got.items() if answer.status_code != 200} == {}
    assert [path for path, answer in got.items() if pages[path] not in answer.content.decode()] == []
    assert {path: wrong for path, answer in got.items() if (wrong := markup.faults(answer))} == {}
    assert [path for path, answer in got.items() if "<b>" in answer.content.decode()] == []


@pytest.mark.parametrize("asked", ["", "?on=2026-07-01", "?on=2099-01-01", "?on=x"])
def test_the_page_of_a_domain_that_was_given_up_is_valid_html(register, asked):
    ReleasedDomain.objects.create(website=register.website, domain="given-up.cn")
    missing = Client().get(f"/query/given-up.cn/{asked}")

    assert (missing.status_code, markup.faults(missing)) == (404, [])
    assert '<input type="date" name="on"' in missing.content.decode()


def test_the_refusal_of_too_many_queries_is_valid_html():
    for _n in range(60):
        Client().get("/query/?q=a.cn")
    refused = Client().get('/query/?q="<b>&kind=app&part="')

    assert (refused.status_code, markup.faults(refused)) == (429, [])
