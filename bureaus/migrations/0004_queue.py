"""Who is absent and who covers, whether a bureau gives out by load, and the record of both."""

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
        ("bureaus", "0003_chiefs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="bureau",
            name="assigns_by_load",
            field=models.BooleanField(default=False, editable=False, verbose_name="gives out by load"),
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="bureaus.bureau"
                    ),
                ),
                (
                    "cover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covered_absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["first_day", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["bureau", "last_day"], name="absences_of_bureau"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))), name="absence_runs_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("cover")), _negated=True), name="nobody_covers_for_oneself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_name", models.CharField(max_length=128, verbose_name="who")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("absent", "absence entered"),
                            ("back", "absence ended"),
                            ("by_load", "giving out by load"),
                        ],
                        max_length=16,
                        verbose_name="what",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=128, verbose_name="concerning")),
                ("value", models.CharField(blank=True, max_length=64)),
                ("cover", models.CharField(blank=True, max_length=128, verbose_name="cover")),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="bureaus.bureau",
                        verbose_name="bureau",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "change in how a bureau divides its work",
                "verbose_name_plural": "changes in how bureaus divide their work",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["bureau", "-id"], name="office_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["absent", "back", "by_load"])), name="office_change_known"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officechange",
            trigger=pgtrigger.compiler.Trigger(
                name="office_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="94765ae49ea1aaccd9564a5416f715cbc41f40bb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_office_change_append_only_9cf24",
                    table="bureaus_officechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officechange",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="3c540bc5ef383f2cad0b7fce079688f8c3b424db",
                    operation="INSERT",
                    pgid="pgtrigger_audited_19e5e",
                    table="bureaus_officechange",
                    when="AFTER",
                ),
            ),
        ),
    ]
