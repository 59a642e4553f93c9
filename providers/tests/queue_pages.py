"""The pages of the provider's queue: how tests open them, and what they read on them."""

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from io import BytesIO
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from filings.actors import Actor
from icp_portal.tests.builders import Case, provider, staff
from icp_portal.tests.hostile import filings_listed
from providers.models import Provider, StaffRole

QUEUE = "/provider/"
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def listed(client: Client, **query: str) -> list[int]:
    """Return the ids of the filings a view shows, in its order."""
    page = client.get(QUEUE, query)
    assert page.status_code == 200
    return filings_listed(page)


def count_of(client: Client, tab: str) -> str:
    found = re.search(rf'href="\?tab={tab}[^"]*"[^>]*>[^<]*<span class="tab-count">([^<]+)<', text(client.get(QUEUE)))
    assert found
    return found[1]


def numbers(*cases: Case) -> list[int]:
    return [case.filing.pk for case in cases]


def access_provider() -> tuple[Provider, Actor, Actor]:
    """Return a provider with a verifier and a supervisor."""
    of = provider()
    return of, staff(of), staff(of, StaffRole.SUPERVISOR)


def keep(client: Client, name: str, view: str) -> HttpResponse:
    return client.post(reverse("provider_desk:save_filter"), {"name": name, "view": view}, follow=True)


def bulk(client: Client, act: str, chosen: Iterable[object], **more: object) -> HttpResponse:
    return client.post(reverse("provider_desk:bulk"), {"act": act, "filing": list(chosen), "view": "tab=work", **more})


def sheet_of(response: HttpResponse) -> list[tuple[object, ...]]:
    assert response.status_code == 200
    return list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
