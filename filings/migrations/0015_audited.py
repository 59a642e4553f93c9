"""What filings leave behind enters the audit log."""

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
TRIGGERS = (
    ("answer", "pgtrigger_audited_198d4", "f7b860871bda28eb8532b91498e9d26a2a3cd7d2"),
    ("event", "pgtrigger_audited_95f3f", "c29c2e0864a7a88920a635f2be9f1bc0d2fd56af"),
    ("export", "pgtrigger_audited_2be02", "7be7400f14b921c4b0e21f990f7ee30de277218c"),
    ("look", "pgtrigger_audited_ecadb", "daf4bc4c8539b237d681793ac2eccdf11c6accae"),
    ("remark", "pgtrigger_audited_f1d39", "ecf86c565d3f9a5bdf615f2aaecddce4d20f7e0a"),
    ("sheet", "pgtrigger_audited_9f7d0", "93c9c32e32228ff9e6e584bdf081825868d7aae5"),
    ("sheetscan", "pgtrigger_audited_50446", "25f9deec98d50b6beeaa24e68012b3c5d1dfbe57"),
    ("snapshot", "pgtrigger_audited_08986", "3d53a304485e55740a0b4b0c8fc5e195d0b8baa9"),
    ("verification", "pgtrigger_audited_5fbf7", "0df55c9a9b3b5232bca6688ebfd6e40997792912"),
)


def audited(model: str, pgid: str, digest: str) -> pgtrigger.migrations.AddTrigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        func=FUNC, hash=digest, operation="INSERT", pgid=pgid, table=f"filings_{model}", when="AFTER"
    )
    return pgtrigger.migrations.AddTrigger(
        model_name=model, trigger=pgtrigger.compiler.Trigger(name="audited", sql=sql)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0014_events_of_provider"),
        ("ministry", "0006_audit"),
    ]

    operations = [
        *(audited(*row) for row in TRIGGERS),
        *(migrations.RunSQL(ENTER.format(f"filings_{row[0]}"), migrations.RunSQL.noop) for row in TRIGGERS),
    ]
