"""What differs between the two desks, for the pages that are the same on both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from desks.staff.queue_columns import Queue
from filings.actors import Actor


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """A provider's or a bureau's desk.

    ``colleague`` returns one of ``colleagues`` and raises ObjectDoesNotExist for anybody else; ``team`` returns
    everybody who works there, also those away today, the actor included, in one query; the last three are texts of the
    page that reassigns a filing.
    """

    namespace: str
    filing_page: str  # URL name
    actor_of: Callable[[HttpRequest], Actor]
    colleagues: Callable[[Actor], QuerySet[Any]]  # to whom the actor may assign work, itself included
    colleague: Callable[[Actor, int], Actor]
    team: Callable[[Actor], list[Actor]]
    queue: Queue[Any]
    work_of: Callable[[Actor], Iterable[QuerySet[Any]]]  # the filings to work on next: the actor's own, the unassigned
    moment_of: Callable[[Actor, QueryDict], Any]  # the queue as it is now, for a view's parameters
    hand_over_lead: Promise
    note_help: Promise
    not_colleague: Promise

    def url(self, name: str, *args: Any) -> str:
        """Return the URL of a page of this desk."""
        return reverse(f"{self.namespace}:{name}", args=args)

    def filing_url(self, filing_id: int) -> str:
        """Return the URL of a filing's page."""
        return self.url(self.filing_page, filing_id)

    @property
    def queue_url(self) -> str:
        """Return the URL of the queue."""
        return self.url("index")
