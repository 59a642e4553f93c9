"""What the bureau's queue is filtered and counted by, and two more events of a desk's own."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

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
        ("bureaus", "0004_queue"),
        ("filings", "0037_upkeep_of_records"),
        ("ministry", "0014_yearly_confirmation"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.RemoveIndex(
            model_name="filing",
            name="bureau_queue",
        ),
        migrations.AddField(
            model_name="filing",
            name="prior_approvals",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), default=list, size=None
            ),
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
                condition=models.Q(("status", "with_bureau")),
                fields=["bureau", "due_on", "id"],
                include=("claimed_by", "claimed_until", "received_at"),
                name="bureau_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("claimed_by__isnull", False), ("status", "with_bureau")),
                fields=["claimed_by", "due_on", "id"],
                include=("bureau", "received_at"),
                name="bureau_own_work",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("status__in", ("returned_to_provider", "returned_to_host", "with_provider"))),
                fields=["bureau", "-arrived_at", "-id"],
                include=("received_at",),
                name="bureau_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(name__in=EVENTS),
                name="event_name_known",
            ),
        ),
    ]
