"""The mail of each morning to the operators: what they have to look at, or that there is nothing."""

from typing import Final

from django.utils import timezone

from accounts import languages
from accounts.links import link_to
from accounts.models import Party, User
from bureaus import morning_mail
from bureaus.models import MorningMail
from icp_portal.watch import status

KIND: Final = "status"


def write() -> int:
    """Write today's mail to each operator who has none yet; return how many. Safe to repeat."""
    today = timezone.localdate()
    told = MorningMail.objects.filter(kind=KIND, day=today).values("to")
    operators = User.objects.filter(party=Party.MINISTRY, is_active=True).exclude(email__in=told).order_by("pk")
    if not (addresses := list(operators.values_list("email", flat=True))):
        return 0
    with languages.of(None):  # in which the mail is written
        found = [(area, one) for area, one in status.conditions() if one.tone != status.FINE]
    context = {"found": found, "url": link_to("portal_status")}
    return sum(morning_mail.once(KIND, today, to, "status_ministry", context) for to in addresses)
