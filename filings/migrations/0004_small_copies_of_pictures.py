"""A small copy of each picture, for lists."""

from django.db import migrations, models

import filings.models.evidence


class Migration(migrations.Migration):
    dependencies = [("filings", "0003_change_record")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="thumb",
            field=models.FileField(blank=True, upload_to=filings.models.evidence.private_path),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["thumb"], name="picture_thumb"),
        ),
    ]
