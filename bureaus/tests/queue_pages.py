"""The pages of the bureau's queue: how tests open them, and what they read on them."""

from datetime import timedelta
from html import unescape

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings.models import Filing
from icp_portal.tests.builders import Case
from icp_portal.tests.hostile import filings_listed

QUEUE = "/bureau/"


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def listed(client: Client, **query: str) -> list[int]:
    """Return the ids of the filings a view shows, in its order."""
    page = client.get(QUEUE, query)
    assert page.status_code == 200
    return filings_listed(page)


def numbers(*cases: Case) -> list[int]:
    return [case.filing.pk for case in cases]


def due(case: Case, days: int) -> Case:
    """Make the case due ``days`` days from today."""
    Filing.objects.filter(pk=case.filing.pk).update(due_on=timezone.localdate() + timedelta(days=days))
    return case.refresh()


def act(client: Client, name: str, case: Case, **data: object) -> HttpResponse:
    return client.post(reverse(f"bureau_desk:{name}", args=numbers(case)), data, follow=True)
