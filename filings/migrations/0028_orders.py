"""Orders of the bureaus, the receipts of providers, and passwords asked for at the counter."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.sealed
import filings.models.order

# enters each row in the audit log
FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""

EVENTS = {
    "start": "Filing started",
    "submit": "Submitted to the access provider",
    "withdraw": "Withdrawn by the host",
    "verify": "Verified and sent to the bureau",
    "send_back": "Returned to the host for changes",
    "return": "Returned by the bureau",
    "approve": "Approved, number issued",
    "lapse": "Draft lapsed",
    "amend": "Facts changed by the access provider",
    "photo": "Face-to-face photo taken",
    "unlock": "Opened as a whole for changes by the host",
    "claim": "Taken into work",
    "release": "Put back into the queue",
    "clock": "Due date set anew from the work calendar",
    "overdue": "The bureau's time limit has passed",
    "escalate": "Reported to the chief and the ministry as late",
    "copy": "Data used for a new filing",
    "erase": "Data erased",
    "hand_over": "Handed over to a colleague",
    "take_over": "Taken over by a supervisor",
    "assign": "Given to a colleague by a supervisor",
    "pause": "Put on hold",
    "unpause": "Taken off hold",
    "fill": "Filled in for the host",
    "remind": "The host was reminded by the access provider",
    "password": "New filing password sent at the access provider's request",
    "order": "Order of the bureau about the record",
    "ask": "The bureau asked the access provider a question",
    "reply": "The access provider answered the bureau's question",
    "propose": "Approval proposed by a first reviewer",
    "object": "Objected to by the second reviewer",
    "cover": "Taken over from an absent colleague",
    "allot": "Given to a reviewer by load",
    "ask_persons": "Verified; the responsible persons asked for their codes",
    "code": "Proved by a responsible person's code",
    "resend_codes": "Codes sent again",
    "confirm": "Proved by all responsible persons and sent to the bureau",
    "give_up": "Returned to the access provider: not proved by the responsible persons",
}


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_chiefs"),
        ("filings", "0027_fill_traces"),
        ("ministry", "0010_blacklist_of_bureaus"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("came", accounts.sealed.SealedTextField(verbose_name="who came")),
                ("proof", models.CharField(max_length=255, verbose_name="what proof")),
                ("old_email", accounts.sealed.SealedTextField(verbose_name="e-mail until then")),
                ("new_email", accounts.sealed.SealedTextField(blank=True, verbose_name="new e-mail")),
                ("actor_name", models.CharField(max_length=128)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="OfficialPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("file", models.FileField(upload_to=filings.models.order.private_page)),
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
            name="OfficialPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[("cancel", "cancel"), ("suspend", "suspend"), ("lift", "lift the suspension")],
                        max_length=8,
                        verbose_name="what is ordered",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("subject", "subject"), ("website", "website"), ("access", "access")],
                        max_length=8,
                        verbose_name="of what",
                    ),
                ),
                ("ground", models.CharField(blank=True, max_length=16, verbose_name="legal ground")),
                ("document", models.CharField(max_length=64, verbose_name="number of the paper")),
                ("reason", accounts.sealed.SealedTextField(verbose_name="reason")),
                ("on", models.DateField(verbose_name="ordered on")),
                ("actor_name", models.CharField(max_length=128)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("make", "Order made"),
                            ("remind", "Provider reminded of the receipt"),
                            ("confirm", "Receipt given"),
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
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OrderTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "access_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("reminded_on", models.DateField(null=True, verbose_name="reminded on")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done at")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="receipt")),
                ("confirmed_by", models.CharField(blank=True, max_length=128, verbose_name="by")),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(
                choices=list(EVENTS.items()),
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(name__in=EVENTS),
                name="event_name_known",
            ),
        ),
        migrations.AddField(
            model_name="counterreset",
            name="bureau",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bureaus.bureau"),
        ),
        migrations.AddField(
            model_name="counterreset",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="counterreset",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="counter_resets", to="ministry.subject"
            ),
        ),
        migrations.AddField(
            model_name="officialpaper",
            name="uploaded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="officialpage",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="pages", to="filings.officialpaper"
            ),
        ),
        migrations.AddField(
            model_name="counterreset",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="counter_resets", to="filings.officialpaper"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="access",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="ministry.access"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="bureau",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="bureaus.bureau"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="filings.officialpaper",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="ministry.subject"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="website",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="ministry.website"
            ),
        ),
        migrations.AddField(
            model_name="orderevent",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="filings.order"
            ),
        ),
        migrations.AddField(
            model_name="orderevent",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ordertask",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="filings.order"
            ),
        ),
        migrations.AddField(
            model_name="ordertask",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="order_tasks", to="providers.provider"
            ),
        ),
        migrations.AddField(
            model_name="orderevent",
            name="task",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="filings.ordertask"
            ),
        ),
        migrations.AddConstraint(
            model_name="officialpage",
            constraint=models.UniqueConstraint(fields=("paper", "number"), name="one_official_page_per_number"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officialpage",
            trigger=pgtrigger.compiler.Trigger(
                name="official_page_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ae77391701f0674ffe3813ec59993b9ab6ba0f47",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_official_page_append_only_c87ae",
                    table="filings_officialpage",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officialpage",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="207fa4b764129ffe43f64435f67a1b4bcefc8fe2",
                    operation="INSERT",
                    pgid="pgtrigger_audited_6c8b6",
                    table="filings_officialpage",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="counterreset",
            index=models.Index(fields=["bureau", "-id"], name="counter_resets_of_bureau"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counterreset",
            trigger=pgtrigger.compiler.Trigger(
                name="counter_reset_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b20a5593f69cdc1a2a7d824ca111e188be90696a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_counter_reset_append_only_12f9d",
                    table="filings_counterreset",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counterreset",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="96c62841fa79fb0f56f0ea464851d87d7ef5e188",
                    operation="INSERT",
                    pgid="pgtrigger_audited_3f5f8",
                    table="filings_counterreset",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["bureau", "-made_at", "-id"], name="orders_of_bureau"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["cancel", "suspend", "lift"])), name="order_act_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("access", None), ("scope", "subject"), ("website", None)),
                    models.Q(("access", None), ("scope", "website"), ("website__isnull", False)),
                    models.Q(("access__isnull", False), ("scope", "access"), ("website__isnull", False)),
                    _connector="OR",
                ),
                name="order_names_its_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "lift"), ("ground", "")),
                    models.Q(models.Q(("act", "lift"), _negated=True), models.Q(("ground", ""), _negated=True)),
                    _connector="OR",
                ),
                name="order_has_a_ground",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="order",
            trigger=pgtrigger.compiler.Trigger(
                name="order_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c2c075096ee72ffe8cf4fa34f07182e4cb03b327",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_order_append_only_18f27",
                    table="filings_order",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="order",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="e8dedff64093259c95b32aa888cfee92a0b1749b",
                    operation="INSERT",
                    pgid="pgtrigger_audited_afa19",
                    table="filings_order",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="ordertask",
            index=models.Index(fields=["provider", "-made_at", "-id"], name="order_tasks_of_provider"),
        ),
        migrations.AddIndex(
            model_name="ordertask",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)), fields=["provider", "id"], name="order_tasks_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="ordertask",
            constraint=models.UniqueConstraint(fields=("order", "provider"), name="one_task_per_order_and_provider"),
        ),
        migrations.AddConstraint(
            model_name="ordertask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("done_at", None)),
                    models.Q(("confirmed_at__isnull", False), ("done_at__isnull", False)),
                    _connector="OR",
                ),
                name="receipt_says_when",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orderevent",
            trigger=pgtrigger.compiler.Trigger(
                name="order_event_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="08a96e1df959fee71fa4bc926637e1181999a049",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_order_event_append_only_25277",
                    table="filings_orderevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orderevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="e86a21f19fbbcbdad67fb5aeed0b366ecd6a2d7a",
                    operation="INSERT",
                    pgid="pgtrigger_audited_0dbfb",
                    table="filings_orderevent",
                    when="AFTER",
                ),
            ),
        ),
    ]
