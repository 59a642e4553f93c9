"""The provider's desk, as the pages that both desks share see it."""

from django.utils.translation import gettext_lazy as _

from desks.staff.desk import StaffDesk
from desks.staff.queue import Queue
from providers import tabs
from providers.access import actor_of, colleague, team
from providers.filters import ProviderFilterForm

QUEUE = Queue("provider_desk", tabs.BY_ID, ProviderFilterForm)

DESK = StaffDesk(
    namespace="provider_desk",
    filing_page="verify",
    actor_of=actor_of,
    colleagues=team,
    colleague=colleague,
    queue_of=lambda _actor: QUEUE,
    hand_over_lead=_(
        "The filing is your colleague's until the end of the next working day. Your colleague is told by mail."
    ),
    note_help=_("Kept in the filing's history; only your provider sees it."),
    not_colleague=_("Choose a colleague of your own provider."),
)
