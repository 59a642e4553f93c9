"""Fixtures of the tests of the provider's side: its calls reach the portal's own server, in the test's transaction."""

import io
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from pytest_django import Settings
from requests.adapters import BaseAdapter

from interchange.reporting import wire
from interchange.tests.reporting.reporting_provider import ReportingProvider

BUREAU = "http://testserver"


class ToTheServer(BaseAdapter):
    """Carries requests to the portal's views without a network; test_round_trip.py has one."""

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        if urlsplit(request.url).hostname != urlsplit(BUREAU).hostname:
            raise requests.ConnectionError
        kind = request.headers.get("Content-Type", "")
        got = Client().generic(str(request.method), request.path_url, request.body or b"", content_type=kind)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = got.status_code, str(request.url), request
        answer.headers.update(got.headers)
        answer.raw = io.BytesIO(got.content)
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def reporting(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ReportingProvider:
    settings.WEBHOOKS_TO_LOCAL = True
    monkeypatch.setattr(wire, "_CheckedAdapter", ToTheServer)
    return ReportingProvider(BUREAU)
