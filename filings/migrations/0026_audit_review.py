"""More of the record enters the audit log."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""
# model, and what its trigger is known by
TRIGGERS = (
    ("opinion", "pgtrigger_audited_23eb8", "6b6e099878672bf16c0518880e36316eca3355ae"),
    ("question", "pgtrigger_audited_8f88b", "446741878413fd94f00d1188bb72b312247bea3f"),
    ("reply", "pgtrigger_audited_afd34", "80608c22580f40ef592b3c3fbb02eaf2fe401651"),
)


def audited(model: str, pgid: str, digest: str) -> pgtrigger.migrations.AddTrigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        func=FUNC, hash=digest, operation="INSERT", pgid=pgid, table=f"filings_{model}", when="AFTER"
    )
    return pgtrigger.migrations.AddTrigger(
        model_name=model, trigger=pgtrigger.compiler.Trigger(name="audited", sql=sql)
    )


class Migration(migrations.Migration):
    dependencies = [("filings", "0025_review"), ("ministry", "0006_audit")]

    operations = [audited(*row) for row in TRIGGERS]
