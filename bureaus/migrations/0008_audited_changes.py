"""Bureaus, reviewers and absences enter the audit log with every change."""

# ruff: noqa: E501 (the triggers are as pgtrigger writes them)

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# What was written before enters now, as the trigger takes it: table, the row's number, its columns.
ENTER = "INSERT INTO ministry_auditwaiting (name, \"row\", content) SELECT '{0}', {1}, {2} FROM {0} t ORDER BY 2"
ROWS = (
    ("bureaus_bureau", "t.province::bigint", "audit_content(t)"),
    ("bureaus_reviewer", "t.id", "audit_content(t)"),
    ("bureaus_absence", "t.id", "audit_content(t)"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0023_audit_keyed"),
        ("bureaus", "0008_address_changes"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="absence",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="f49c5934149252e1eb5ace5bd8a28cfed5d72860",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_2eb14",
                    table="bureaus_absence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bureau",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.province::bigint, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.province::bigint, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="e14a3f2d66f3f1d34609318bfb8e9d8b3821989a",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_6bd95",
                    table="bureaus_bureau",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewer",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="f5d1ffb86a8fd0df2a48803617c0b71d4d3c1f5b",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_33d1b",
                    table="bureaus_reviewer",
                    when="AFTER",
                ),
            ),
        ),
        *(migrations.RunSQL(ENTER.format(*row), migrations.RunSQL.noop) for row in ROWS),
    ]
