"""Words for face-to-face photos, the seals over them, and their entry in the record."""

import uuid

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import filings.models.photograph

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
    "remind": "The host was reminded by the access provider",
}


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0017_audit_clock"),
        ("providers", "0007_announcements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Photograph",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=64)),
                ("shot", models.UUIDField(default=uuid.uuid4)),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("content", filings.models.photograph.BrokenOpenField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="PhotoWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=64)),
                ("person", models.CharField(max_length=64)),
                ("round", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
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
            model_name="photograph",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="photograph", to="filings.event"
            ),
        ),
        migrations.AddField(
            model_name="photograph",
            name="evidence",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="photograph", to="filings.evidence"
            ),
        ),
        migrations.AddField(
            model_name="photograph",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="photographs", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="photograph",
            name="provider",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
            ),
        ),
        migrations.AddField(
            model_name="photoword",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="photo_words", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="photoword",
            name="verifier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="photograph",
            index=models.Index(fields=["provider", "person", "taken_at"], name="photographs_of_person"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="photograph",
            trigger=pgtrigger.compiler.Trigger(
                name="photograph_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="61ca211e1069d698b8e0ec6fef2b087cb3f8d883",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_photograph_append_only_6ff8a",
                    table="filings_photograph",
                    when="BEFORE",
                ),
            ),
        ),
    ]
