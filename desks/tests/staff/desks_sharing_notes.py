"""A filing at both desks, whose staff write notes on its page."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from bureaus.staff_desk import DESK as BUREAUS_DESK
from desks.staff.desk import StaffDesk
from filings import services
from filings.actors import Actor
from filings.models import StaffNote
from filings.review import notes
from filings.states import Status
from icp_portal.tests.builders import case_at, reviewer, sign_in, staff, user_of
from icp_portal.tests.hostile import fields_of, filings_listed
from providers.models import StaffRole
from providers.staff_desk import DESK as PROVIDERS_DESK

SAID = "主办者来电，周五补材料。"
ADD = {"note_add": "1"}
BOTH = pytest.mark.parametrize("at_bureau", [False, True], ids=["provider", "bureau"])
CLAIMED = pytest.mark.parametrize("claimed", [False, True], ids=["read", "claimed"])


class Shared:
    """A filing with two members of staff of one desk; ``claimed``: the first has claimed it."""

    def __init__(self, *, at_bureau: bool, claimed: bool = True, status: Status | None = None) -> None:
        self.case = case_at(status or (Status.WITH_BUREAU if at_bureau else Status.WITH_PROVIDER))
        self.desk: StaffDesk = BUREAUS_DESK if at_bureau else PROVIDERS_DESK
        self.actor: Actor = self.case.reviewer if at_bureau else self.case.staff
        self.colleague = reviewer() if at_bureau else staff(self.case.provider, StaffRole.SUPERVISOR)
        if claimed:
            services.claim(self.case.filing.pk, self.actor)
        self.client, self.theirs = (sign_in(Client(), user_of(one)) for one in (self.actor, self.colleague))
        self.url = self.desk.filing_url(self.case.filing.pk)

    def send(self, *, by: Client | None = None, **changes: Any) -> HttpResponse:
        """Open the page, change these fields of what its form would send, and send it."""
        client = by or self.client
        return client.post(self.url, self.form(client) | changes)

    def form(self, client: Client | None = None) -> dict[str, Any]:
        page = (client or self.client).get(self.url).content.decode()
        return fields_of(page) if 'id="decide"' in page else own_form(fields_of(page))

    def note(self, *told: Actor, by: Actor | None = None, text: str = SAID) -> StaffNote:
        return notes.write(self.case.filing.pk, by or self.colleague, text=text, mentioned=told, seen=0)

    def tab(self, client: Client) -> tuple[str, list[int]]:
        """The count of the tab of mentions, and the filings it lists."""
        page = client.get(f"{self.desk.queue_url}?tab=mentions")
        count = next(tab.count for tab in page.context["tabs"] if tab.current)
        return count, filings_listed(page)


def own_form(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the notes' own form on a page sends."""
    return {name: value for name, value in sent.items() if name.startswith("note_")}
