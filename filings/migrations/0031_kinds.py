"""Filings of every kind point at the record they are about."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_chiefs"),
        ("filings", "0030_case_file"),
        ("ministry", "0011_register_versions"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="about_access",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.access"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="about_subject",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.subject"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="about_website",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ministry.website"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="proved_at",
            field=models.DateTimeField(null=True),
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
                        ("kind__in", ["new_website", "change_subject", "cancel_subject"]),
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
                condition=models.Q(
                    ("subject", None), ("about_subject", None), ("subject", models.F("about_subject")), _connector="OR"
                ),
                name="filed_for_what_it_is_about",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("about_subject__isnull", False),
                    (
                        "status__in",
                        ("with_provider", "returned_to_host", "with_persons", "with_bureau", "returned_to_provider"),
                    ),
                ),
                fields=("about_subject",),
                name="one_open_filing_per_record",
            ),
        ),
    ]
