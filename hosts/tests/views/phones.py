"""A phone that brings a picture to the filing on the desktop."""

import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from filings.models import Evidence, Handover
from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from icp_portal.tests.hostile import browser

PATH = "papers.responsible_front"
KIND = "papers.responsible_front"


def good(number: int = 7) -> SimpleUploadedFile:
    return invent.card("PHONE", number)


class Desk:
    """The host at the computer; ``phone`` answers the address on the code."""

    def __init__(self, case: Case | None = None) -> None:
        self.case = case or Case()
        self.client = browser(self.case.filing.host)

    def make(self, path: str = PATH) -> HttpResponse:
        return self.client.post(reverse("filings:handover", args=[self.case.filing.pk]), {"path": path})

    def code(self, path: str = PATH) -> str:
        """Make a code; answers the path of its address."""
        page = self.make(path).content.decode()
        found = re.search(r'class="code">http://testserver(/filings/phone/[\w-]+/)<', unescape(page))
        assert found
        return found[1]

    def state(self, handover: Handover, query: str = "?part") -> str:
        url = reverse("filings:handover_state", args=[self.case.filing.pk, handover.pk])
        return self.client.get(url + query).content.decode()

    def pictures(self) -> int:
        return self.case.filing.evidence.filter(path=KIND).count()

    def current(self) -> Evidence:
        return self.case.filing.evidence.get(path=KIND, replaced_at=None)


def send(phone: Client, address: str, file: Any = None, **more: Any) -> HttpResponse:
    return phone.post(address, {"picture": file or good(), **more})


def is_gone(response: HttpResponse) -> bool:
    """Always the same answer, whatever the reason."""
    return response.status_code == 404 and b"<h1>" in response.content and b'type="file"' not in response.content
