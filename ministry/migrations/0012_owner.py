"""A recovery has a cooling-off, a subject and an outcome; tries of a filing password are counted by number."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# What was asked before there was a cooling-off: looked up and ended at once, or about to be.
ENDED = """
UPDATE ministry_recovery SET send_at = asked_at, ended_at = looked_up_at,
    outcome = CASE WHEN looked_up_at IS NULL THEN '' WHEN matched THEN 'ordered' ELSE 'wrong' END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0011_register_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PasswordTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                ("wrong", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries")),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="first wrong try")),
                ("locked_until", models.DateTimeField(null=True, verbose_name="locked until")),
                ("untold", models.BooleanField(default=False, verbose_name="to be announced")),
            ],
            options={
                "verbose_name": "tries of a filing password",
                "verbose_name_plural": "tries of filing passwords",
            },
        ),
        migrations.AddField(
            model_name="recovery",
            name="ended_at",
            field=models.DateTimeField(null=True, verbose_name="ended at"),
        ),
        migrations.AddField(
            model_name="recovery",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("wrong", "the data are not on record"),
                    ("too_often", "asked for too often"),
                    ("joined", "another one was under way or has been sent meanwhile"),
                    ("stopped", "stopped by a contact on file"),
                    ("cancelled", "the subject is not on record any more"),
                    ("ordered", "a new password was ordered"),
                ],
                max_length=16,
                verbose_name="outcome",
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="send_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="end of the cooling-off"),
            preserve_default=False,
        ),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="recovery",
            name="matched",
        ),
        migrations.AddField(
            model_name="recovery",
            name="stopped_by",
            field=models.CharField(blank=True, max_length=255, verbose_name="stopped by"),
        ),
        migrations.AddField(
            model_name="recovery",
            name="subject",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recoveries",
                to="ministry.subject",
                verbose_name="subject",
            ),
        ),
        migrations.AddField(
            model_name="subject",
            name="password_sent_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="password sent"),
        ),
        migrations.AlterField(
            model_name="recovery",
            name="asked_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked at"),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["send_at"], name="recovery_under_way"
            ),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["cert_digest", "send_at"], name="recovery_of_certificate"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("subject__isnull", False)),
                fields=("subject",),
                name="one_recovery_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("outcome", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("outcome__in", ["wrong", "too_often", "joined", "stopped", "cancelled", "ordered"]),
                    ),
                    _connector="OR",
                ),
                name="recovery_ends_with_an_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "stopped"), ("stopped_by", ""), _connector="XOR"),
                name="who_stopped_a_recovery",
            ),
        ),
        migrations.AddIndex(
            model_name="passwordtries",
            index=models.Index(condition=models.Q(("untold", True)), fields=["locked_until"], name="lock_untold"),
        ),
    ]
