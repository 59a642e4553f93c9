"""When an upload was tried last."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0003_published_data"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="upload",
            name="audited",
        ),
        migrations.AddField(
            model_name="upload",
            name="tried_at",
            field=models.DateTimeField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="upload",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW) - 'tries' - 'tried_at') = (audit_content(OLD) - 'tries' - 'tried_at') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - 'tries' - 'tried_at'));\n    RETURN NULL;\n",
                    hash="e4de32dc30b06f480ea3f4b722c253e0e3a579f1",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_8ce6a",
                    table="interchange_upload",
                    when="AFTER",
                ),
            ),
        ),
    ]
