"""Each event names its provider, each move since when it had waited: what a provider's figures are counted from."""

import django.db.models.deletion
from django.db import migrations, models

# The table is append-only; what is added here repeats what the rows around it say.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE filings_event DISABLE TRIGGER USER;
UPDATE filings_event event SET provider_id = filing.provider_id FROM filings_filing filing
    WHERE filing.id = event.filing_id;
UPDATE filings_event event SET waited_since = earlier.at
    FROM (
        SELECT id, lag(at) OVER (PARTITION BY filing_id ORDER BY id) AS at FROM filings_event WHERE target <> ''
    ) earlier
    WHERE earlier.id = event.id AND event.source <> '';
ALTER TABLE filings_event ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0013_verification_sheets"),
        ("providers", "0002_ip_ranges"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="provider",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="waited_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="event",
            name="provider",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("waited_since__isnull", False)),
                fields=["provider", "at"],
                name="moves_of_provider",
            ),
        ),
    ]
