"""Which round a bureau has received last. So far each that was verified went to the bureau at once."""

from django.db import migrations, models

FILL = """
UPDATE filings_filing SET received_round = newest.round
FROM (SELECT filing_id, max(round) AS round FROM filings_verification GROUP BY filing_id) newest
WHERE newest.filing_id = filings_filing.id AND filings_filing.received_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0040_bureau_filters"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="received_round",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
