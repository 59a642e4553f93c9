"""A filing may go to another provider, or end because the bureau has cancelled what it is about."""

from django.db import migrations, models

EVENTS = {
    "start": "Filing started",
    "submit": "Submitted to the access provider",
    "withdraw": "Withdrawn by the host",
    "verify": "Verified and sent to the bureau",
    "send_back": "Returned to the host for changes",
    "close": "Closed by the access provider",
    "return": "Returned by the bureau",
    "approve": "Approved, number issued",
    "displace": "Ended by the bureau: certificate or domain are somebody else's",
    "lapse": "Lapsed, because nobody went on with it",
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
    "prove": "Proved with the filing password",
    "give_up": "Returned to the access provider: not proved by the responsible persons",
    "split": "Split by the bureau: some websites approved, others returned",
    "transfer": "Moved to another access provider",
    "end_by_order": "Ended: the bureau has cancelled what it is about",
}
WHY = {
    "received": "The bureau received the filing; day 1 is the next working day.",
    "changed": "The filing was changed and handed in again; the days count from the last change.",
    "split": "Split off from a filing that lay with the bureau; the days count from the same receipt.",
    "calendar": "The work calendar has changed.",
    "return": "The bureau returned the filing with reasons.",
    "approve": "The bureau approved the filing.",
    "displace": "The filing was ended: its place belongs to somebody else.",
    "transfer": "The filing went to another access provider, which verifies it anew.",
    "end_by_order": "The filing ended, because the bureau cancelled what it is about.",
}


class Migration(migrations.Migration):
    dependencies = [("filings", "0052_places")]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="former_rounds",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RemoveConstraint(model_name="event", name="event_name_known"),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(choices=list(EVENTS.items()), max_length=16),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(condition=models.Q(name__in=EVENTS), name="event_name_known"),
        ),
        migrations.RemoveConstraint(model_name="clockentry", name="clock_entry_has_known_reason"),
        migrations.AlterField(
            model_name="clockentry",
            name="why",
            field=models.CharField(choices=list(WHY.items()), max_length=16),
        ),
        migrations.AddConstraint(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(why__in=list(WHY)), name="clock_entry_has_known_reason"
            ),
        ),
    ]
