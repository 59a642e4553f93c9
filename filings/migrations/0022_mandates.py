"""Mandates, and filings that a provider has begun in the place of a host that may have no account yet."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import filings.models.mandate

# enters each row in the audit log
FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_chiefs"),
        ("filings", "0021_audit_photos_and_phrases"),
        ("ministry", "0008_audit_calendar"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host_email", models.EmailField(max_length=128, verbose_name="host's e-mail")),
                ("host_name", models.CharField(max_length=128, verbose_name="site host")),
                (
                    "way",
                    models.CharField(
                        choices=[("invite", "consent in the portal"), ("paper", "signed paper")],
                        max_length=8,
                        verbose_name="given by",
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                ("asked_days", models.PositiveSmallIntegerField()),
                ("answer_by", models.DateField()),
                ("granted_at", models.DateTimeField(null=True)),
                ("until", models.DateField(null=True, verbose_name="until")),
                ("refused_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "mandate",
                "verbose_name_plural": "mandates",
            },
        ),
        migrations.CreateModel(
            name="MandateEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("ask", "Consent asked for by e-mail"),
                            ("paper", "Signed paper brought"),
                            ("grant", "Consent given"),
                            ("refuse", "Refused"),
                            ("end", "Ended"),
                            ("take_back", "Request taken back"),
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
                ("note", models.CharField(blank=True, max_length=255)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="MandatePage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("file", models.FileField(upload_to=filings.models.mandate.private_scan)),
                ("sha256", models.CharField(max_length=64)),
                ("original_sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="MandatePaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.AddField(
            model_name="event",
            name="on_behalf_of",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(
                choices=[
                    ("start", "Filing started"),
                    ("submit", "Submitted to the access provider"),
                    ("withdraw", "Withdrawn by the host"),
                    ("verify", "Verified and sent to the bureau"),
                    ("send_back", "Returned to the host for changes"),
                    ("return", "Returned by the bureau"),
                    ("approve", "Approved, number issued"),
                    ("lapse", "Draft lapsed"),
                    ("amend", "Facts changed by the access provider"),
                    ("photo", "Face-to-face photo taken"),
                    ("unlock", "Opened as a whole for changes by the host"),
                    ("claim", "Taken into work"),
                    ("release", "Put back into the queue"),
                    ("clock", "Due date set anew from the work calendar"),
                    ("overdue", "The bureau's time limit has passed"),
                    ("escalate", "Reported to the chief and the ministry as late"),
                    ("copy", "Data used for a new filing"),
                    ("erase", "Data erased"),
                    ("hand_over", "Handed over to a colleague"),
                    ("take_over", "Taken over by a supervisor"),
                    ("assign", "Given to a colleague by a supervisor"),
                    ("pause", "Put on hold"),
                    ("unpause", "Taken off hold"),
                    ("fill", "Filled in for the host"),
                    ("remind", "The host was reminded by the access provider"),
                    ("password", "New filing password sent at the access provider's request"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="filing",
            name="host",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="filings",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        {
                            "amend": "Facts changed by the access provider",
                            "approve": "Approved, number issued",
                            "assign": "Given to a colleague by a supervisor",
                            "claim": "Taken into work",
                            "clock": "Due date set anew from the work calendar",
                            "copy": "Data used for a new filing",
                            "erase": "Data erased",
                            "escalate": "Reported to the chief and the ministry as late",
                            "fill": "Filled in for the host",
                            "hand_over": "Handed over to a colleague",
                            "lapse": "Draft lapsed",
                            "overdue": "The bureau's time limit has passed",
                            "password": "New filing password sent at the access provider's request",
                            "pause": "Put on hold",
                            "photo": "Face-to-face photo taken",
                            "release": "Put back into the queue",
                            "remind": "The host was reminded by the access provider",
                            "return": "Returned by the bureau",
                            "send_back": "Returned to the host for changes",
                            "start": "Filing started",
                            "submit": "Submitted to the access provider",
                            "take_over": "Taken over by a supervisor",
                            "unlock": "Opened as a whole for changes by the host",
                            "unpause": "Taken off hold",
                            "verify": "Verified and sent to the bureau",
                            "withdraw": "Withdrawn by the host",
                        },
                    )
                ),
                name="event_name_known",
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="host",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="providers.provider"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="mandate",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="filings", to="filings.mandate"
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("mandate__isnull", False)),
                fields=["provider", "-touched_at", "-id"],
                name="filings_on_behalf",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(("host__isnull", False), ("mandate__isnull", False), _connector="OR"),
                name="filing_has_host_or_mandate",
            ),
        ),
        migrations.AddField(
            model_name="mandateevent",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="filings.mandate"
            ),
        ),
        migrations.AddField(
            model_name="mandateevent",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mandatepaper",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
            ),
        ),
        migrations.AddField(
            model_name="mandatepaper",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mandatepage",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="pages", to="filings.mandatepaper"
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates",
                to="filings.mandatepaper",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandateevent",
            trigger=pgtrigger.compiler.Trigger(
                name="mandate_event_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e9e1406e515cd4e3b8adc7300af707ed0839fbb7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_mandate_event_append_only_2dd38",
                    table="filings_mandateevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandateevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="a0c6f04fc43d014396c16bb6ac961a986ec9871c",
                    operation="INSERT",
                    pgid="pgtrigger_audited_6e361",
                    table="filings_mandateevent",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="mandatepage",
            constraint=models.UniqueConstraint(fields=("paper", "number"), name="one_mandate_page_per_number"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandatepage",
            trigger=pgtrigger.compiler.Trigger(
                name="mandate_page_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cfacc42bd74caf40659f3e9e25bd2671c64ab85c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_mandate_page_append_only_ed59e",
                    table="filings_mandatepage",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandatepage",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="0f128d7b4320838d05bcf2ffd0029ea38af7fe05",
                    operation="INSERT",
                    pgid="pgtrigger_audited_8e104",
                    table="filings_mandatepage",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["provider", "-id"], name="mandates_of_provider"),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                condition=models.Q(("host", None)), fields=["host_email"], name="mandates_without_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("granted_at", None), ("until", None)),
                    models.Q(("granted_at__isnull", False), ("until__isnull", False)),
                    _connector="OR",
                ),
                name="granted_mandate_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("granted_at", None), ("refused_at", None), _connector="OR"),
                name="mandate_granted_or_refused",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("way", "paper"), _negated=True), ("paper__isnull", False), _connector="OR"
                ),
                name="mandate_has_its_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("refused_at", None)),
                fields=("provider", "host_email"),
                name="one_open_mandate_per_host",
            ),
        ),
    ]
