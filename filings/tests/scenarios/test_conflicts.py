"""Scenarios of hosts and domains that are on record, under way, cancelled or on the blacklist already."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from filings.states import Status
from filings.tests.scenarios.rows import CERTIFICATE, DOMAIN, HOME, NAME, Row, Typed, block, examine, rows, warn
from icp_portal.tests.builders import Case, blacklisted_domain, blacklisted_subject, case_at, on_record, provider
from ministry.models import Website
from ministry.register import ends

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


def others(status: Status, *names: str, **more: Any) -> Callable[[Case], Typed]:
    """Return what types the facts of another host's filing, which is at this status."""

    def typed(_case: Case) -> Typed:
        other = case_at(status, **more)
        return {name: other.filing.get(name) for name in names}

    return typed


def of_a_cancelled(cancel: Callable[[Website], object], *names: str) -> Callable[[Case], Typed]:
    """Return what types the facts of a record that has been cancelled since."""

    def typed(_case: Case) -> Typed:
        other = case_at(Status.FILED)
        cancel(Website.objects.get(subject=other.filing.subject_id))
        return {name: other.filing.get(name) for name in names}

    return typed


def other_certificate(_case: Case) -> Typed:
    """Enter a unit's record by its credit code; type its organisation code."""
    on_record(provider(), "350000", cert_number="91350100M000100Y43")
    return {"subject.cert_type": 12, CERTIFICATE: "M000100Y-4"}


@rows(
    Row("the certificate of a record", others(Status.FILED, CERTIFICATE), (block("1003", CERTIFICATE),)),
    Row("the name of a record, with another certificate", others(Status.FILED, "subject.name")),
    Row("a unit on record by its other certificate", other_certificate, (block("P109", CERTIFICATE),)),
    Row("the domain of a record", others(Status.FILED, DOMAIN, HOME), (block("1005", DOMAIN),)),
    Row(
        "the home page of a record",
        others(Status.FILED, HOME),
        (block("1021", HOME), block("1041", HOME)),
    ),
    Row("the website name of a record", others(Status.FILED, NAME), (warn("1020", NAME),)),
    Row(
        "the mobile of a record's host",
        others(Status.FILED, "responsible.mobile"),
        (block("P106", "responsible.mobile"),),
    ),
    Row(
        "the same person answers for two hosts",
        others(Status.FILED, *(f"responsible.{name}" for name in ("name", "cert_number", "mobile", "email"))),
    ),
    Row("a certificate under way", others(Status.WITH_PROVIDER, CERTIFICATE), (block("P110", CERTIFICATE),)),
    Row("a domain under way", others(Status.WITH_BUREAU, DOMAIN, HOME), (block("1039", DOMAIN),)),
    Row("a domain whose filing was withdrawn", others(Status.WITHDRAWN, DOMAIN, HOME)),
    Row(
        "the domain of a cancelled website",
        of_a_cancelled(lambda website: ends.cancel_website(website.pk, TODAY), DOMAIN, HOME, NAME),
    ),
    Row(
        "the certificate of a cancelled record",
        of_a_cancelled(lambda website: ends.cancel_subject(website.subject_id, TODAY), CERTIFICATE, DOMAIN, HOME),
    ),
    Row(
        "a host on the blacklist",
        lambda _case: {CERTIFICATE: blacklisted_subject().number},
        (block("1065", CERTIFICATE),),
    ),
    Row(
        "a host whose entry on the blacklist has ended",
        lambda _case: {CERTIFICATE: blacklisted_subject(until=YESTERDAY).number},
    ),
    Row(
        "a domain on the blacklist",
        lambda _case: {DOMAIN: blacklisted_domain("listed.cn").domain, HOME: "listed.cn"},
        (block("1064", DOMAIN),),
    ),
)
def test_conflicts(row: Row) -> None:
    examine(row)
