"""Answers of the yearly confirmation may be corrected and are listed at the desks; reminders that people send."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0005_numbers_of_earlier_systems"),
        ("providers", "0002_imports"),
        ("records", "0002_spot_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="YearlyReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("host", "site host"),
                            ("provider", "access provider"),
                            ("bureau", "bureau"),
                            ("system", "the portal"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_name", models.CharField(max_length=128)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="confirmation",
            name="one_confirmation_a_year",
        ),
        migrations.RemoveConstraint(
            model_name="confirmation",
            name="yearly_answer_known",
        ),
        migrations.AddField(
            model_name="upkeep",
            name="yearly_answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unchanged", "Everything on record is still correct"),
                    ("updated", "Something has changed: the change is filed, or I file it now"),
                    ("cancelled", "It is no longer used: it is cancelled, or I file its cancellation now"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="upkeep",
            name="yearly_told_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="confirmation",
            name="answer",
            field=models.CharField(
                choices=[
                    ("unchanged", "Everything on record is still correct"),
                    ("updated", "Something has changed: the change is filed, or I file it now"),
                    ("cancelled", "It is no longer used: it is cancelled, or I file its cancellation now"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="confirmation",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="upkeep",
            index=models.Index(
                condition=models.Q(("yearly_rule__isnull", False)),
                fields=["yearly_rule", "yearly_answer", "website"],
                name="yearly_answers",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["unchanged", "updated", "cancelled"])), name="yearly_answer_known"
            ),
        ),
        migrations.AddField(
            model_name="yearlyreminder",
            name="provider",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
            ),
        ),
        migrations.AddField(
            model_name="yearlyreminder",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.provincerule"
            ),
        ),
        migrations.AddField(
            model_name="yearlyreminder",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="yearlyreminder",
            name="website",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="yearly_reminders", to="ministry.website"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="yearlyreminder",
            trigger=pgtrigger.compiler.Trigger(
                name="yearly_reminder_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1f3503dec8e5e187eaadb1713830e035a5e52aee",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_yearly_reminder_append_only_2d973",
                    table="records_yearlyreminder",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="yearlyreminder",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n',
                    hash="2cc354234f7d33571628b4e256bdfc4b5a70c902",
                    operation="INSERT",
                    pgid="pgtrigger_audited_011da",
                    table="records_yearlyreminder",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE records_upkeep u SET yearly_answer = c.answer FROM records_confirmation c
            WHERE c.website_id = u.website_id AND c.rule_id = u.yearly_rule_id
            """,
            migrations.RunSQL.noop,
        ),
    ]
