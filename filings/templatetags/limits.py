"""The limits of the code, for the words of pages and mails that name them."""

from collections.abc import Callable

from django import template
from django.conf import settings

from filings import clock
from filings.deadlines import escalation, reminder_levels
from filings.evidence import quality
from filings.evidence.limited import concurrency
from filings.figures import provider_work
from filings.kinds import spec
from filings.lookup import search
from filings.rules import mailboxes, required_codes
from filings.verification import handovers, one_time_codes
from ministry import retention
from ministry.register import public_search
from ministry.retention import DataKind

register = template.Library()

ONE_MINUTE, ONE_HOUR, ONE_MB = 60, 3600, 1024**2

# Read each time: operators change the periods while the portal runs.
LIMITS: dict[str, Callable[[], object]] = {
    "working_days": lambda: clock.WORKING_DAYS,
    "overdue_days": lambda: -escalation.ESCALATED.left,
    "draft_days": lambda: clock.draft_life().days,
    "data_days": lambda: retention.length(DataKind.UNVERIFIED),
    "waiting_days": lambda: reminder_levels.WAITING[0],
    "expiry_days": lambda: "/".join(map(str, reminder_levels.WATCHED)),
    "shell_days": lambda: settings.SHELL_PUBLIC_DAYS,
    "account_code_minutes": lambda: settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT // ONE_MINUTE,
    "code_hours": lambda: int(settings.CODE_LIFE.total_seconds()) // ONE_HOUR,
    "code_tries": lambda: one_time_codes.TRIES,
    "mailbox_digits": lambda: mailboxes.DIGITS,
    "mailbox_hours": lambda: int(mailboxes.LIFE.total_seconds()) // ONE_HOUR,
    "phone_hours": lambda: int(handovers.LIFE.total_seconds()) // ONE_HOUR,
    "change_days": lambda: spec.CHANGE_NOTICE_DAYS,
    "photo_longer": lambda: quality.PHOTO.least[0],
    "photo_shorter": lambda: quality.PHOTO.least[1],
    "part_characters": lambda: public_search.SHORTEST_PART,
    "name_characters": lambda: search.SHORTEST_NAME,
    "tail_characters": lambda: search.TAIL,
    "certificate_characters": lambda: required_codes.LAST,
    "file_mb": lambda: settings.EVIDENCE_MAX_BYTES // ONE_MB,
    "account_files": lambda: len(concurrency.OF_ACCOUNT),
    "months_shown": lambda: provider_work.MONTHS,
    "form_mb": lambda: settings.FORM_MAX_BYTES // ONE_MB,
}


@register.simple_tag
def limit(name: str) -> str:
    """Return the limit of this name as it is written in a sentence.

    A tag, because pages without a request, such as that of an internal error, have no context.
    """
    return str(LIMITS[name]())
