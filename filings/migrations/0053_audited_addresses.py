import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

ENTER = "INSERT INTO ministry_auditwaiting (name, \"row\", content) SELECT '{0}', {1}, {2} FROM {0} t ORDER BY 2"


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0052_mails_of_case_files"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="photograph",
            name="audited",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailbox",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW) - 'digest' - 'code_digest' - 'wanted_at' - 'sent_at' - 'expires_at' - 'sent' - 'day_began' - 'wrong') = (audit_content(OLD) - 'digest' - 'code_digest' - 'wanted_at' - 'sent_at' - 'expires_at' - 'sent' - 'day_began' - 'wrong') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - 'digest' - 'code_digest' - 'wanted_at' - 'sent_at' - 'expires_at' - 'sent' - 'day_began' - 'wrong'));\n    RETURN NULL;\n",  # noqa: E501
                    hash="f5b5498026f5cb1dd8d9874e9fcbe63accd5ba67",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_43600",
                    table="filings_mailbox",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="photograph",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW) - 'person');\n    RETURN NULL;\n",  # noqa: E501
                    hash="65485e593bc98ef2eb8b598afcee370d858ad00f",
                    operation="INSERT",
                    pgid="pgtrigger_audited_41e27",
                    table="filings_photograph",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(
            ENTER.format(
                "filings_mailbox",
                "t.id",
                "audit_content(t) - 'digest' - 'code_digest' - 'wanted_at' - 'sent_at' - 'expires_at' - 'sent' - 'day_began' - 'wrong'",  # noqa: E501
            ),
            migrations.RunSQL.noop,
        ),
    ]
