"""The columns of a desk's queue: indexes to sort by, and which of them somebody wants to see."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0004_small_copies_of_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("round__gt", 0), ("status__in", ("with_provider", "returned_to_provider"))),
                fields=["provider", "id"],
                name="provider_queue_by_id",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("round__gt", 0), ("status__in", ("with_provider", "returned_to_provider"))),
                fields=["provider", "subject_name", "id"],
                name="provider_queue_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("status", "with_bureau")), fields=["bureau", "id"], name="bureau_queue_by_id"
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("status", "with_bureau")),
                fields=["bureau", "subject_name", "id"],
                name="bureau_queue_by_name",
            ),
        ),
        migrations.CreateModel(
            name="QueueLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "page_size",
                    models.PositiveSmallIntegerField(
                        choices=[(25, "25"), (50, "50"), (100, "100")], default=25, verbose_name="rows per page"
                    ),
                ),
                (
                    "hidden",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("page_size__in", [25, 50, 100])), name="queue_page_size_known"
                    )
                ],
            },
        ),
    ]
