from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0008_reported"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="handed",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="event",
            name="record_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
    ]
