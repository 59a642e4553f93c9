"""A bureau looks an ended website up by its domains; those in force are rows of their own."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0021_migration"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="website",
            index=models.Index(condition=models.Q(live=False), fields=["domain"], name="ended_domain"),
        ),
        migrations.AddIndex(
            model_name="website",
            index=GinIndex(condition=models.Q(live=False), fields=["further_domains"], name="ended_further_domains"),
        ),
    ]
