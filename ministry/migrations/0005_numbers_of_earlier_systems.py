"""Numbers of earlier systems, kept as issued."""

import datetime

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0004_later_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="earlier_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=32, verbose_name="earlier number"),
        ),
        migrations.AlterField(
            model_name="subject",
            name="serial",
            field=models.PositiveIntegerField(null=True, verbose_name="serial"),
        ),
        migrations.AlterField(
            model_name="subject",
            name="year",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="year"),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(
                condition=models.Q(("earlier_number__gt", "")),
                fields=("earlier_number",),
                name="one_subject_per_earlier_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("earlier_number", ""), ("serial__isnull", False), ("year__isnull", False)),
                    models.Q(
                        ("earlier_number__regex", "^.(ICP备([0-9]{6}|[0-9]{8})号|ICP证[0-9]{6,8}号|B2-[0-9]{8})$"),
                        ("serial", None),
                        ("year", None),
                    ),
                    _connector="OR",
                ),
                name="number_of_a_series_or_of_an_earlier_system",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("earlier_number", ""), ("approved_on__lte", datetime.date(2020, 12, 31)), _connector="OR"
                ),
                name="earlier_numbers_are_not_issued_any_more",
            ),
        ),
    ]
