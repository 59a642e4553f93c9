"""Enter what a bureau has received into its search, and each filing's prior approvals, both as they were handed on."""

from typing import Any

from django.db import migrations

from filings import facts
from filings.lookup import search

BATCH = 500


def fill(apps: Any, _schema: Any) -> None:
    filings, snapshots = (apps.get_model("filings", name).objects for name in ("Filing", "Snapshot"))
    entries = apps.get_model("filings", "SearchEntry").objects
    for filing in filings.filter(round__gt=0).only("pk", "provider_id", "bureau_id", "round").iterator(BATCH):
        values = snapshots.get(filing=filing, round=filing.round).facts
        if approvals := facts.approvals_of(values):
            filings.filter(pk=filing.pk).update(prior_approvals=approvals)
        if filing.bureau_id:
            entry = search.entry_of(filing.pk, filing.provider_id, values, bureau_id=filing.bureau_id)
            entries.filter(pk=filing.pk).update(keys=entry.keys)


class Migration(migrations.Migration):
    dependencies = [("filings", "0038_queue")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
