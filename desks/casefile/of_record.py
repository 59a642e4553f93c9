"""What became of the records a filing is about, as a desk sees it: orders with receipts, matters with both sides.

Of a migration also the offer it goes on with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Prefetch, Q

from filings.actors import Actor
from filings.models import Filing, Offer, OfferEnd, OfficialPage, OfficialPaper
from filings.rules import ownership
from filings.states import Role
from records.models import Matter, MatterEvent, Order, OrderEvent, OrderTask
from records.orders import cancellation_cases as room


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order. A provider reads its own receipt; the reason, and who made the order, are not its affair."""

    order: Order
    reason: str
    tasks: list[OrderTask]
    events: list[OrderEvent]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """What one side has said or done; ``text`` and ``paper`` as far as the desk may read them."""

    event: MatterEvent
    who: str
    text: str
    paper: OfficialPaper | None


@dataclass(frozen=True, slots=True)
class Questioned:
    """One matter with everything that was said in it."""

    matter: Matter
    entries: list[RecordEntry]

    @property
    def has_proof(self) -> bool:
        return any(entry.paper for entry in self.entries)


def orders(filing: Filing, actor: Actor) -> list[Ordered]:
    """Return the orders about the subject or about a website of the filing, the oldest first. At most six queries."""
    tasks = OrderTask.objects.visible_to(actor).select_related("provider")
    rows = Order.objects.filter(Q(pk__in=Order.objects.visible_to(actor)) | Q(pk__in=tasks.values("order")))
    rows = rows.filter(subject__in=_subjects(filing)).select_related("subject", "website__subject", "access__provider")
    rows = rows.prefetch_related(Prefetch("tasks", tasks, "own_tasks"), "events", "paper__pages").order_by("pk")
    return [_ordered(order, actor) for order in rows if ownership.is_about(filing, order.website)]


def _subjects(filing: Filing) -> set[int]:
    """Return whose record it is about: the host's own, of a migration also that of the host that gives the website."""
    return {*filing.records, *filter(None, [filing.subject_id])}


def offer(filing: Filing) -> list[Offer | OfferEnd]:
    """That the website's host agrees, and the end of that; nothing of any other filing. Two queries at most."""
    if filing.offer_id is None:
        return []
    made = Offer.objects.select_related("by", "website__subject").get(pk=filing.offer_id)
    return [made, *OfferEnd.objects.filter(offer=made)]


def _ordered(order: Order, actor: Actor) -> Ordered:
    is_bureau = actor.role == Role.BUREAU
    tasks = list(order.own_tasks)  # type: ignore[attr-defined]
    own = {task.pk for task in tasks}
    events = [event for event in order.events.all() if is_bureau or event.task_id in own]
    return Ordered(order, order.reason if is_bureau else "", tasks, events)


def matters(filing: Filing, actor: Actor) -> list[Questioned]:
    """The matters about the subject, a website or the place of the filing, and, for the bureau, those its host opened:
    a provider of the other side does not learn who that is. At most four queries.
    """
    opened = Q(filing=filing) if actor.role == Role.BUREAU else Q(pk=None)
    rows = Matter.objects.visible_to(actor).filter(opened | Q(rival=filing) | Q(subject__in=_subjects(filing)))
    rows = rows.select_related("subject", "website__subject", "bureau").order_by("pk")
    rows = rows.prefetch_related("events__paper__pages")
    return [
        Questioned(matter, list(_entries(matter, actor)))
        for matter in rows
        if filing.pk in (matter.filing_id, matter.rival_id) or ownership.is_about(filing, matter.website)
    ]


def _entries(matter: Matter, actor: Actor) -> Iterator[RecordEntry]:
    for event in matter.events.all():
        if actor.role == Role.BUREAU or room.is_own(event, actor):
            yield RecordEntry(event, event.actor_name, event.text, event.paper)
        elif event.name not in room.INSIDE:
            yield RecordEntry(event, room.side(event), "", None)


def pages(ordered: list[Ordered], questioned: list[Questioned]) -> Iterator[tuple[str, OfficialPage]]:
    """Yield every page of their papers, each with its place in the zip."""
    for one in ordered:
        for page in one.order.paper.pages.all() if one.order.paper else ():
            yield f"orders/{one.order.pk}-p{page.number}.jpg", page
    for each in questioned:
        for entry in each.entries:
            for page in entry.paper.pages.all() if entry.paper else ():
                yield f"matters/{each.matter.pk}-{entry.event.pk}-p{page.number}.jpg", page


def rows(ordered: list[Ordered], questioned: list[Questioned]) -> Iterator[Model]:
    """Yield every audited row of them but the pages."""
    for one in ordered:
        yield from (one.order, *one.events)
    for each in questioned:
        yield from (entry.event for entry in each.entries)


def said(one: Questioned) -> dict[str, Any]:
    """Return a matter in the zip's index: it is no row of the audit log, its entries are."""
    matter = one.matter
    return {
        "matter": matter.pk,
        "kind": matter.kind,
        "number": str(matter.number),
        "state": matter.state,
        "decided_at": matter.decided_at and matter.decided_at.isoformat(),
        "order": matter.order_id,
    }
