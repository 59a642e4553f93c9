"""The links on the pages of a record that start filings: which page has which, in which words."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from filings.kinds import KINDS, About, spec
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, sign_in, user_of
from ministry.models import Website
from ministry.reference import code_tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def page(case: Case, name: str, key: int) -> str:
    client = sign_in(Client(), user_of(case.host))
    client.cookies["django_language"] = "en"
    return client.get(reverse(name, args=[key])).content.decode()


def links(read: str) -> list[tuple[str, str]]:
    """Return the links of a page that start a filing or offer a website: kind or page, and text."""
    found = re.findall(r'<a href="([^"]+(?:kind=|/offer/)[^"]*)">(.*?)</a>', read, re.S)
    return [
        (re.sub(r".*kind=(\w+).*", r"\1", unescape(url)), unescape(re.sub(r"<.*?>", "", text))) for url, text in found
    ]


def test_every_kind_that_is_about_something_on_record_is_linked_from_a_page_of_it():
    without = {law.kind for law in KINDS.values() if not law.links}
    assert without == {law.kind for law in KINDS.values() if law.is_first}


def test_a_link_that_has_no_access_beside_it_has_an_occasion():
    for law in KINDS.values():
        assert all((link.occasion is None) == (link.page == About.ACCESS) for link in law.links), law.kind


def test_the_page_of_a_subject_links_each_website_of_the_combined_change():
    case = case_at(Status.FILED, websites=2)
    first, second = Website.objects.filter(subject=case.filing.subject_id).order_by("sequence")

    assert links(page(case, "records:subject", first.subject_id)) == [
        ("change_subject", "Change the site host"),
        ("change_cert", "Change the certificate"),
        ("change_record", f"Change both the site host and {first.described}"),
        ("change_record", f"Change both the site host and {second.described}"),
        ("new_website", "Add a website"),
        ("new_website", "Add: APP"),
        ("new_website", "Add: Mini-program"),
        ("new_website", "Add: Quick app"),
        ("cancel_subject", "Cancel the record"),
    ]


@pytest.mark.parametrize(("service", "word"), [(code_tables.WEBSITE, "website"), (code_tables.APP, "APP")])
def test_only_websites_can_be_offered_to_another_host(service, word):
    case = case_at(Status.FILED, services=[service])
    website = Website.objects.select_related("subject").get(subject=case.filing.subject_id)
    provider = case.provider.name
    moved = [(reverse("records:offer", args=[website.pk]), "Migrate the website to another host")]

    assert links(page(case, "records:website", website.pk)) == [
        ("change_access", f"Change the access data {provider}"),
        ("cancel_access", f"End this access {provider}"),
        ("new_access", "Add an access provider"),
        ("change_website", f"Change the {word}"),
        ("change_record", f"Change both the site host and the {word}"),
        *(moved if website.is_website else ()),
        ("cancel_website", f"Cancel the {word}"),
    ]


@pytest.mark.parametrize("name", ["subject", "website"])
def test_the_notice_before_a_change_is_the_codes_own(name, monkeypatch):
    case = case_at(Status.FILED)
    website = Website.objects.get(subject=case.filing.subject_id)
    key = website.pk if name == "website" else website.subject_id
    monkeypatch.setattr(spec, "CHANGE_NOTICE_DAYS", 31)

    assert "Changes must be filed 31 days in advance" in page(case, f"records:{name}", key)
