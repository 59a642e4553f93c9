"""More of the record enters the audit log."""

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
    ("photograph", "pgtrigger_audited_41e27", "33be70a6bd7ada471a3f5c1c28dd5003ba799582"),
    ("phrasechange", "pgtrigger_audited_b5741", "cd222e3e6542d37be2d31e1580db8847d4b58af6"),
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
        ("filings", "0020_worksheet"),
    ]

    operations = [
        *(audited(*row) for row in TRIGGERS),
        *(migrations.RunSQL(ENTER.format(f"filings_{row[0]}"), migrations.RunSQL.noop) for row in TRIGGERS),
    ]
