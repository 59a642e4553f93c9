"""What the clock of each filing did, the mails that come once a period, due dates whose move is still to be told."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Earlier rounds did not keep their due date; the events say when each began and ended.
FILL = """
INSERT INTO filings_clockentry
    (filing_id, bureau_id, round, what, why, received_on, due_on, is_provisional, notice, "on", at)
SELECT filing_id, bureau_id, round,
       CASE WHEN name <> 'verify' THEN 'stopped' WHEN nth = 1 THEN 'started' ELSE 'restarted' END,
       CASE WHEN name <> 'verify' THEN name WHEN nth = 1 THEN 'received' ELSE 'changed' END,
       received_on,
       CASE WHEN nth = starts THEN due_on END,
       nth = starts AND due_is_provisional,
       '', day, at
FROM (
    SELECT event.id, event.filing_id, event.round, event.name, event.at, day,
           filing.bureau_id, filing.due_on, filing.due_is_provisional,
           max(day) FILTER (WHERE event.name = 'verify') OVER so_far AS received_on,
           count(*) FILTER (WHERE event.name = 'verify') OVER so_far AS nth,
           count(*) FILTER (WHERE event.name = 'verify') OVER (PARTITION BY event.filing_id) AS starts
    FROM filings_event event
    JOIN filings_filing filing ON filing.id = event.filing_id AND filing.bureau_id IS NOT NULL,
    LATERAL (SELECT (event.at AT TIME ZONE 'Asia/Shanghai')::date AS day) china
    WHERE event.name IN ('verify', 'return', 'approve')
    WINDOW so_far AS (PARTITION BY event.filing_id ORDER BY event.id)
) moves
WHERE received_on IS NOT NULL
ORDER BY id
"""

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
        ("bureaus", "0003_chiefs"),
        ("filings", "0015_audited"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="event", name="event_name_known"),
        migrations.AlterField(
            model_name="event", name="name", field=models.CharField(choices=list(EVENTS.items()), max_length=16)
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(condition=models.Q(("name__in", EVENTS)), name="event_name_known"),
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("to", models.CharField(max_length=128)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "day", "to"), name="one_digest_a_period")],
            },
        ),
        migrations.CreateModel(
            name="MovedDate",
            fields=[
                (
                    "filing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="moved_date",
                        serialize=False,
                        to="filings.filing",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                ("was_due_on", models.DateField()),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["provider", "filing"], name="moved_dates_to_tell")],
            },
        ),
        migrations.CreateModel(
            name="ClockEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("restarted", "Started anew"),
                            ("moved", "Due date moved"),
                            ("confirmed", "Due date confirmed"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("received", "The bureau received the filing; day 1 is the next working day."),
                            (
                                "changed",
                                "The filing was changed and handed in again; the days count from the last change.",
                            ),
                            ("calendar", "The work calendar has changed."),
                            ("return", "The bureau returned the filing with reasons."),
                            ("approve", "The bureau approved the filing."),
                        ],
                        max_length=16,
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("is_provisional", models.BooleanField(default=False)),
                ("was_due_on", models.DateField(null=True)),
                ("notice", models.CharField(blank=True, max_length=500)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "bureau",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureaus.bureau",
                    ),
                ),
                (
                    "filing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clock_entries",
                        to="filings.filing",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["filing", "id"], name="clock_of_filing"),
                    models.Index(
                        condition=models.Q(("what", "stopped")),
                        fields=["bureau", "on"],
                        include=("due_on",),
                        name="decisions_of_bureau",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["started", "restarted", "moved", "confirmed", "stopped"])),
                        name="clock_entry_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["received", "changed", "calendar", "return", "approve"])),
                        name="clock_entry_has_known_reason",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clockentry",
            trigger=pgtrigger.compiler.Trigger(
                name="clock_entry_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cf659acb3169191742a777eb0d51257f842502ad",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_clock_entry_append_only_c626e",
                    table="filings_clockentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
