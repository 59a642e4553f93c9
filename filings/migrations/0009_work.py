"""Who works on what: filings on hold, hosts reminded, work handed over."""

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
    "unlock": "Opened as a whole for changes by the host",
    "claim": "Taken into work",
    "release": "Put back into the queue",
    "clock": "Due date set anew from the work calendar",
    "overdue": "The bureau's time limit has passed",
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
    dependencies = [("filings", "0008_units_under_way")]

    operations = [
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.AddField(
            model_name="filing",
            name="nudged_on",
            field=models.DateField(null=True, verbose_name="host reminded"),
        ),
        migrations.AddField(
            model_name="filing",
            name="paused_until",
            field=models.DateField(null=True, verbose_name="on hold until"),
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(choices=list(EVENTS.items()), max_length=16),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(
                    ("claimed_by__isnull", False), ("status__in", ("with_provider", "returned_to_provider"))
                ),
                fields=["claimed_by", "arrived_at", "id"],
                name="provider_own_work",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(
                    ("claimed_by__isnull", False), ("status__in", ("with_provider", "returned_to_provider"))
                ),
                fields=["provider", "arrived_at", "id"],
                name="provider_in_work",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(
                    ("paused_until__isnull", False), ("status__in", ("with_provider", "returned_to_provider"))
                ),
                fields=["provider", "paused_until", "id"],
                name="provider_on_hold",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(condition=models.Q(("name__in", EVENTS)), name="event_name_known"),
        ),
    ]
