"""The provider's desk, as the pages that both desks share see it."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from desks.staff.desk import StaffDesk
from desks.staff.queue_columns import Queue
from filings.actors import Actor
from filings.models import Filing
from providers import tabs
from providers.access import actor_of, actors, colleague, team
from providers.filters import ProviderFilterForm
from providers.models import Provider

QUEUE = Queue("provider_desk", tabs.BY_ID, tabs.COLUMNS, ProviderFilterForm)


def moment_of(actor: Actor, data: QueryDict) -> tabs.ProviderQueue:
    """Return the queue as it is now, by the provider's promise and the age asked for. Two queries at most."""
    promised = Provider.objects.values_list("promised_days", flat=True).get(pk=actor.provider_id or 0)
    return tabs.ProviderQueue.of(actor.person_id, promised, ProviderFilterForm(data).working_days)


def work_of(actor: Actor) -> Iterator[QuerySet[Filing]]:
    """Return what the actor has claimed, then what is unassigned."""
    return QUEUE.work(actor, ("mine", "work"), tabs.ProviderQueue.of(actor.person_id, None, None))


DESK = StaffDesk(
    namespace="provider_desk",
    filing_page="verify",
    actor_of=actor_of,
    colleagues=team,
    colleague=colleague,
    team=lambda actor: actors(team(actor)),
    queue=QUEUE,
    work_of=work_of,
    moment_of=moment_of,
    hand_over_lead=_(
        "The filing is your colleague's until the end of the next working day. Your colleague is notified by e-mail."
    ),
    note_help=_("Kept in the filing's history; only your provider sees it."),
    not_colleague=_("Choose a colleague of your own provider."),
)
