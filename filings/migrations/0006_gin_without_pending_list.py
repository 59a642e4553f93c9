import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0005_idle_tasks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "ALTER INDEX exports_of_filing SET (fastupdate = off);"
                    "SELECT gin_clean_pending_list('exports_of_filing')",
                    "ALTER INDEX exports_of_filing RESET (fastupdate)",
                )
            ],
            [
                migrations.RemoveIndex(model_name="export", name="exports_of_filing"),
                migrations.AddIndex(
                    model_name="export",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["filing_ids"], name="exports_of_filing"
                    ),
                ),
            ],
        ),
    ]
