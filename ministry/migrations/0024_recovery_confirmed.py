"""A recovery is confirmed by the registered address; tries of a filing password are counted by caller."""

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

OUTCOMES = ["wrong", "too_often", "joined", "stopped", "cancelled", "ordered", "expired"]


def end_what_is_under_way(apps, schema_editor):
    """The mails about these requests hold no link with which they could be confirmed."""
    under_way = apps.get_model("ministry", "Recovery").objects.filter(ended_at=None, subject__isnull=False)
    under_way.update(outcome="expired", ended_at=timezone.now())
    apps.get_model("ministry", "PasswordTries").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0023_mail_resend"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="recovery", name="recovery_under_way"),
        migrations.RemoveIndex(model_name="recovery", name="recovery_of_certificate"),
        migrations.RemoveConstraint(model_name="recovery", name="recovery_ends_with_an_outcome"),
        migrations.RunPython(end_what_is_under_way, migrations.RunPython.noop),
        migrations.RenameField(model_name="recovery", old_name="send_at", new_name="expires_at"),
        migrations.AlterField(
            model_name="recovery",
            name="expires_at",
            field=models.DateTimeField(verbose_name="to be confirmed until"),
        ),
        migrations.AlterField(
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
                    ("expired", "the address on record has not confirmed it in time"),
                ],
                max_length=16,
                verbose_name="outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(condition=Q(ended_at__isnull=True), fields=["expires_at"], name="recovery_under_way"),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["cert_digest", "expires_at"], name="recovery_of_certificate"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True) | Q(outcome__in=OUTCOMES, ended_at__isnull=False),
                name="recovery_ends_with_an_outcome",
            ),
        ),
        migrations.AlterField(
            model_name="passwordtries",
            name="number",
            field=models.CharField(max_length=32, verbose_name="number"),
        ),
        migrations.AddField(
            model_name="passwordtries",
            name="caller",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="passwordtries",
            name="told_at",
            field=models.DateTimeField(null=True, verbose_name="announced at"),
        ),
        migrations.AddConstraint(
            model_name="passwordtries",
            constraint=models.UniqueConstraint(fields=["number", "caller"], name="one_count_per_caller"),
        ),
    ]
