"""Verification sheets as they were issued, and the signed copies of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.sealed
import filings.models.sheet


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0012_counted_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("website", models.PositiveSmallIntegerField(help_text="counted from 0")),
                ("token", models.CharField(default=filings.models.sheet.new_token, max_length=32, unique=True)),
                ("content", accounts.sealed.SealedJSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField(auto_now_add=True)),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="filings.verification"
                    ),
                ),
            ],
            options={
                "verbose_name": "verification sheet",
                "verbose_name_plural": "verification sheets",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SheetScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("page", models.PositiveSmallIntegerField()),
                ("file", models.FileField(upload_to=filings.models.sheet.private_page)),
                ("official", models.FileField(upload_to=filings.models.sheet.private_page)),
                ("sha256", models.CharField(max_length=64)),
                ("original_sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "advice",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="filings.sheet"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "signed copy of a verification sheet",
                "verbose_name_plural": "signed copies of verification sheets",
                "ordering": ["sheet", "-version", "page"],
            },
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("verification", "website"), name="one_sheet_per_website"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheet",
            trigger=pgtrigger.compiler.Trigger(
                name="sheet_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ef708c1f22f9531f5620a1d75b1e20b633def454",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sheet_append_only_5893f",
                    table="filings_sheet",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetscan",
            constraint=models.UniqueConstraint(
                fields=("sheet", "version", "page"), name="one_scan_per_version_and_page"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheetscan",
            trigger=pgtrigger.compiler.Trigger(
                name="sheet_scan_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ea5eadd32c8c71062696123399ea598399d29131",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_sheet_scan_append_only_ccb1a",
                    table="filings_sheetscan",
                    when="BEFORE",
                ),
            ),
        ),
    ]
