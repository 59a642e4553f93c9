"""Count how fast providers verify, and how many of their filings bureaus return, for hosts who choose one."""

from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from filings import states
from filings.figures import provider_work
from filings.figures.monthly import FEWEST
from filings.figures.provider_work import Span
from filings.states import Status
from providers.models import MeasuredWork, Provider

BATCH: Final = 50  # providers of a run


def measure_some() -> bool:
    """Count the next providers that were not counted today; return whether more are due. Four queries a provider."""
    today = timezone.localdate()
    due = Provider.objects.filter(
        Q(measured_work=None) | Q(measured_work__counted_on__lt=today), is_active=True
    ).order_by("pk")
    found = list(due.values_list("pk", flat=True)[:BATCH])
    for provider_id in found:
        _measure(provider_id, today)
    return len(found) == BATCH


def _measure(provider_id: int, today: date) -> None:
    span = Span.of(_before(today), MeasuredWork.MONTHS)
    waited = {stage.status: stage for stage in provider_work.stages(provider_id, span)}
    verified = waited.get(Status.WITH_PROVIDER)
    enough = verified is not None and verified.count >= FEWEST
    moves = [month.moves for month in provider_work.months(provider_id, span)]
    returned = sum(one[states.RETURN.name] for one in moves)
    MeasuredWork.objects.update_or_create(
        provider_id=provider_id,
        defaults={
            "half": max(1, verified.half) if verified and enough else None,
            "nine_tenths": max(1, verified.nine_tenths) if verified and enough else None,
            "decided": returned + sum(one[states.APPROVE.name] for one in moves),
            "returned": returned,
            "counted_on": today,
        },
    )


def _before(day: date) -> date:
    """Return the first day of the month before."""
    first: date = Span.of(day, 2).first
    return first
