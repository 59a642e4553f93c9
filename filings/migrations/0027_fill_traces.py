"""Give the filings that bureaus have received already the traces by which they meet others."""

from typing import Any

from django.db import migrations

from filings.lookup import shared_traits

BATCH = 500


def fill(apps: Any, _schema: Any) -> None:
    filings, snapshots, verifications, traces = (
        apps.get_model("filings", name).objects for name in ("Filing", "Snapshot", "Verification", "Trace")
    )
    for filing_id in filings.filter(received_at__isnull=False).values_list("pk", flat=True).iterator(BATCH):
        verified = verifications.filter(filing_id=filing_id).latest("round")
        values = snapshots.get(filing_id=filing_id, round=verified.round).facts
        for trace in shared_traits.traces_of(filing_id, values):
            traces.create(filing_id=filing_id, kind=trace.kind, key=trace.key)


class Migration(migrations.Migration):
    dependencies = [("filings", "0026_audit_review")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
