"""A new access may be half of a move; a record may go over to a new certificate."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_chiefs"),
        ("filings", "0032_adoption"),
        ("ministry", "0014_yearly_confirmation"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_points_at_its_record",
        ),
        migrations.AddField(
            model_name="filing",
            name="moves_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.access"
            ),
        ),
        migrations.AlterField(
            model_name="filing",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_filing", "first filing"),
                    ("new_website", "new website"),
                    ("new_access", "new access"),
                    ("change_subject", "change of the site host's data"),
                    ("change_cert", "change of the certificate"),
                    ("change_website", "change of a website"),
                    ("change_access", "change of an access"),
                    ("cancel_access", "cancellation of an access"),
                    ("cancel_website", "cancellation of a website"),
                    ("cancel_subject", "cancellation of everything on record"),
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
                        ("about_access__isnull", True),
                        ("about_subject__isnull", True),
                        ("about_website__isnull", True),
                        ("kind__in", ["new_filing"]),
                    ),
                    models.Q(
                        ("about_access__isnull", True),
                        ("about_subject__isnull", False),
                        ("about_website__isnull", True),
                        ("kind__in", ["new_website", "change_subject", "change_cert", "cancel_subject"]),
                    ),
                    models.Q(
                        ("about_access__isnull", True),
                        ("about_subject__isnull", False),
                        ("about_website__isnull", False),
                        ("kind__in", ["new_access", "change_website", "cancel_website"]),
                    ),
                    models.Q(
                        ("about_access__isnull", False),
                        ("about_subject__isnull", False),
                        ("about_website__isnull", False),
                        ("kind__in", ["change_access", "cancel_access"]),
                    ),
                    _connector="OR",
                ),
                name="filing_points_at_its_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(("moves_from", None), ("kind", "new_access"), _connector="OR"),
                name="only_a_new_access_moves",
            ),
        ),
    ]
