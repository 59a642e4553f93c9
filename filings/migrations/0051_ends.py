"""Filings end by other hands than their host's, and those that wait have a last day."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0007_supervision"),
        ("filings", "0050_police_due_unknown"),
        ("ministry", "0023_ends"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_status_known",
        ),
        migrations.RemoveIndex(
            model_name="filing",
            name="filing_to_be_erased",
        ),
        migrations.AddField(
            model_name="filing",
            name="wait_told",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="filing",
            name="waits_until",
            field=models.DateField(null=True),
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
            model_name="event",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("draft", "draft"),
                    ("with_provider", "with the access provider"),
                    ("returned_to_host", "returned to the host"),
                    ("with_persons", "with the responsible persons"),
                    ("with_bureau", "with the bureau"),
                    ("returned_to_provider", "returned to the access provider"),
                    ("filed", "filed"),
                    ("withdrawn", "withdrawn"),
                    ("lapsed", "lapsed"),
                    ("closed", "closed"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="target",
            field=models.CharField(
                blank=True,
                choices=[
                    ("draft", "draft"),
                    ("with_provider", "with the access provider"),
                    ("returned_to_host", "returned to the host"),
                    ("with_persons", "with the responsible persons"),
                    ("with_bureau", "with the bureau"),
                    ("returned_to_provider", "returned to the access provider"),
                    ("filed", "filed"),
                    ("withdrawn", "withdrawn"),
                    ("lapsed", "lapsed"),
                    ("closed", "closed"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="filing",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("with_provider", "with the access provider"),
                    ("returned_to_host", "returned to the host"),
                    ("with_persons", "with the responsible persons"),
                    ("with_bureau", "with the bureau"),
                    ("returned_to_provider", "returned to the access provider"),
                    ("filed", "filed"),
                    ("withdrawn", "withdrawn"),
                    ("lapsed", "lapsed"),
                    ("closed", "closed"),
                ],
                default="draft",
                max_length=24,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ("with_provider", "returned_to_host", "returned_to_provider")), ("waits_until", None)
                ),
                fields=["status", "touched_at"],
                name="filing_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("waits_until__isnull", False)), fields=["waits_until"], name="filing_waits_until"
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(
                    ("erased_at", None), ("round", 0), ("status__in", ("withdrawn", "lapsed", "closed"))
                ),
                fields=["arrived_at"],
                name="filing_to_be_erased",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("round__gt", 0), ("status__in", ("withdrawn", "lapsed", "closed"))),
                fields=["provider", "-arrived_at", "-id"],
                name="provider_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("received_at__isnull", False), ("status__in", ("withdrawn", "lapsed", "closed"))),
                fields=["bureau", "-arrived_at", "-id"],
                name="bureau_ended",
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
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "draft",
                            "with_provider",
                            "returned_to_host",
                            "with_persons",
                            "with_bureau",
                            "returned_to_provider",
                            "filed",
                            "withdrawn",
                            "lapsed",
                            "closed",
                        ],
                    )
                ),
                name="filing_status_known",
            ),
        ),
    ]
