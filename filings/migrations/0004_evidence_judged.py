"""Pictures in two sizes, judged and comparable. Pictures from before have no copy, no hash and no advice."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

import filings.models.evidence


class Migration(migrations.Migration):
    dependencies = [("filings", "0003_several_websites")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="official",
            field=models.FileField(blank=True, default="", upload_to=filings.models.evidence.private_path),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="evidence",
            name="official_size",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="evidence",
            name="phash",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="advice",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(condition=Q(replaced_at=None), fields=["phash"], name="picture_looks"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(condition=Q(replaced_at=None), fields=["original_sha256"], name="picture_original"),
        ),
    ]
