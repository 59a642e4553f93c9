"""Add the repeated scans of stored files, and the quarantine."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0005_events_of_returns_checked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rescan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("place", models.CharField(default="0:0", max_length=64)),
                ("files", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True, verbose_name="completed at")),
            ],
            options={
                "verbose_name": "repeated scan of the stored files",
                "verbose_name_plural": "repeated scans of the stored files",
            },
        ),
        migrations.CreateModel(
            name="QuarantinedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(max_length=100)),
                ("of", models.CharField(max_length=200)),
                ("signature", models.CharField(max_length=200)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "file in quarantine",
                "verbose_name_plural": "files in quarantine",
                "constraints": [
                    models.UniqueConstraint(fields=("file", "signature"), name="one_quarantine_a_signature")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quarantinedfile",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="3ef4217e737d5a2d9bff79317d73c9649788feb3",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_e605f",
                    table="filings_quarantinedfile",
                    when="AFTER",
                ),
            ),
        ),
    ]
