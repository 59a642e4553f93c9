"""Delete what has expired: sessions, mails not about a filing, recoveries, questions, counts, webhook messages.

Mails about a filing are part of its case file and stay, as do mails that are still to be sent. Deletes in batches, so
that no run locks many rows for long; the next run continues a killed one.
"""

from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import LookUps
from filings.models import FilingMail, WebhookMessage
from filings.webhooks import sending
from ministry import retention
from ministry.mail import queue
from ministry.models import CertificateQuestion, Recovery
from ministry.retention import DataKind

BATCH = 1000
# The most rows per table and night; the rest is deleted the next night.
MOST_A_NIGHT = 200_000
# Mails that no worker sends any more; an operator could send those that failed or are held back again.
DONE: Final = Q(status=STATUS.sent) | queue.FAILED | queue.HELD
CLEARED = (DataKind.MAILS, DataKind.COUNTS, DataKind.QUESTIONS, DataKind.RECOVERIES, DataKind.WEBHOOKS)


def clear() -> dict[str, int]:
    """Delete what has expired; return the counts by table."""
    now = timezone.now()
    sending.forget_former_secrets()
    periods = {kind: retention.days(kind) for kind in CLEARED}
    about_a_filing = Exists(FilingMail.objects.filter(mail=OuterRef("pk")))
    old = Email.objects.filter(DONE, created__lt=now - periods[DataKind.MAILS]).exclude(about_a_filing)
    return {
        "sessions": _cleared(Session.objects.filter(expire_date__lt=now)),
        "mails": _cleared(old),
        "look_ups": _cleared(LookUps.objects.filter(day__lt=timezone.localdate(now) - periods[DataKind.COUNTS])),
        "questions": _cleared(CertificateQuestion.objects.filter(answered_at__lt=now - periods[DataKind.QUESTIONS])),
        "recoveries": _cleared(Recovery.objects.filter(ended_at__lt=now - periods[DataKind.RECOVERIES])),
        "webhooks": _cleared(WebhookMessage.objects.filter(made_at__lt=now - periods[DataKind.WEBHOOKS])),
    }


def _cleared(rows: QuerySet[Any]) -> int:
    """Delete these rows in batches, up to ``MOST_A_NIGHT``; return how many."""
    done = 0
    while done < MOST_A_NIGHT and (keys := list(rows.values_list("pk", flat=True)[:BATCH])):
        rows.model._default_manager.filter(pk__in=keys).delete()
        done += len(keys)
    return done
