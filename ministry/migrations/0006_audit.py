"""The audit log, and the first tables in it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import accounts.sealed

# Always in UTC, so that a moment reads the same whoever asks.
CONTENT = """
CREATE FUNCTION audit_content(anyelement) RETURNS jsonb LANGUAGE sql STABLE SET timezone = 'UTC'
AS 'SELECT to_jsonb($1)'
"""

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
    ("blacklistchange", "pgtrigger_audited_49bbb", "13a414f35bbe4bd5e26dde97cb8247a8edb569be"),
    ("rulechange", "pgtrigger_audited_cc42f", "01e750141bb6efc287ded8110930ed4c2a70daa3"),
)


def audited(model: str, pgid: str, digest: str) -> pgtrigger.migrations.AddTrigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        func=FUNC, hash=digest, operation="INSERT", pgid=pgid, table=f"ministry_{model}", when="AFTER"
    )
    return pgtrigger.migrations.AddTrigger(
        model_name=model, trigger=pgtrigger.compiler.Trigger(name="audited", sql=sql)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0005_conflicts"),
    ]

    operations = [
        migrations.RunSQL(CONTENT, "DROP FUNCTION audit_content(anyelement)"),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                ("number", models.BigIntegerField(verbose_name="last entry")),
                ("chain", models.CharField(max_length=64, verbose_name="digest of all entries")),
                ("fault", models.TextField(blank=True, verbose_name="first fault")),
            ],
            options={
                "verbose_name": "check of the audit log",
                "verbose_name_plural": "checks of the audit log",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("row", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("chain", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="AuditKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", accounts.sealed.SealedTextField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=63)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditWaiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=63)),
                ("row", models.BigIntegerField()),
                ("content", models.JSONField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditcheck",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_check_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c761f6e9ecb9d4db163367b2fa49eeeb3025a6b3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_check_append_only_12e78",
                    table="ministry_auditcheck",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="auditshape",
            constraint=models.UniqueConstraint(fields=("name", "columns"), name="one_audit_shape"),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="shape",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="ministry.auditshape",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.UniqueConstraint(fields=("shape", "row"), name="one_audit_entry_per_row"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_entry_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e70b295fb570796478167070c3a0ecd1b8fccb3a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_entry_append_only_7b78c",
                    table="ministry_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        *(audited(*row) for row in TRIGGERS),
        *(migrations.RunSQL(ENTER.format(f"ministry_{row[0]}"), migrations.RunSQL.noop) for row in TRIGGERS),
    ]
