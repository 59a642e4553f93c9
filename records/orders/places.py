"""Cases against another host's open filing, begun by the owner of the certificate or domain that it uses.

The procedure is that for records (``cancellation_cases``): papers from both sides, and neither learns who the other is.
The bureau of the other filing's province decides, even if it has not received that filing yet. If it upholds the claim,
the other filing is ended, its host and provider are notified, and its reservations are deleted. The claim ends
automatically when either filing ends.
"""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from filings import states
from filings.actors import portal
from filings.errors import MoveRefused
from filings.models import Filing
from filings.moves.moving import making
from filings.states import OPEN, Status
from records.models import CancellationCase, CaseKind, CaseState


def begin(
    blocking_filing_id: int, domain: str, *, answer_by: date, decide_by: date, **columns: Any
) -> CancellationCase:
    """Create a claim against another host's open filing, in the caller's transaction."""
    blocking_filing = Filing.objects.defer("facts").get(pk=blocking_filing_id)
    try:
        with transaction.atomic():
            return CancellationCase.objects.create(
                kind=CaseKind.PLACE,
                bureau_id=blocking_filing.subject_province,
                blocking_filing=blocking_filing,
                domain=domain,
                provider_ids=[blocking_filing.provider_id],
                answer_by=answer_by,
                decide_by=decide_by,
                **columns,
            )
    except IntegrityError as error:
        raise MoveRefused(_("You have already submitted this claim. Wait for the bureau's decision.")) from error


def free(case: CancellationCase, reason: str) -> None:
    """End the filing against which a claim was upheld and notify its host and provider.

    Raises MoveRefused if it has already ended.
    """
    with making(states.DISPLACE, case.blocking_filing_id or 0, portal(), None, note=reason):
        pass


def open_about(filing: Filing) -> QuerySet[CancellationCase]:
    """Return the open claims against a filing, oldest first."""
    return CancellationCase.objects.open().filter(blocking_filing=filing).select_related("bureau").order_by("pk")


def over() -> Q:
    """Return the condition for claims with nothing left to decide, because one of the two filings has ended."""
    return Q(kind=CaseKind.PLACE) & (~Q(blocking_filing__status__in=OPEN) | ~Q(filing__status__in=states.UNDER_WAY))


def outcome(case: CancellationCase) -> tuple[CaseState, str]:
    """Return the final state of a claim that ends without a decision, and the reason in words for both sides."""
    if case.blocking_filing is not None and case.blocking_filing.status == Status.FILED:
        return CaseState.KEPT, _(
            "The filing was approved before the decision. Its contents are now on record; anybody blocked "
            "by that record can apply for its cancellation."
        )
    if case.blocking_filing is not None and case.blocking_filing.status not in OPEN:
        return CaseState.FREED, _(
            "The filing ended before the decision. Its certificate and domains are available again."
        )
    return CaseState.WITHDRAWN, _("The blocked filing has ended, so the claim has ended too.")
