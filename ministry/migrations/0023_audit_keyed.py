"""The chain is keyed from the environment: a new one begins, and everything audited enters it again."""

import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# The tables of later migrations enter by these; those that are written once have their trigger already (24: UPDATE or
# DELETE).
BEGIN_ANEW = """
DO $$
DECLARE
    one regclass;
BEGIN
    TRUNCATE ministry_auditentry, ministry_auditshape, ministry_auditcheck, ministry_auditwaiting;
    FOR one IN
        SELECT tgrelid FROM pg_trigger WHERE tgname LIKE 'pgtrigger_audited_%' AND tgtype & 24 = 0 ORDER BY tgrelid
    LOOP
        EXECUTE format(
            'INSERT INTO ministry_auditwaiting (name, "row", content)'
            ' SELECT %L, t.id, audit_content(t) FROM %s t ORDER BY t.id', one::text, one
        );
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0024_recovery_confirmed"),
    ]

    operations = [
        migrations.RunSQL(BEGIN_ANEW, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("chain", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.DeleteModel(
            name="AuditKey",
        ),
        migrations.RemoveConstraint(
            model_name="auditentry",
            name="one_audit_entry_per_row",
        ),
        migrations.AddField(
            model_name="auditcheck",
            name="is_whole",
            field=models.BooleanField(default=True, verbose_name="read everything"),
        ),
        migrations.AddField(
            model_name="auditcheck",
            name="mac",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="auditcheck",
            name="places",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="removes",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="auditwaiting",
            name="removes",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AlterField(
            model_name="auditcheck",
            name="at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="time"),
        ),
        migrations.AlterField(
            model_name="auditcheck",
            name="number",
            field=models.BigIntegerField(verbose_name="sound up to entry"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["row", "shape"], name="audit_entries_of_row"),
        ),
        migrations.AddIndex(
            model_name="auditwaiting",
            index=models.Index(fields=["row", "name"], name="audit_waiting_of_row"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="audithead",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_head_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fc3c76e3bf4666a27615c2f5e37dce681c202479",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_head_append_only_d2098",
                    table="ministry_audithead",
                    when="BEFORE",
                ),
            ),
        ),
    ]
