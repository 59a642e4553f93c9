"""What the nightly check of stored files finds; and the columns it looks files up by."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0052_transfers_and_ends_by_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("place", models.CharField(blank=True, max_length=255)),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="files on record")),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="missing from the storage")),
                (
                    "examples",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        size=None,
                        verbose_name="the first of them",
                    ),
                ),
                ("files", models.PositiveIntegerField(default=0, verbose_name="files in the storage")),
                ("unnamed", models.PositiveIntegerField(default=0, verbose_name="files that nothing names")),
                ("removed", models.PositiveIntegerField(default=0, verbose_name="of these removed")),
                ("fault", models.TextField(blank=True, verbose_name="why nothing was removed")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="completed at")),
            ],
            options={
                "verbose_name": "check of the stored files",
                "verbose_name_plural": "checks of the stored files",
                "ordering": ["-day"],
            },
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["file"], name="picture_file"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["official"], name="picture_official"),
        ),
        migrations.AddIndex(
            model_name="mandatepage",
            index=models.Index(fields=["file"], name="mandate_page_file"),
        ),
        migrations.AddIndex(
            model_name="officialpage",
            index=models.Index(fields=["file"], name="official_page_file"),
        ),
        migrations.AddIndex(
            model_name="sheetscan",
            index=models.Index(fields=["file"], name="scan_file"),
        ),
        migrations.AddIndex(
            model_name="sheetscan",
            index=models.Index(fields=["official"], name="scan_official"),
        ),
    ]
