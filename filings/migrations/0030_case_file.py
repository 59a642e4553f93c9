"""Which mails were written about a filing; exports found by the filings in them."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

PROTECT = "RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"
# enters each row in the audit log
FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0029_matters"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FilingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=48)),
                ("sha256", models.CharField(max_length=64)),
                ("is_shared", models.BooleanField(default=False)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="export",
            index=django.contrib.postgres.indexes.GinIndex(fields=["filing_ids"], name="exports_of_filing"),
        ),
        migrations.AddField(
            model_name="filingmail",
            name="filing",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="mails", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="filingmail",
            name="mail",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="post_office.email",
            ),
        ),
        migrations.AddIndex(
            model_name="filingmail",
            index=models.Index(fields=["filing", "id"], name="mails_of_filing"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="filingmail",
            trigger=pgtrigger.compiler.Trigger(
                name="filing_mail_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=PROTECT,
                    hash="3132cc01e71cd1344870ec9d6137d8d5c7e14f8d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_filing_mail_append_only_37a43",
                    table="filings_filingmail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="filingmail",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="9f6d89d3b12b2a10e28c34bc61ef35bc888ff004",
                    operation="INSERT",
                    pgid="pgtrigger_audited_19478",
                    table="filings_filingmail",
                    when="AFTER",
                ),
            ),
        ),
    ]
