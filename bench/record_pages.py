"""The public query beyond its usual answers, past days, the refusal of too many queries, and the register in JSON."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from unittest.mock import patch

import pgtrigger
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from bench import certificates, register_rows
from bench.browsers import Browser
from bench.measuring import Case
from bench.portal import MeasuredPortal
from bench.world import PROVINCE
from hosts.batch_api import MOST_TEXTS
from ministry.models import BlacklistedDomain, LiveDomain, ReleasedDomain, Subject, Website
from ministry.public import queries
from ministry.register import entry_types, writer

ADDRESS = "192.31.196.200"  # of an IP-only website
BY_ADDRESS, CANCELLED = -101, -102  # keys of rows of the filled register
GIVEN_UP = "given-up.cn"  # by a website of the filled register
NOT_FOUND, REFUSED = 404, 429


def cases(portal: MeasuredPortal, key: str) -> Iterator[Case]:
    """Yield every case; ``key``: an API key whose owner has a large quota."""
    anybody, today = Browser(), timezone.localdate()
    _change_rows(today)
    asked = {
        "address": {"q": ADDRESS},
        "cancelled": {"q": register_rows.domain_of(-CANCELLED), "kind": "cancelled"},
        "violations": {"q": BlacklistedDomain.objects.order_by("pk")[0].domain, "kind": "violating"},
    }
    for what, query in asked.items():
        # One more for a domain in the tab of violations: since when it has been listed.
        statements = 2 if what == "violations" else 1
        yield Case(f"query: {what}", anybody.get(f"/query/?{urlencode(query)}"), 1.0, statements, 12)
    names = f"{reverse('query_names')}?{urlencode({'q': register_rows.BRAND})}"
    yield Case("query: suggested names", anybody.get(names), 6.0, 2)
    nothing_left = partial(patch.object, queries, "QUERIES_A_MINUTE", 0)
    yield Case("query: too many", anybody.get("/query/?q=absent.cn", REFUSED), 1.0, 0, 0, within=nothing_left)
    for case, what, statements in (
        ("record: past day", str(portal.website.subject.number), 8),
        ("domain: past day", portal.website.domain, 7),
    ):
        yield Case(case, anybody.get(f"{reverse('record', args=[what])}?on={today}"), 6.0, statements)
    yield Case("domain: given up", anybody.get(reverse("record", args=[GIVEN_UP]), NOT_FOUND), 6.0, 3)
    yield from _of_interface(portal, key)


def _change_rows(today: date) -> None:
    """Give one website of the filled register an address instead of a domain, cancel another; one gave up a domain."""
    with pgtrigger.ignore(*register_rows.AUDITED):  # as they were filled
        Website.objects.filter(pk=BY_ADDRESS).update(domain=ADDRESS)
        LiveDomain.objects.filter(website_id=BY_ADDRESS).update(domain=ADDRESS)
        ReleasedDomain.objects.create(website_id=BY_ADDRESS, domain=GIVEN_UP)
        LiveDomain.objects.filter(website_id=CANCELLED).delete()
        Website.objects.filter(pk=CANCELLED).update(live=False, cancelled_on=today)


def _of_interface(portal: MeasuredPortal, key: str) -> Iterator[Case]:
    anybody, website = Browser(), portal.website
    number = str(website.subject.number)
    find = reverse("api:find_records")
    urls = {
        "search": (f"{find}?{urlencode({'q': website.domain})}", 1),
        "search, part of a name": (f"{find}?{urlencode({'q': register_rows.BRAND, 'part': 'true'})}", 2),
        "record": (reverse("api:record", args=[number]), 3),
        "record, past day": (f"{reverse('api:record', args=[number])}?on={timezone.localdate()}", 8),
        "domain": (reverse("api:domain", args=[website.domain]), 2),
        "domain, past day": (f"{reverse('api:domain', args=[website.domain])}?on={timezone.localdate()}", 7),
    }
    for what, (url, statements) in urls.items():
        yield Case(f"API: {what}", anybody.get(url), 0.8, statements)
    body = {"texts": _numbers(), "on": str(timezone.localdate())}
    yield Case("API: batch of 100, past day", anybody.send(reverse("api:batch"), body, key), 12.0, 13)


def _numbers() -> list[str]:
    """Enter as many subjects as a batch may ask for, with a history that can be read; return their numbers."""
    with transaction.atomic():
        return [str(_subject(place).number) for place in range(MOST_TEXTS)]


def _subject(place: int) -> Subject:
    entry = entry_types.SubjectEntry(
        province=PROVINCE,
        name=f"历史{place}有限公司",
        nature=4,
        division="110105",
        address="示例路1号",
        cert_type=2,
        cert_number=certificates.resident_number("110105", 1_000 + place),
        responsible_name="示例人",
        responsible_mobile=f"139{place:08d}",
        responsible_email=f"history{place}@bench.test",
    )
    return writer.enter_subject(entry, timezone.localdate())
