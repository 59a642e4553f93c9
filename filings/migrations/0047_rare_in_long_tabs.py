"""What few filings of a bureau's long tab have, continued: a kind, a later round."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0046_counter_looks"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                fields=["bureau", "kind", "status", "arrived_at", "id"],
                condition=Q(received_at__isnull=False),
                name="bureau_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                fields=["bureau", "status", "arrived_at", "id"],
                include=["round"],
                condition=Q(received_at__isnull=False, round__gt=1),
                name="bureau_later_rounds",
            ),
        ),
    ]
