"""Websites' addresses against their provider's pool: 1063 is a hint, and only where there is something to compare."""

from typing import Any

import pytest

from filings import services
from filings.fields.findings import Severity
from filings.rules import checks
from icp_portal.tests.builders import Case, provider
from providers.models import IpRange

pytestmark = pytest.mark.django_db


def case_with(pool: list[tuple[str, str]], *addresses: str) -> Case:
    """A draft with one website for each of ``addresses``, with a provider that has the pool."""
    of = provider()
    IpRange.objects.bulk_create(IpRange(provider=of, start=start, end=end) for start, end in pool)
    case = Case(of=of, websites=len(addresses))
    facts = {f"websites.{number}.access.ip_ranges": text for number, text in enumerate(addresses)}
    services.save_facts(case.filing.pk, case.host, facts, version=None)
    return case.refresh()


def paths(case: Case) -> list[str]:
    return [finding.path for finding in checks.findings(case.filing) if finding.code == "1063"]


POOL = [("8.8.8.0", "8.8.8.9"), ("8.8.8.10", "8.8.8.19"), ("2400::", "2400::ff")]


@pytest.mark.parametrize(
    ("addresses", "inside"),
    [
        ("8.8.8.0", True),
        ("8.8.8.19", True),
        ("8.8.8.5-8.8.8.15", True),  # two neighbours of the pool hold it together
        ("8.8.8.1;2400::1-2400::ff", True),
        ("8.8.8.20", False),
        ("8.8.7.255-8.8.8.0", False),
        ("8.8.8.15-8.8.8.20", False),
        ("8.8.8.1;9.9.9.9", False),
        ("2400::100", False),
        ("2400::-2400::100", False),
    ],
)
def test_what_lies_in_the_pool(addresses: str, inside: bool) -> None:
    assert paths(case_with(POOL, addresses)) == ([] if inside else ["websites.0.access.ip_ranges"])


def test_it_names_the_addresses_and_blocks_nothing() -> None:
    case = case_with(POOL, "8.8.8.1;9.9.9.9")

    (found,) = (finding for finding in checks.findings(case.filing) if finding.code == "1063")

    assert found.severity == Severity.WARNS
    assert ("9.9.9.9" in found.message, "8.8.8.1" in found.message) == (True, False)
    assert case.submit().filing.round == 1


def test_each_website_is_compared() -> None:
    case = case_with(POOL, "8.8.8.1", "9.9.9.9", "9.9.9.10")

    assert paths(case) == ["websites.1.access.ip_ranges", "websites.2.access.ip_ranges"]


def test_without_a_pool_nothing_is_said() -> None:
    assert paths(case_with([], "9.9.9.9")) == []


def test_another_providers_pool_does_not_count() -> None:
    IpRange.objects.create(provider=provider(), start="9.9.9.0", end="9.9.9.255")

    assert paths(case_with(POOL, "9.9.9.9")) == ["websites.0.access.ip_ranges"]


@pytest.mark.parametrize("text", ["", "10.0.0.1", "no address"])
def test_a_bad_or_empty_value_is_said_once_and_elsewhere(text: str) -> None:
    assert paths(case_with(POOL, text)) == []


@pytest.mark.parametrize("addresses", [["8.8.8.1"], ["8.8.8.1", "9.9.9.9", "9.9.9.10-9.9.9.20;2400::1"]])
def test_one_query_for_all_websites(django_assert_max_num_queries: Any, addresses: list[str]) -> None:
    case = case_with(POOL, *addresses)

    with django_assert_max_num_queries(100) as captured:
        checks.findings(case.filing)

    assert sum("providers_iprange" in query["sql"] for query in captured.captured_queries) == 1
