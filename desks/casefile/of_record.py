"""Orders with receipts, cases, and a migration's offer about the records of a filing, as a desk may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Prefetch, Q

from filings.actors import Actor
from filings.models import Filing, Offer, OfferEnd, OfficialPage, OfficialPaper
from filings.rules import ownership
from filings.states import Role
from records.models import CancellationCase, CaseEvent, Order, OrderEvent, OrderTask
from records.orders import cancellation_cases


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order. A provider sees only its own receipt, and neither the reason nor who made the order."""

    order: Order
    reason: str
    tasks: list[OrderTask]
    events: list[OrderEvent]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """What one side has said or done; ``text`` and ``paper`` only if the desk may read them."""

    event: CaseEvent
    who: str
    text: str
    paper: OfficialPaper | None


@dataclass(frozen=True, slots=True)
class Questioned:
    """A case with all its entries."""

    case: CancellationCase
    entries: list[RecordEntry]

    @property
    def has_proof(self) -> bool:
        return any(entry.paper for entry in self.entries)


def orders(filing: Filing, actor: Actor) -> list[Ordered]:
    """Return the orders about the subject or about a website of the filing, the oldest first. At most six queries."""
    tasks = OrderTask.objects.visible_to(actor).select_related("provider")
    rows = Order.objects.filter(Q(pk__in=Order.objects.visible_to(actor)) | Q(pk__in=tasks.values("order")))
    rows = rows.filter(subject__in=_subjects(filing)).select_related("subject", "website__subject", "access__provider")
    rows = rows.prefetch_related(Prefetch("tasks", tasks), "events", "paper__pages").order_by("pk")
    return [_ordered(order, actor) for order in rows if ownership.is_about(filing, order.website)]


def _subjects(filing: Filing) -> set[int]:
    """Return the subjects it is about: the host's own and, for a migration, that of the host giving the website."""
    return {*filing.records, *filter(None, [filing.subject_id])}


def offer(filing: Filing) -> list[Offer | OfferEnd]:
    """Return the offer of a migration, and its end if it has ended; empty for other filings. At most two queries."""
    if filing.offer_id is None:
        return []
    made = Offer.objects.select_related("by", "website__subject").get(pk=filing.offer_id)
    return [made, *OfferEnd.objects.filter(offer=made)]


def _ordered(order: Order, actor: Actor) -> Ordered:
    is_bureau = actor.role == Role.BUREAU
    tasks = list(order.tasks.all())
    own = {task.pk for task in tasks}
    events = [event for event in order.events.all() if is_bureau or event.task_id in own]
    return Ordered(order, order.reason if is_bureau else "", tasks, events)


def cases(filing: Filing, actor: Actor) -> list[Questioned]:
    """Return the cases about the subject, a website or the place of the filing. At most four queries.

    For the bureau also those its host opened: a provider of the other side must not learn who that is.
    """
    opened = Q(filing=filing) if actor.role == Role.BUREAU else Q(pk=None)
    rows = CancellationCase.objects.visible_to(actor).filter(
        opened | Q(blocking_filing=filing) | Q(subject__in=_subjects(filing))
    )
    rows = rows.select_related("subject", "website__subject", "bureau").order_by("pk")
    rows = rows.prefetch_related("events__paper__pages")
    return [
        Questioned(case, list(_entries(case, actor)))
        for case in rows
        if filing.pk in (case.filing_id, case.blocking_filing_id) or ownership.is_about(filing, case.website)
    ]


def _entries(case: CancellationCase, actor: Actor) -> Iterator[RecordEntry]:
    for event in case.events.all():
        if actor.role == Role.BUREAU or cancellation_cases.is_own(event, actor):
            yield RecordEntry(event, event.actor_name, event.text, event.paper)
        elif event.name not in cancellation_cases.INSIDE:
            yield RecordEntry(event, cancellation_cases.side(event), "", None)


def pages(ordered: list[Ordered], questioned: list[Questioned]) -> Iterator[tuple[str, OfficialPage]]:
    """Yield every page of the papers of orders and cases, each with its name in the zip."""
    for one in ordered:
        for page in one.order.paper.pages.all() if one.order.paper else ():
            yield f"orders/{one.order.pk}-p{page.number}.jpg", page
    for each in questioned:
        for entry in each.entries:
            for page in entry.paper.pages.all() if entry.paper else ():
                yield f"cases/{each.case.pk}-{entry.event.pk}-p{page.number}.jpg", page


def rows(ordered: list[Ordered], questioned: list[Questioned]) -> Iterator[Model]:
    """Yield every audited row of orders and cases except the pages."""
    for one in ordered:
        yield from (one.order, *one.events)
    for each in questioned:
        yield from (entry.event for entry in each.entries)


def index_entry(one: Questioned) -> dict[str, Any]:
    """Return a case for the zip's index: it is not in the audit log itself, only its entries are."""
    case = one.case
    return {
        "case": case.pk,
        "kind": case.kind,
        "number": str(case.number),
        "state": case.state,
        "decided_at": case.decided_at and case.decided_at.isoformat(),
        "order": case.order_id,
    }
