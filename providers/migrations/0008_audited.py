"""Changes in providers' houses enter the audit log."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# What was written before there was a log enters it now.
ENTER = """
INSERT INTO ministry_auditwaiting (name, "row", content) SELECT '{0}', t.id, audit_content(t) FROM {0} t ORDER BY t.id
"""
FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""
# model, and what its trigger is known by
TRIGGERS = (("housechange", "pgtrigger_audited_41cef", "3d2e6b078986e2d5792308a3ac98b364eb81de42"),)


def audited(model: str, pgid: str, digest: str) -> pgtrigger.migrations.AddTrigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        func=FUNC, hash=digest, operation="INSERT", pgid=pgid, table=f"providers_{model}", when="AFTER"
    )
    return pgtrigger.migrations.AddTrigger(
        model_name=model, trigger=pgtrigger.compiler.Trigger(name="audited", sql=sql)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0007_announcements"),
        ("ministry", "0006_audit"),
    ]

    operations = [
        *(audited(*row) for row in TRIGGERS),
        *(migrations.RunSQL(ENTER.format(f"providers_{row[0]}"), migrations.RunSQL.noop) for row in TRIGGERS),
    ]
