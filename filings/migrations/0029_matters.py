"""Matters: whether a record shall be cancelled, with both sides heard."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.sealed

# enters each row in the audit log
FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_chiefs"),
        ("filings", "0028_orders"),
        ("ministry", "0010_blacklist_of_bureaus"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("release", "release applied for"), ("shell", "shell")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "provider_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="opened")),
                ("answer_by", models.DateField(verbose_name="objections until")),
                ("decide_by", models.DateField(verbose_name="to be decided by")),
                ("objected_at", models.DateTimeField(null=True, verbose_name="objected")),
                ("reminded_level", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("cancelled", "record cancelled"),
                            ("kept", "record stays"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("reason", accounts.sealed.SealedTextField(blank=True, verbose_name="reason")),
                (
                    "applicant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matters", to="bureaus.bureau"
                    ),
                ),
                (
                    "filing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="filings.filing",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matter",
                        to="filings.order",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matters", to="ministry.subject"
                    ),
                ),
                (
                    "website",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="ministry.website",
                    ),
                ),
            ],
            options={
                "verbose_name": "matter",
                "verbose_name_plural": "matters",
            },
        ),
        migrations.CreateModel(
            name="MatterEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("open", "Opened"),
                            ("object", "Objection"),
                            ("prove", "Further proof"),
                            ("withdraw", "Withdrawn"),
                            ("cancel", "Decided: the record is cancelled"),
                            ("keep", "Decided: the record stays"),
                            ("over", "Ended by itself: the record has changed"),
                            ("look", "Proof looked at"),
                            ("remind", "The bureau was reminded"),
                        ],
                        max_length=16,
                    ),
                ),
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
                ("text", accounts.sealed.SealedTextField(blank=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="filings.matter"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matter_events",
                        to="filings.officialpaper",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["bureau", "state", "decide_by", "id"], name="matters_of_bureau"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("applicant__isnull", False)), fields=["applicant", "-id"], name="matters_of_host"
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "cancelled", "kept", "withdrawn"])), name="matter_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("applicant", None), ("filing", None), ("kind", "shell")),
                    models.Q(("applicant__isnull", False), ("filing__isnull", False), ("kind", "release")),
                    _connector="OR",
                ),
                name="release_has_an_applicant",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), models.Q(("decided_at", None), _negated=True)),
                    _connector="OR",
                ),
                name="matter_open_or_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("subject", "website"),
                name="one_open_matter_per_record",
                nulls_distinct=False,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matterevent",
            trigger=pgtrigger.compiler.Trigger(
                name="matter_event_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8636ac26880802d682eab5876d996b2961322d1c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_matter_event_append_only_c1a88",
                    table="filings_matterevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matterevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="68f99ecea0346b169c9da49bfde831a3f6d3195f",
                    operation="INSERT",
                    pgid="pgtrigger_audited_c6759",
                    table="filings_matterevent",
                    when="AFTER",
                ),
            ),
        ),
    ]
