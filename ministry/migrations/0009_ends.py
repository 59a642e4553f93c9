"""What is cancelled or suspended in the register, and since when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0008_audit_calendar"),
        ("providers", "0008_audited"),
    ]

    operations = [
        migrations.AddField(
            model_name="access",
            name="cancelled_on",
            field=models.DateField(editable=False, null=True, verbose_name="cancelled on"),
        ),
        migrations.AddField(
            model_name="subject",
            name="cancelled_on",
            field=models.DateField(editable=False, null=True, verbose_name="cancelled on"),
        ),
        migrations.AddField(
            model_name="subject",
            name="suspended_on",
            field=models.DateField(editable=False, null=True, verbose_name="suspended on"),
        ),
        migrations.AddField(
            model_name="website",
            name="cancelled_on",
            field=models.DateField(editable=False, null=True, verbose_name="cancelled on"),
        ),
        migrations.AddField(
            model_name="website",
            name="suspended_on",
            field=models.DateField(editable=False, null=True, verbose_name="suspended on"),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(("live", False), ("cancelled_on", None), _connector="OR"),
                name="live_access_is_not_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(("live", False), ("cancelled_on", None), _connector="OR"),
                name="live_subject_is_not_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="website",
            constraint=models.CheckConstraint(
                condition=models.Q(("live", False), ("cancelled_on", None), _connector="OR"),
                name="live_website_is_not_cancelled",
            ),
        ),
    ]
