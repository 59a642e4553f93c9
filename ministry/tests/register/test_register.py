"""The register's rules are the database's: broken past the service, they still hold. And the public query."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from icp_portal.tests.builders import Case
from ministry.models import Access, NumberSeries, Subject, SubjectCertificate, Website
from ministry.register import query

pytestmark = pytest.mark.django_db


@pytest.fixture
def website() -> Website:
    Case().submit().verify().approve()
    return Website.objects.select_related("subject").get()


def copy_of(row, **changes):
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def refused(row) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def test_a_certificate_has_one_live_subject(website):
    certificate = SubjectCertificate.objects.get()
    assert refused(copy_of(certificate)) is True
    assert refused(copy_of(certificate, live=False)) is False


def test_a_domain_has_one_live_website(website):
    assert refused(copy_of(Website.objects.get(), sequence=2)) is True
    assert refused(copy_of(Website.objects.get(), sequence=2, live=False)) is False


def test_a_number_is_given_once(website):
    assert refused(copy_of(Subject.objects.get())) is True
    assert refused(copy_of(Website.objects.get(), domain="other.cn")) is True


def test_a_provider_has_one_access_to_a_website(website):
    assert refused(copy_of(Access.objects.get())) is True


def test_a_series_ends_at_six_digits():
    assert refused(NumberSeries(province="110000", year=2026, last=1_000_000)) is True


@pytest.mark.parametrize("ask", ["number", "website_number", "domain", "name", "loose"])
def test_the_public_query_finds_by_number_domain_and_full_name(website, ask, django_assert_num_queries):
    text = {
        "number": str(website.subject.number),
        "website_number": str(website.number),
        "domain": website.domain,
        "name": website.subject.name,
        "loose": f" {str(website.number).replace('号', '').lower()} ",
    }[ask]
    with django_assert_num_queries(1):
        assert [row.pk for row in query.public_search(text)] == [website.pk]


@pytest.mark.parametrize("text", ["京ICP备2026999999号", "unknown.cn", "某某公司", "京ICP备05000001号", "x" * 200])
def test_the_public_query_finds_nothing_else(website, text):
    assert query.public_search(text) == []


def test_a_part_of_a_name_finds_nothing(website):
    assert query.public_search(website.subject.name[:4]) == []


def test_a_cancelled_website_is_not_shown(website):
    Website.objects.update(live=False)
    assert query.public_search(website.domain) == []


def test_the_public_page_shows_no_person_phone_or_certificate(client, website):
    page = client.get("/query/", {"q": website.domain}).content.decode()
    subject = website.subject
    assert website.domain in page
    for secret in (
        subject.responsible_name,
        subject.responsible_mobile,
        subject.responsible_email,
        SubjectCertificate.objects.get().number,
    ):
        assert secret not in page


def test_the_number_carries_the_year_of_approval(website):
    assert website.subject.year == date.today().year  # noqa: DTZ011 — the suite runs in China's time zone
