"""The provider's queue is counted from its index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("filings", "0011_fill_search")]

    operations = [
        migrations.RemoveIndex("filing", "provider_queue"),
        migrations.AddIndex(
            "filing",
            models.Index(
                condition=models.Q(("round__gt", 0), ("status__in", ("with_provider", "returned_to_provider"))),
                fields=["provider", "arrived_at", "id"],
                include=("status", "claimed_until", "paused_until"),
                name="provider_queue",
            ),
        ),
    ]
