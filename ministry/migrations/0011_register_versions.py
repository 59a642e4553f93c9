"""The register remembers what was true on any day."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import accounts.sealed

FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0010_blacklist_of_bureaus"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("live", models.BooleanField(verbose_name="in force")),
                ("facts", accounts.sealed.SealedJSONField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "access",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="ministry.access",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="ministry.subject",
                    ),
                ),
                (
                    "website",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="ministry.website",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a record",
                "verbose_name_plural": "versions of records",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["subject", "id"], name="versions_of_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("access", None), ("website__isnull", False), _connector="OR"),
                        name="version_of_access_has_website",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registerversion",
            trigger=pgtrigger.compiler.Trigger(
                name="register_version_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f560afb0ba53fec2dddd20d2b7e20ad653afcc23",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_register_version_append_only_dbe18",
                    table="ministry_registerversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registerversion",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="5a125e96f1cc3122bc3846e92ab39dbd4b469383",
                    operation="INSERT",
                    pgid="pgtrigger_audited_fbb5f",
                    table="ministry_registerversion",
                    when="AFTER",
                ),
            ),
        ),
    ]
