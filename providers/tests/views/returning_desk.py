"""A provider's desk that returns a filing to its host."""

from typing import Any

import pytest
from post_office.models import Email

from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import case_at, client_of
from icp_portal.tests.hostile import fields_of

REMARK = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称\n或注册商标"}


class Desk:
    """A desk's page of a filing that its person has claimed."""

    def __init__(self, status: Status = Status.WITH_PROVIDER) -> None:
        self.case = case_at(status)
        self.at_bureau = status == Status.WITH_BUREAU
        self.actor = self.case.reviewer if self.at_bureau else self.case.staff
        services.claim(self.case.filing.pk, self.actor)
        Email.objects.all().delete()
        self.client = client_of(self.actor)
        self.url = f"/{'bureau' if self.at_bureau else 'provider'}/filings/{self.case.filing.pk}/"
        self.button = "return" if self.at_bureau else "send_back"

    def page(self, query: str = "") -> str:
        return self.client.get(self.url + query).content.decode()

    def form(self) -> dict[str, Any]:
        return fields_of(self.page())

    def post(self, data: dict[str, Any], **changes: str) -> str:
        response = self.client.post(self.url, data | changes)
        return response.content.decode() if response.status_code == 200 else f"{response.status_code} {response.url}"

    def preview(self, **changes: str) -> str:
        return self.post(self.form() | written(), preview="1", **changes)

    @property
    def filing(self) -> Filing:
        return self.case.refresh().filing


def written(row: int = 0, **changes: str) -> dict[str, str]:
    return {f"remarks-{row}-{name}": value for name, value in (REMARK | changes).items()}


BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])


def text(value: Any) -> str:
    """Return a value regardless of how a browser sends it: line ends and list positions do not count."""
    first = value[0] if isinstance(value, list) else value
    return first.replace("\r\n", "\n").replace("\n", "")
