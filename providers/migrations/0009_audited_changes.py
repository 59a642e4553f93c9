"""Providers, their staff, invitations and pools enter the audit log with every change."""

# ruff: noqa: E501 (the triggers are as pgtrigger writes them)

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# What was written before enters now, as the trigger takes it: table, the row's number, its columns.
ENTER = "INSERT INTO ministry_auditwaiting (name, \"row\", content) SELECT '{0}', {1}, {2} FROM {0} t ORDER BY 2"
ROWS = (
    ("providers_provider", "t.id", "audit_content(t)"),
    ("providers_staff", "t.id", "audit_content(t)"),
    ("providers_iprange", "t.id", "audit_content(t)"),
    ("providers_invitation", "t.id", "audit_content(t)"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0023_audit_keyed"),
        ("providers", "0009_address_changes"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="529600dadff0c067ea0c073781611bdc96a64a08",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_4383e",
                    table="providers_invitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="iprange",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="05bc3f1d87ba1a7dcaeb22056ed032df51153410",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_86deb",
                    table="providers_iprange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="provider",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="b6cf60f4764a1c23710c4dcffe5305936ac27e80",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_ed090",
                    table="providers_provider",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staff",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="a547725350509a013851dccf0490ae617e9dba08",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_e48da",
                    table="providers_staff",
                    when="AFTER",
                ),
            ),
        ),
        *(migrations.RunSQL(ENTER.format(*row), migrations.RunSQL.noop) for row in ROWS),
    ]
