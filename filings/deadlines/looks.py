"""Erase who has looked at a filing's personal data, and at what, when the period of looks is over.

The row stays with its filing, time and side, because the audit log counts it.
"""

import time

from django.db.models import QuerySet

from filings import clock
from filings.deadlines import batches
from filings.models import Look
from ministry import audit

BATCH = 500


def erase_old() -> bool:
    """Erase old looks in batches for a limited time; return whether some may be left."""
    end = time.monotonic() + batches.SECONDS
    while keys := list(_due().order_by("at").values_list("pk", flat=True)[:BATCH]):
        audit.erase(_due().filter(pk__in=keys))  # those that no other worker has erased meanwhile
        if time.monotonic() >= end:
            return True
    return False


def _due() -> QuerySet[Look]:
    return Look.objects.filter(user__isnull=False, at__lt=clock.looks_before())
