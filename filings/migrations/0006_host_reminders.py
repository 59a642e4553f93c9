"""Reminders of the host, filings begun with the data of earlier ones, and data that are erased in the end."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

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
    "claim": "Taken into work",
    "release": "Put back into the queue",
    "clock": "Due date set anew from the work calendar",
    "overdue": "The bureau's time limit has passed",
    "copy": "Data used for a new filing",
    "erase": "Data erased",
}


class Migration(migrations.Migration):
    dependencies = [("filings", "0005_handover")]

    operations = [
        migrations.RemoveConstraint("event", "event_name_known"),
        migrations.AlterField("event", "name", models.CharField(choices=list(EVENTS.items()), max_length=16)),
        migrations.AddConstraint(
            "event", models.CheckConstraint(condition=Q(name__in=EVENTS), name="event_name_known")
        ),
        migrations.AddField("filing", "host_reminded", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "filing",
            "copied_from",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="filings.filing"
            ),
        ),
        migrations.AddField("filing", "erased_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "filing",
            models.Index(
                fields=["status", "host_reminded", "touched_at"],
                condition=Q(status__in=("draft", "returned_to_host")),
                name="filing_rests_with_host",
            ),
        ),
        migrations.AddIndex(
            "filing",
            models.Index(
                fields=["arrived_at"],
                condition=Q(status__in=("withdrawn", "lapsed"), round=0, erased_at=None),
                name="filing_to_be_erased",
            ),
        ),
        migrations.AddConstraint(
            "filing",
            models.UniqueConstraint(
                fields=["copied_from"], condition=Q(status="draft"), name="one_draft_copy_of_a_filing"
            ),
        ),
    ]
