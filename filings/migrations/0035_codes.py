"""Responsible persons prove a filing with one-time codes: a status, its moves and events, a row a person."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
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
        ("bureaus", "0003_chiefs"),
        ("filings", "0034_told"),
        ("ministry", "0013_codes"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                (
                    "paths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None, verbose_name="responsible for"
                    ),
                ),
                ("name", accounts.sealed.SealedTextField(verbose_name="name")),
                ("mobile", accounts.sealed.SealedTextField(verbose_name="mobile")),
                ("email", accounts.sealed.SealedTextField(verbose_name="e-mail")),
                ("key", models.CharField(editable=False, max_length=64)),
                ("code_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked at")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("wanted_at", models.DateTimeField(editable=False, null=True, verbose_name="code asked for")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="code sent")),
                ("sent", models.PositiveSmallIntegerField(default=0, verbose_name="codes sent")),
                ("wrong", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries")),
                ("proved_at", models.DateTimeField(null=True, verbose_name="proved")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended without proof")),
            ],
            options={
                "verbose_name": "check of a responsible person",
                "verbose_name_plural": "checks of responsible persons",
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="filing",
            name="one_open_filing_per_subject",
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(
                choices=list(EVENTS.items()),
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
                ],
                default="draft",
                max_length=24,
                verbose_name="status",
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
                        ],
                    )
                ),
                name="filing_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ("with_provider", "returned_to_host", "with_persons", "with_bureau", "returned_to_provider"),
                    ),
                    models.Q(("subject_digest", ""), _negated=True),
                ),
                fields=("subject_digest",),
                name="one_open_filing_per_subject",
            ),
        ),
        migrations.AddField(
            model_name="personcheck",
            name="filing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="person_checks", to="filings.filing"
            ),
        ),
        migrations.AddIndex(
            model_name="personcheck",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("proved_at", None)), fields=["key"], name="checks_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="personcheck",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("proved_at", None)),
                fields=["expires_at"],
                name="checks_expiring",
            ),
        ),
        migrations.AddIndex(
            model_name="personcheck",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("proved_at", None), ("wanted_at__isnull", False)),
                fields=["wanted_at"],
                name="codes_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="personcheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("proved_at", None)),
                fields=("filing", "key"),
                name="one_check_waiting_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="personcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("proved_at", None), ("ended_at", None), _connector="OR"), name="proved_or_ended"
            ),
        ),
    ]
