import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ministry", "0007_import_events_of_written_pieces"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="subject",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("name", function="name_pairs"),
                condition=models.Q(("live", False), models.Q(("nature", 5), _negated=True)),
                fastupdate=False,
                name="ended_subject_name_pairs",
            ),
        ),
    ]
