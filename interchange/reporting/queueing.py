"""Note a filing that a bureau with a system of its own has received, in the transaction of the move."""

from typing import Final

from filings.models import Filing
from interchange.models import Report, ReportingConnection
from interchange.results import ENDINGS, OPERATIONS
from ministry.mail.outbox import after_commit

TASK: Final = "interchange.report"


def received(filing: Filing) -> None:
    """Write the report of a filing that its provider has passed on; no query for other bureaus' filings."""
    bureau = filing.bureau
    if bureau is None or not bureau.external:
        return
    law = filing.law
    Report.objects.create(
        provider_id=filing.provider_id,
        bureau=bureau,
        filing=filing,
        round=filing.round,
        operation=law.operation,
        result_type=ENDINGS[law.target] if law.cancels else OPERATIONS.get(law.operation, 0),
    )
    rows = ReportingConnection.objects.filter(provider=filing.provider_id, bureau=bureau)
    for key in rows.values_list("pk", flat=True):
        after_commit(TASK, key)
