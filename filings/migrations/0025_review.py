import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.sealed

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
        ("bureaus", "0005_rules"),
        ("filings", "0024_handover_staff"),
        ("ministry", "0008_audit_calendar"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("propose", "proposes to approve"),
                            ("object", "objects to the proposal"),
                            ("approve", "approves"),
                            ("return", "returns"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", accounts.sealed.SealedTextField(verbose_name="opinion")),
                ("reviewer_name", models.CharField(max_length=128)),
                ("reviewer_phone", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("text", accounts.sealed.SealedTextField(verbose_name="question")),
                ("due_on", models.DateField(verbose_name="to be answered by")),
                ("author_name", models.CharField(max_length=128)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", accounts.sealed.SealedTextField(verbose_name="answer")),
                ("author_name", models.CharField(max_length=128)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mobile", "mobile"),
                            ("email", "e-mail"),
                            ("certificate", "person's certificate"),
                            ("address", "IP addresses"),
                        ],
                        max_length=16,
                    ),
                ),
                ("key", models.BigIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.AddField(
            model_name="filing",
            name="question_due_on",
            field=models.DateField(null=True, verbose_name="question to be answered by"),
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(
                choices=list(EVENTS.items()),
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("question_due_on__isnull", False)),
                fields=["provider", "question_due_on", "id"],
                name="provider_questions",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("question_due_on__isnull", False)),
                fields=["bureau", "question_due_on", "id"],
                name="bureau_questions",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(name__in=EVENTS),
                name="event_name_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(("question_due_on", None), ("status", "with_bureau"), _connector="OR"),
                name="question_while_with_bureau",
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="reviewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="question",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="filings.question"
            ),
        ),
        migrations.AddField(
            model_name="trace",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="traces", to="filings.filing"
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["propose", "object", "approve", "return"])),
                name="opinion_verdict_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="opinion",
            trigger=pgtrigger.compiler.Trigger(
                name="opinion_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7490df06c6b3fd23083417e7926021e706065392",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_opinion_append_only_2e365",
                    table="filings_opinion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="question_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2f72c35d6f2d268151634663a3a73c483be05871",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_question_append_only_40785",
                    table="filings_question",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reply",
            trigger=pgtrigger.compiler.Trigger(
                name="reply_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="49ba9a65afcadc9364a7782b3d188a8eac516cd7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_reply_append_only_515e9",
                    table="filings_reply",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="trace",
            index=models.Index(fields=["key", "filing"], name="trace_key"),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.UniqueConstraint(fields=("filing", "key"), name="one_trace_per_value"),
        ),
    ]
