"""More of the record enters the audit log."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""
# model, and what its trigger is known by
TRIGGERS = (("rulechange", "pgtrigger_audited_32f75", "a7363dcad01b0289b202464c26cc10c80ab3ed8d"),)


def audited(model: str, pgid: str, digest: str) -> pgtrigger.migrations.AddTrigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        func=FUNC, hash=digest, operation="INSERT", pgid=pgid, table=f"bureaus_{model}", when="AFTER"
    )
    return pgtrigger.migrations.AddTrigger(
        model_name=model, trigger=pgtrigger.compiler.Trigger(name="audited", sql=sql)
    )


class Migration(migrations.Migration):
    dependencies = [("bureaus", "0005_rules"), ("ministry", "0006_audit")]

    operations = [audited(*row) for row in TRIGGERS]
