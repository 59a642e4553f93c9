"""Papers, mandates, receipts of orders and matters enter the audit log with every change."""

# ruff: noqa: E501 (the triggers are as pgtrigger writes them)

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# What was written before enters now, as the trigger takes it: table, the row's number, its columns.
ENTER = "INSERT INTO ministry_auditwaiting (name, \"row\", content) SELECT '{0}', {1}, {2} FROM {0} t ORDER BY 2"
ROWS = (
    ("filings_evidence", "t.id", "audit_content(t)"),
    ("filings_mandate", "t.id", "audit_content(t)"),
    ("filings_matter", "t.id", "audit_content(t)"),
    ("filings_ordertask", "t.id", "audit_content(t)"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0023_audit_keyed"),
        ("filings", "0053_mailboxes"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="939e157612b97eaceb6ea2db04224d0aebd6cc63",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_e4d03",
                    table="filings_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandate",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="c0bc1fcd48afb999d72ad1bb017cd58cc9d358ed",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_df94b",
                    table="filings_mandate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matter",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="3af837a55df669b8e12c721fc2b4ecb707e29706",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_96601",
                    table="filings_matter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ordertask",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="28e6b648c90e12133580a79ece75d2d42dcb1559",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_d9454",
                    table="filings_ordertask",
                    when="AFTER",
                ),
            ),
        ),
        *(migrations.RunSQL(ENTER.format(*row), migrations.RunSQL.noop) for row in ROWS),
    ]
