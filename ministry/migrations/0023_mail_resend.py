"""Who had which mails sent again."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0023_ends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailResend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_name", models.CharField(blank=True, max_length=128, verbose_name="who")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                (
                    "mails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="mails"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "resending of mails",
                "verbose_name_plural": "resendings of mails",
                "ordering": ["-pk"],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailresend",
            trigger=pgtrigger.compiler.Trigger(
                name="mail_resend_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6aece38b1b03d70ca85de9ccb05af0283a13d27c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_mail_resend_append_only_6813e",
                    table="ministry_mailresend",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailresend",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=(
                        '\n    INSERT INTO ministry_auditwaiting (name, "row", content)'
                        " VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n"
                    ),
                    hash="7c97af058cfb1d26df999f28ed1f454169ec34e1",
                    operation="INSERT",
                    pgid="pgtrigger_audited_41ad1",
                    table="ministry_mailresend",
                    when="AFTER",
                ),
            ),
        ),
    ]
