"""The limits of the code, for the words of pages and mails that name them."""

from django import template
from django.conf import settings

from filings import clock
from filings.deadlines import escalation, reminder_levels
from filings.rules import mailboxes
from filings.verification import handovers
from ministry import retention
from ministry.retention import DataKind

register = template.Library()

ONE_MINUTE, ONE_HOUR = 60, 3600


@register.simple_tag
def limit(name: str) -> str:
    """Return the limit of this name as it is written in a sentence."""
    limits = {
        "working_days": clock.WORKING_DAYS,
        "overdue_days": -escalation.ESCALATED.left,
        "draft_days": clock.draft_life().days,
        "data_days": retention.length(DataKind.UNVERIFIED),
        "waiting_days": reminder_levels.WAITING[0],
        "expiry_days": "/".join(map(str, reminder_levels.WATCHED)),
        "shell_days": settings.SHELL_PUBLIC_DAYS,
        "account_code_minutes": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT // ONE_MINUTE,
        "code_hours": int(settings.CODE_LIFE.total_seconds()) // ONE_HOUR,
        "mailbox_hours": int(mailboxes.LIFE.total_seconds()) // ONE_HOUR,
        "phone_hours": int(handovers.LIFE.total_seconds()) // ONE_HOUR,
    }
    return str(limits[name])
