"""How many times a report was packed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0004_tried_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="sent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
