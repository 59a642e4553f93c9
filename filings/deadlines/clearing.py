"""Clearing what nobody needs any more: sessions that are over, mails about no filing, recoveries that have ended.

Mails about a filing are part of its case file and stay. Batch by batch, so that no run holds many rows for long; a run
that was killed is gone on with by the next.
"""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from post_office.models import STATUS, Email

from filings.models import FilingMail
from ministry.models import Recovery

BATCH = 1000
# A night's ceiling for each of them; what is over it is cleared the next night.
MOST_A_NIGHT = 200_000
# Limits of ours: how long operators can look up what was sent, and why a password was sent or not.
MAILS_STAY = timedelta(days=180)
RECOVERIES_STAY = timedelta(days=180)


def clear() -> dict[str, int]:
    """Delete what is over; return how many of each."""
    now = timezone.now()
    about_a_filing = Exists(FilingMail.objects.filter(mail=OuterRef("pk")))
    sent = Email.objects.filter(status=STATUS.sent, created__lt=now - MAILS_STAY).exclude(about_a_filing)
    return {
        "sessions": _cleared(Session.objects.filter(expire_date__lt=now)),
        "mails": _cleared(sent),
        "recoveries": _cleared(Recovery.objects.filter(ended_at__lt=now - RECOVERIES_STAY)),
    }


def _cleared(rows: QuerySet[Any]) -> int:
    """Delete these rows in batches, up to the night's ceiling; return how many."""
    done = 0
    while done < MOST_A_NIGHT and (keys := list(rows.values_list("pk", flat=True)[:BATCH])):
        rows.model._default_manager.filter(pk__in=keys).delete()
        done += len(keys)
    return done
