from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("interchange", "0006_unopened_files"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="officialid",
            index=models.Index(fields=["bureau", "what", "key"], name="official_ids_by_key"),
        ),
    ]
