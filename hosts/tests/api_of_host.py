"""A host with a filing, and the addresses of its API."""

from typing import Any

from django.test import Client

from icp_portal.tests.builders import Case, sign_in
from icp_portal.tests.hostile import fields_of


class Own:
    """A draft, and its host's browser."""

    def __init__(self, **options: Any) -> None:
        self.case = Case()
        self.client = sign_in(Client(**options), self.case.filing.host)

    def page(self, section: str) -> dict[str, Any]:
        return fields_of(self.client.get(f"/filings/{self.case.filing.pk}/edit/{section}/").content.decode())

    def save(self, section: str, data: dict[str, Any] | None = None, **typed: Any) -> Any:
        data = self.page(section) if data is None else data
        return self.client.post(f"/api/filings/{self.case.filing.pk}/sections/{section}", data | typed)

    def findings(self) -> Any:
        return self.client.get(f"/api/filings/{self.case.filing.pk}/findings")

    def kept(self, path: str) -> Any:
        return self.case.refresh().filing.get(path)


def paths(response: Any) -> list[str]:
    return [finding["path"] for finding in response.json()["findings"]]
