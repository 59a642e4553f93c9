"""A host takes a record that was made elsewhere into its account."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0031_kinds"),
        ("ministry", "0014_yearly_confirmation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "host",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.subject"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("host", "subject"), name="one_adoption_of_a_record")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adoption",
            trigger=pgtrigger.compiler.Trigger(
                name="adoption_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="96d0e74bf58fe9e270e2eac43771969b9aabc959",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_adoption_append_only_6775e",
                    table="filings_adoption",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adoption",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="975f5162c05d76e72521fd1121fd566fa2af75b1",
                    operation="INSERT",
                    pgid="pgtrigger_audited_6c418",
                    table="filings_adoption",
                    when="AFTER",
                ),
            ),
        ),
    ]
