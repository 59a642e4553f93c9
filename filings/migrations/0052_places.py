"""The place of an open filing can be claimed: matters about a filing instead of a record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0007_supervision"),
        ("filings", "0051_ends"),
        ("ministry", "0023_ends"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="clockentry",
            name="clock_entry_has_known_reason",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.RemoveConstraint(
            model_name="matter",
            name="matter_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="matter",
            name="release_has_an_applicant",
        ),
        migrations.RemoveConstraint(
            model_name="matter",
            name="one_open_matter_per_record",
        ),
        migrations.RemoveIndex(
            model_name="clockentry",
            name="decisions_of_bureau",
        ),
        migrations.AddField(
            model_name="matter",
            name="domain",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.AddField(
            model_name="matter",
            name="rival",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="filings.filing"
            ),
        ),
        migrations.AlterField(
            model_name="clockentry",
            name="why",
            field=models.CharField(
                choices=[
                    ("received", "The bureau received the filing; day 1 is the next working day."),
                    ("changed", "The filing was changed and handed in again; the days count from the last change."),
                    (
                        "split",
                        "Split off from a filing that lay with the bureau; the days count from the same receipt.",
                    ),
                    ("calendar", "The work calendar has changed."),
                    ("return", "The bureau returned the filing with reasons."),
                    ("approve", "The bureau approved the filing."),
                    ("displace", "The filing was ended: its place belongs to somebody else."),
                ],
                max_length=16,
            ),
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
                    ("close", "Closed by the access provider"),
                    ("return", "Returned by the bureau"),
                    ("approve", "Approved, number issued"),
                    ("displace", "Ended by the bureau: certificate or domain are somebody else's"),
                    ("lapse", "Lapsed, because nobody went on with it"),
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
                    ("order", "Order of the bureau about the record"),
                    ("ask", "The bureau asked the access provider a question"),
                    ("reply", "The access provider answered the bureau's question"),
                    ("propose", "Approval proposed by a first reviewer"),
                    ("object", "Objected to by the second reviewer"),
                    ("cover", "Taken over from an absent colleague"),
                    ("allot", "Given to a reviewer by load"),
                    ("ask_persons", "Verified; the responsible persons asked for their codes"),
                    ("code", "Proved by a responsible person's code"),
                    ("resend_codes", "Codes sent again"),
                    ("confirm", "Proved by all responsible persons and sent to the bureau"),
                    ("prove", "Proved with the filing password"),
                    ("give_up", "Returned to the access provider: not proved by the responsible persons"),
                    ("split", "Split by the bureau: some websites approved, others returned"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="matter",
            name="kind",
            field=models.CharField(
                choices=[("release", "release applied for"), ("shell", "shell"), ("place", "place claimed")],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="matter",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("cancelled", "record cancelled"),
                    ("freed", "filing ended, place free"),
                    ("kept", "record stays"),
                    ("withdrawn", "withdrawn"),
                ],
                default="open",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="matter",
            name="subject",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="matters", to="ministry.subject"
            ),
        ),
        migrations.AlterField(
            model_name="matterevent",
            name="name",
            field=models.CharField(
                choices=[
                    ("open", "Opened"),
                    ("object", "Objection"),
                    ("prove", "Further proof"),
                    ("withdraw", "Withdrawn"),
                    ("cancel", "Decided: the record is cancelled"),
                    ("keep", "Decided: the record stays"),
                    ("free", "Decided: the filing is ended, its place is free"),
                    ("over", "Ended by itself: the record has changed"),
                    ("look", "Proof looked at"),
                    ("remind", "The bureau was reminded"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="clockentry",
            index=models.Index(
                condition=models.Q(("what", "stopped")),
                fields=["bureau", "on"],
                include=("due_on", "why"),
                name="decisions_of_bureau",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("why__in", ["received", "changed", "split", "calendar", "return", "approve", "displace"])
                ),
                name="clock_entry_has_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        {
                            "allot": "Given to a reviewer by load",
                            "amend": "Facts changed by the access provider",
                            "approve": "Approved, number issued",
                            "ask": "The bureau asked the access provider a question",
                            "ask_persons": "Verified; the responsible persons asked for their codes",
                            "assign": "Given to a colleague by a supervisor",
                            "claim": "Taken into work",
                            "clock": "Due date set anew from the work calendar",
                            "close": "Closed by the access provider",
                            "code": "Proved by a responsible person's code",
                            "confirm": "Proved by all responsible persons and sent to the bureau",
                            "copy": "Data used for a new filing",
                            "cover": "Taken over from an absent colleague",
                            "displace": "Ended by the bureau: certificate or domain are somebody else's",
                            "erase": "Data erased",
                            "escalate": "Reported to the chief and the ministry as late",
                            "fill": "Filled in for the host",
                            "give_up": "Returned to the access provider: not proved by the responsible persons",
                            "hand_over": "Handed over to a colleague",
                            "lapse": "Lapsed, because nobody went on with it",
                            "object": "Objected to by the second reviewer",
                            "order": "Order of the bureau about the record",
                            "overdue": "The bureau's time limit has passed",
                            "password": "New filing password sent at the access provider's request",
                            "pause": "Put on hold",
                            "photo": "Face-to-face photo taken",
                            "propose": "Approval proposed by a first reviewer",
                            "prove": "Proved with the filing password",
                            "release": "Put back into the queue",
                            "remind": "The host was reminded by the access provider",
                            "reply": "The access provider answered the bureau's question",
                            "resend_codes": "Codes sent again",
                            "return": "Returned by the bureau",
                            "send_back": "Returned to the host for changes",
                            "split": "Split by the bureau: some websites approved, others returned",
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
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "cancelled", "freed", "kept", "withdrawn"])),
                name="matter_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("applicant", None),
                        ("filing", None),
                        ("kind", "shell"),
                        ("rival", None),
                        ("subject__isnull", False),
                    ),
                    models.Q(
                        ("filing__isnull", False),
                        ("kind", "release"),
                        ("rival", None),
                        ("subject__isnull", False),
                        ("applicant__isnull", False),
                    ),
                    models.Q(
                        ("filing__isnull", False),
                        ("kind", "place"),
                        ("rival__isnull", False),
                        ("subject", None),
                        ("website", None),
                        ("applicant__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="matter_has_its_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), ("subject__isnull", False)),
                fields=("subject", "website"),
                name="one_open_matter_per_record",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rival__isnull", False), ("state", "open")),
                fields=("rival", "filing"),
                name="one_open_claim_of_a_filing",
            ),
        ),
    ]
