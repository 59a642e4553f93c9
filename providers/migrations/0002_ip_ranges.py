"""The addresses of each provider's pool. PostgreSQL has no range type of addresses, so one is made here."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE TYPE inetrange AS RANGE (subtype = inet)", "DROP TYPE inetrange"),
        migrations.CreateModel(
            name="IpRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.GenericIPAddressField(verbose_name="first address")),
                (
                    "end",
                    models.GenericIPAddressField(
                        help_text="A single address is first and last at once.", verbose_name="last address"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ip_ranges",
                        to="providers.provider",
                        verbose_name="access provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "IP range",
                "verbose_name_plural": "IP ranges",
                "ordering": ["start"],
                "indexes": [models.Index(fields=["start"], name="ip_range_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__lte", models.F("end"))), name="ip_range_runs_forward"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func("start", "end", models.Value("[]"), function="inetrange"),
                                django.contrib.postgres.fields.ranges.RangeOperators.OVERLAPS,
                            )
                        ],
                        name="no_address_in_two_ranges",
                    ),
                ],
            },
        ),
    ]
