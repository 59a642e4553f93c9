"""The bureau's desk, as the pages that both desks share see it."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bureaus import tabs
from bureaus.access import actor_of, actors, colleague, present, team
from bureaus.filters import BureauFilterForm
from desks.staff.desk import StaffDesk
from desks.staff.queue_columns import Queue
from filings.actors import Actor
from filings.models import Filing
from filings.review import opinions

QUEUE = Queue("bureau_desk", tabs.BY_ID, tabs.COLUMNS, BureauFilterForm)


def work_of(actor: Actor) -> Iterator[QuerySet[Filing]]:
    """Return what the actor has claimed or covers, then what is unassigned, without the actor's own proposals."""
    for rows in QUEUE.work(actor, ("mine", "free"), tabs.BureauQueue.of(actor)):
        found = opinions.with_proposers(rows)
        yield found.filter(Q(proposer_id=None) | ~Q(proposer_id=actor.person_id))


DESK = StaffDesk(
    namespace="bureau_desk",
    filing_page="review",
    actor_of=actor_of,
    colleagues=lambda actor: present(actor.bureau_id),
    colleague=colleague,
    team=lambda actor: actors(team(actor)),
    queue=QUEUE,
    work_of=work_of,
    moment_of=lambda actor, _data: tabs.BureauQueue.of(actor),
    hand_over_lead=_(
        "The filing is your colleague's until its due date has passed. Your colleague is notified by e-mail."
    ),
    note_help=_("Kept in the filing's history; only your bureau sees it."),
    not_colleague=_("Choose a colleague of your own bureau."),
)
