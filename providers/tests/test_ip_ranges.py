"""A provider's pool of addresses: what the model, the operators' page and the database refuse."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from icp_portal.demo.seed import _seed_providers
from icp_portal.tests.builders import provider, user
from icp_portal.tests.hostile import browser, fields_of
from ministry.reference.addresses import parse_ip_ranges
from providers.admin import MOST_RANGES
from providers.models import IpRange, Provider

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("8.8.8.9", "8.8.8.8", "order"),
        ("8.8.8.8", "2400::", "family"),
        ("192.168.0.1", "192.168.0.9", "not_public"),
        ("9.255.255.255", "11.0.0.0", "not_public"),
        ("::ffff:8.8.8.8", "::ffff:8.8.8.8", "not_public"),
    ],
)
def test_a_range_that_is_none_is_refused_for_its_reason(start, end, code):
    with pytest.raises(ValidationError) as refusal:
        IpRange(provider=provider(), start=start, end=end).full_clean()

    assert [error.code for error in refusal.value.error_dict["__all__"]] == [code]


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("8.8.8.0", "8.8.8.9", False),
        ("8.8.8.0", "8.8.8.10", True),
        ("8.8.8.15", "8.8.8.15", True),
        ("8.8.8.0", "8.8.9.0", True),
        ("8.8.8.20", "8.8.8.30", True),
        ("8.8.8.21", "8.8.8.30", False),
        ("2400::", "2400::ffff", False),
    ],
)
def test_an_address_belongs_to_one_provider(start, end, taken):
    owner = provider()
    IpRange.objects.create(provider=owner, start="8.8.8.10", end="8.8.8.20")
    other = IpRange(provider=provider(), start=start, end=end)

    if taken:
        with pytest.raises(ValidationError) as refusal:
            other.full_clean()
        (message,) = refusal.value.messages
        assert "8.8.8.10-8.8.8.20" in message
        assert owner.name in message
        with pytest.raises(IntegrityError, match="no_address_in_two_ranges"), transaction.atomic():
            other.save()
    else:
        other.full_clean()
        other.save()


def test_a_range_may_be_changed_within_itself():
    row = IpRange.objects.create(provider=provider(), start="8.8.8.10", end="8.8.8.20")
    row.end = "8.8.8.15"
    row.full_clean()
    row.save()


def test_the_database_refuses_a_range_that_runs_backwards():
    # The check constraint or the range type itself: whichever is asked first.
    with pytest.raises(DatabaseError, match=r"ip_range_runs_forward|range lower bound"), transaction.atomic():
        IpRange.objects.create(provider=provider(), start="8.8.8.9", end="8.8.8.8")


def test_an_owner_is_read_from_the_index(django_assert_num_queries):
    owner = provider()
    IpRange.objects.bulk_create(
        IpRange(provider=owner, start=f"8.{high}.{low}.0", end=f"8.{high}.{low}.9")
        for high in range(20)
        for low in range(250)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE providers_iprange")

    with django_assert_num_queries(1):
        assert IpRange.objects.owner_of(parse_ip_ranges("8.7.77.5")[0].start) == owner
    plan = IpRange.objects.filter(start__lte="8.7.77.5").order_by("-start")[:1].explain()
    assert "Index Scan Backward using ip_range_start" in plan


# --- The operators' page --------------------------------------------------------------------------------


def operators_page(of: Provider) -> tuple[Client, str, dict[str, list[str]]]:
    operator = browser(user(Party.MINISTRY))
    url = reverse("ministry_desk:providers_provider_change", args=[of.pk])
    fields = fields_of(operator.get(url).content.decode())
    fields["provinces"] = of.provinces
    return operator, url, fields


def rows(*ranges: tuple[str, str]) -> dict[str, str]:
    """Return what is sent for new rows of the table."""
    sent = {"ip_ranges-TOTAL_FORMS": str(len(ranges)), "ip_ranges-INITIAL_FORMS": "0"}
    for number, (start, end) in enumerate(ranges):
        sent |= {f"ip_ranges-{number}-start": start, f"ip_ranges-{number}-end": end}
    return sent


def pool(of: Provider) -> list[str]:
    return [str(row) for row in of.ip_ranges.all()]


def test_an_operators_form_has_no_more_ranges_than_can_be_sent():
    """Two thousand, the library's limit, take a thread of the web server for ten seconds or more."""
    operator, url, fields = operators_page(provider())

    page = operator.post(url, fields | {"ip_ranges-TOTAL_FORMS": "99999999"})

    shown = re.findall(r'name="ip_ranges-[0-9]+-start"', page.content.decode())
    assert (page.status_code, len(shown)) == (200, MOST_RANGES)


def test_an_operator_enters_a_providers_pool():
    of = provider()
    operator, url, fields = operators_page(of)

    sent = fields | rows(("8.8.8.0", "8.8.8.9"), ("2400::", "2400::f"), ("", ""))

    assert operator.post(url, sent).status_code == 302
    assert pool(of) == ["8.8.8.0-8.8.8.9", "2400::-2400::f"]


@pytest.mark.parametrize(
    "ranges",
    [
        [("8.8.8.0", "8.8.8.9"), ("8.8.8.9", "8.8.8.12")],
        [("8.8.8.0", "8.8.8.9"), ("8.8.8.0", "8.8.8.9")],
        [("8.8.8.9", "8.8.8.0")],
        [("10.0.0.1", "10.0.0.2")],
        [("8.8.8.8", "")],
        [("no", "address")],
        [("9.9.9.9", "9.9.9.9")],
    ],
)
def test_a_pool_that_is_wrong_is_refused_on_the_page_and_kept_typed(ranges):
    IpRange.objects.create(provider=provider(), start="9.9.9.0", end="9.9.9.255")
    of = provider()
    operator, url, fields = operators_page(of)

    response = operator.post(url, fields | rows(*ranges))

    assert (response.status_code, pool(of)) == (200, [])
    assert "errorlist" in response.content.decode()
    assert f'value="{ranges[0][0]}"' in response.content.decode()


def test_an_operator_takes_a_range_out():
    of = provider()
    row = IpRange.objects.create(provider=of, start="8.8.8.0", end="8.8.8.9")
    operator, url, fields = operators_page(of)

    assert operator.post(url, {**fields, "ip_ranges-0-DELETE": "on"}).status_code == 302
    assert not IpRange.objects.filter(pk=row.pk).exists()


# --- The demonstration ----------------------------------------------------------------------------------


def test_the_demonstrations_addresses_are_good_and_own_what_its_filings_name():
    _seed_providers()

    assert [row.full_clean() for row in IpRange.objects.all()] == [None] * 17
    owners = {
        ip: IpRange.objects.owner_of(parse_ip_ranges(ip)[0].start)
        for ip in ("192.31.196.7", "192.31.196.102", "192.31.196.104")
    }
    assert [owner.slug for owner in owners.values()] == ["jingwang", "jingwang", "lingnan"]
