import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

ENTER = "INSERT INTO ministry_auditwaiting (name, \"row\", content) SELECT '{0}', {1}, {2} FROM {0} t ORDER BY 2"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_address_changes"),
        ("ministry", "0025_queued_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditedAddressChange",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.addresschange",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditedaddresschange",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",  # noqa: E501
                    hash="8c6a936a857108846815a8ef706b788f4cf54de8",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_14521",
                    table="accounts_addresschange",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(ENTER.format("accounts_addresschange", "t.id", "audit_content(t)"), migrations.RunSQL.noop),
    ]
