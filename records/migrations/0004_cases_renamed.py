"""Call cases of cancellation so in the code; no table changes."""

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_rechecks"),
        ("filings", "0005_events_of_returns_checked"),
        ("ministry", "0006_recovery_stopped_by_digest"),
        ("records", "0003_copies_checked"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("caseevent", "matter", "case"),
                migrations.AlterField(
                    "caseevent",
                    "case",
                    models.ForeignKey(
                        on_delete=PROTECT,
                        related_name="events",
                        to="records.cancellationcase",
                        db_column="matter_id",
                    ),
                ),
                migrations.AlterField(
                    "caseevent",
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="case_events", to="filings.officialpaper"
                    ),
                ),
                migrations.AlterField(
                    "cancellationcase",
                    "bureau",
                    models.ForeignKey(on_delete=PROTECT, related_name="cancellation_cases", to="bureaus.bureau"),
                ),
                migrations.AlterField(
                    "cancellationcase",
                    "filing",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="cancellation_cases", to="filings.filing"
                    ),
                ),
                migrations.AlterField(
                    "cancellationcase",
                    "order",
                    models.OneToOneField(
                        null=True, on_delete=PROTECT, related_name="cancellation_case", to="records.order"
                    ),
                ),
                migrations.AlterField(
                    "cancellationcase",
                    "subject",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="cancellation_cases", to="ministry.subject"
                    ),
                ),
                migrations.AlterField(
                    "cancellationcase",
                    "website",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="cancellation_cases", to="ministry.website"
                    ),
                ),
            ],
        ),
    ]
