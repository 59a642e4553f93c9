"""Life after the number: police filings, dates that are watched, yearly confirmations, proofs."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import filings.models.upkeep

# enters each row in the audit log
FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0035_codes"),
        ("ministry", "0014_yearly_confirmation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SubjectUpkeep",
            fields=[
                (
                    "subject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="upkeep",
                        serialize=False,
                        to="ministry.subject",
                    ),
                ),
                ("shell_told_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=filings.models.upkeep.new_code, max_length=16, unique=True)),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("issued_on", models.DateField()),
                ("issued_at", models.DateTimeField(auto_now_add=True)),
                (
                    "issued_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.subject"
                    ),
                ),
                (
                    "website",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.website"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                (
                    "website",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="upkeep",
                        serialize=False,
                        to="ministry.website",
                    ),
                ),
                ("opened_on", models.DateField(null=True, verbose_name="opened on")),
                ("police_due_on", models.DateField(verbose_name="police filing by")),
                ("police_number", models.CharField(blank=True, max_length=32, verbose_name="police filing number")),
                ("police_done_at", models.DateTimeField(null=True)),
                ("police_told", models.PositiveSmallIntegerField(null=True)),
                ("yearly_told", models.PositiveSmallIntegerField(null=True)),
                ("shell_told_on", models.DateField(null=True)),
                (
                    "yearly_rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ministry.provincerule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("certificate", "Certificate"), ("domain", "Domain"), ("approval", "Prior approval")],
                        max_length=16,
                        verbose_name="what runs out",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64, verbose_name="which one")),
                ("ends_on", models.DateField(verbose_name="valid until")),
                ("told", models.PositiveSmallIntegerField(null=True)),
                ("entered_at", models.DateTimeField(auto_now=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watches", to="ministry.subject"
                    ),
                ),
                (
                    "website",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watches",
                        to="ministry.website",
                    ),
                ),
            ],
            options={
                "ordering": ["ends_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("unchanged", "Everything on record is still true"),
                            ("updated", "Something had changed, and I have had it filed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("actor_name", models.CharField(max_length=128)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.provincerule"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "website",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="ministry.website"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("website", "rule"), name="one_confirmation_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["unchanged", "updated"])), name="yearly_answer_known"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="confirmation_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6fdb2e0eaaadd369133ac70bccf050a193e5fe65",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_confirmation_append_only_ec007",
                    table="filings_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="c091beb9d19d54d5f6d3156274e6e26136678da5",
                    operation="INSERT",
                    pgid="pgtrigger_audited_2cd04",
                    table="filings_confirmation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(
                fields=("subject", "website", "issued_to", "issued_on", "sha256"),
                name="one_proof_a_day",
                nulls_distinct=False,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proof",
            trigger=pgtrigger.compiler.Trigger(
                name="proof_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7936fc1311f1327608215507232f0058221ee058",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_proof_append_only_26891",
                    table="filings_proof",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proof",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="0988d133dfec03976425b6a010f2177c1ea4f025",
                    operation="INSERT",
                    pgid="pgtrigger_audited_5265c",
                    table="filings_proof",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="upkeep",
            index=models.Index(
                condition=models.Q(("police_done_at", None)), fields=["police_due_on"], name="police_filing_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="upkeep",
            constraint=models.CheckConstraint(
                condition=models.Q(("police_number", ""), ("police_done_at__isnull", False), _connector="OR"),
                name="police_number_means_done",
            ),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(fields=["ends_on"], name="watch_ends"),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                fields=("subject", "website", "kind", "label"), name="one_watch_per_thing", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["certificate", "domain", "approval"])), name="watch_kind_known"
            ),
        ),
    ]
