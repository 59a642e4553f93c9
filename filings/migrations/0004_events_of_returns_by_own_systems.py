"""Events of filings that a bureau's own system returns or can't receive; no row is read while writers wait."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

LABELS = [
    ("start", "Filing started"),
    ("submit", "Submitted to the access provider"),
    ("withdraw", "Withdrawn by the host"),
    ("verify", "Verified and sent to the bureau"),
    ("send_back", "Returned to the host for changes"),
    ("close", "Closed by the access provider"),
    ("return", "Returned by the bureau"),
    ("unsent", "Back at the access provider: the bureau's system could not receive it"),
    ("approve", "Approved, number issued"),
    ("displace", "Ended by the bureau: certificate or domain belongs to somebody else"),
    ("lapse", "Lapsed without action"),
    ("amend", "Data changed by the access provider"),
    ("photo", "Face-to-face photo taken"),
    ("unlock", "All fields unlocked by the host"),
    ("claim", "Claimed"),
    ("release", "Released"),
    ("clock", "Due date recalculated from the work calendar"),
    ("overdue", "The bureau's time limit has passed"),
    ("escalate", "Overdue filing reported to the chief and the ministry"),
    ("copy", "Data used for a new filing"),
    ("erase", "Data erased"),
    ("hand_over", "Reassigned to a colleague"),
    ("take_over", "Taken over by a supervisor"),
    ("assign", "Assigned to a colleague by a supervisor"),
    ("pause", "Put on hold"),
    ("unpause", "Hold ended"),
    ("fill", "Filled in for the host"),
    ("remind", "The host was reminded by the access provider"),
    ("password", "New filing password sent at the access provider's request"),
    ("order", "Order of the bureau about the record"),
    ("ask", "The bureau asked the access provider a question"),
    ("reply", "The access provider answered the bureau's question"),
    ("pass_on", "The access provider asked the host about the bureau's question"),
    ("host_reply", "The host answered the access provider"),
    ("book", "Appointment booked"),
    ("rebook", "Appointment moved"),
    ("unbook", "Appointment cancelled by the host"),
    ("call_off", "Appointment cancelled by the access provider"),
    ("drop_booking", "Appointment no longer needed"),
    ("no_show", "The host did not come to the appointment"),
    ("propose", "Approval proposed by a first reviewer"),
    ("object", "Approval refused by the second reviewer"),
    ("cover", "Claimed as cover for a colleague on leave"),
    ("allot", "Assigned automatically"),
    ("ask_persons", "Verified; codes sent to the responsible persons"),
    ("code", "Confirmed by a responsible person's code"),
    ("resend_codes", "Codes sent again"),
    ("confirm", "Confirmed by all responsible persons and sent to the bureau"),
    ("prove", "Confirmed with the filing password"),
    ("give_up", "Returned to the access provider: not confirmed by the responsible persons"),
    ("split", "Split by the bureau: some websites approved, others returned"),
    ("transfer", "Moved to another access provider"),
    ("end_by_order", "Ended: the bureau has cancelled the record concerned"),
    ("report", "Reported to the bureau by the provider's own system"),
    ("report_persons", "Reported by the provider's own system; codes sent to the responsible persons"),
    ("accept", "Received by the bureau's own system"),
    ("reason", "The bureau's reason for the return received"),
    ("photo_report", "Face-to-face photo reported by the provider's own system"),
]

WHYS = [
    ("received", "The bureau received the filing; day 1 is the next working day."),
    ("changed", "The filing was changed and submitted again; the days count from the last change."),
    ("split", "Split off from a filing under review; the days count from the same receipt."),
    ("calendar", "The work calendar has changed."),
    ("return", "The bureau returned the filing with reasons."),
    ("unsent", "The filing could not be sent to the bureau's system and is back at the access provider."),
    ("approve", "The bureau approved the filing."),
    ("displace", "The filing was ended: its certificate or domain belongs to somebody else."),
    ("transfer", "The filing moved to another access provider, which verifies it again."),
    ("end_by_order", "The filing ended, because the bureau cancelled what it is about."),
]


class Migration(migrations.Migration):
    dependencies = [("filings", "0003_event_names_checked")]

    operations = [
        # In the order in which moves write to the two tables
        migrations.RemoveConstraint(model_name="clockentry", name="clock_entry_has_known_reason"),
        migrations.AlterField(model_name="clockentry", name="why", field=models.CharField(choices=WHYS, max_length=16)),
        AddConstraintNotValid(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(why__in=[name for name, _words in WHYS]), name="clock_entry_has_known_reason"
            ),
        ),
        migrations.RemoveConstraint(model_name="event", name="event_name_known"),
        migrations.AlterField(model_name="event", name="name", field=models.CharField(choices=LABELS, max_length=16)),
        AddConstraintNotValid(
            model_name="event",
            constraint=models.CheckConstraint(condition=models.Q(name__in=dict(LABELS)), name="event_name_known"),
        ),
    ]
