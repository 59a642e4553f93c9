"""The bureau's desk, as the pages that both desks share see it."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from bureaus import tabs
from bureaus.access import actor_of, colleague, present
from bureaus.filters import BureauFilterForm
from desks.staff.desk import StaffDesk
from desks.staff.queue import Queue
from filings.actors import Actor


def queue_of(actor: Actor) -> Queue[tabs.BureauQueue]:
    """Return the queue, whose filters name the providers of the actor's province."""
    return Queue("bureau_desk", tabs.BY_ID, partial(BureauFilterForm, bureau_id=actor.bureau_id))


DESK = StaffDesk(
    namespace="bureau_desk",
    filing_page="review",
    actor_of=actor_of,
    colleagues=lambda actor: present(actor.bureau_id),
    colleague=colleague,
    queue_of=queue_of,
    hand_over_lead=_("The filing is your colleague's until its due date has passed. Your colleague is told by mail."),
    note_help=_("Kept in the filing's history; only your bureau sees it."),
    not_colleague=_("Choose a colleague of your own bureau."),
)
