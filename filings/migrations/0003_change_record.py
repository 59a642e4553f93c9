"""A kind of filing: the change of the site host and a website in one."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_supervision"),
        ("filings", "0002_erase_what_ended"),
        ("ministry", "0006_changes_in_one"),
        ("providers", "0002_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_points_at_its_record",
        ),
        migrations.AlterField(
            model_name="filing",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_filing", "first-time filing"),
                    ("new_website", "new website"),
                    ("new_access", "new access"),
                    ("change_subject", "change of the site host"),
                    ("change_cert", "change of the certificate"),
                    ("change_website", "change of a website"),
                    ("change_record", "change of the site host and a website"),
                    ("change_access", "change of an access"),
                    ("migrate_website", "migration of a website from another host"),
                    ("cancel_access", "cancellation of an access"),
                    ("cancel_website", "cancellation of a website"),
                    ("cancel_subject", "cancellation of the record"),
                ],
                default="new_filing",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("about_subject__isnull", True),
                        ("about_access__isnull", True),
                        ("about_website__isnull", True),
                        ("kind__in", ["new_filing"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_subject__isnull", False),
                        ("about_access__isnull", True),
                        ("about_website__isnull", True),
                        ("kind__in", ["new_website", "change_subject", "change_cert", "cancel_subject"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_subject__isnull", False),
                        ("about_access__isnull", True),
                        ("about_website__isnull", False),
                        ("kind__in", ["new_access", "change_website", "change_record", "cancel_website"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_subject__isnull", False),
                        ("about_access__isnull", False),
                        ("about_website__isnull", False),
                        ("kind__in", ["change_access", "cancel_access"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_access__isnull", True),
                        ("about_website__isnull", False),
                        ("kind__in", ["migrate_website"]),
                        ("offer__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="filing_points_at_its_record",
            ),
        ),
    ]
