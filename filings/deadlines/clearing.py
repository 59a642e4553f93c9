"""Delete what has expired: sessions, mails not about a filing, recoveries, questions, counts, webhook messages.

Mails about a filing are part of its case file and stay. Deletes in batches, so that no run locks many rows for long;
the next run continues a killed one.
"""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts import quotas
from accounts.models import LookUps
from filings.models import FilingMail, WebhookMessage
from filings.webhooks import sending
from ministry.models import CertificateQuestion, Recovery

BATCH = 1000
# The most rows per table and night; the rest is deleted the next night.
MOST_A_NIGHT = 200_000
# Our own limits: how long operators can look up sent mails, and why a password was sent or not; questions have an
# address, and are needed for a day.
MAILS_STAY = timedelta(days=180)
RECOVERIES_STAY = timedelta(days=180)
QUESTIONS_STAY = timedelta(days=30)
# How long providers can look up what was sent to their systems, and send it again; ours.
WEBHOOKS_STAY = timedelta(days=30)


def clear() -> dict[str, int]:
    """Delete what has expired; return the counts by table."""
    now = timezone.now()
    sending.forget_former_secrets()
    about_a_filing = Exists(FilingMail.objects.filter(mail=OuterRef("pk")))
    sent = Email.objects.filter(status=STATUS.sent, created__lt=now - MAILS_STAY).exclude(about_a_filing)
    return {
        "sessions": _cleared(Session.objects.filter(expire_date__lt=now)),
        "mails": _cleared(sent),
        "look_ups": _cleared(LookUps.objects.filter(day__lt=timezone.localdate(now) - quotas.STAYS)),
        "questions": _cleared(CertificateQuestion.objects.filter(answered_at__lt=now - QUESTIONS_STAY)),
        "recoveries": _cleared(Recovery.objects.filter(ended_at__lt=now - RECOVERIES_STAY)),
        "webhooks": _cleared(WebhookMessage.objects.filter(made_at__lt=now - WEBHOOKS_STAY)),
    }


def _cleared(rows: QuerySet[Any]) -> int:
    """Delete these rows in batches, up to ``MOST_A_NIGHT``; return how many."""
    done = 0
    while done < MOST_A_NIGHT and (keys := list(rows.values_list("pk", flat=True)[:BATCH])):
        rows.model._default_manager.filter(pk__in=keys).delete()
        done += len(keys)
    return done
