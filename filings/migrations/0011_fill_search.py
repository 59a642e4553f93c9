"""Enter what has been handed on into the search, as it was handed on."""

from typing import Any

from django.db import migrations

from filings import facts
from filings.lookup import search

BATCH = 500


def fill(apps: Any, _schema: Any) -> None:
    filings, snapshots = (apps.get_model("filings", name).objects for name in ("Filing", "Snapshot"))
    entries = apps.get_model("filings", "SearchEntry").objects
    for filing in filings.filter(round__gt=0).only("pk", "provider_id", "round").iterator(BATCH):
        values = snapshots.get(filing=filing, round=filing.round).facts
        entry = search.entry_of(filing.pk, filing.provider_id, values)
        entries.create(filing_id=filing.pk, keys=entry.keys, names=entry.names)
        filings.filter(pk=filing.pk).update(
            subject_nature=facts.nature(values), subject_province=str(facts.read(values, "subject.province"))[:6]
        )


class Migration(migrations.Migration):
    dependencies = [("filings", "0010_search_and_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
