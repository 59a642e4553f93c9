import django.db.models.deletion
from django.db import migrations, models

import filings.models.sheet


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0010_outside_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetPdf",
            fields=[
                (
                    "sheet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="filings.sheet",
                    ),
                ),
                ("file", models.FileField(upload_to=filings.models.sheet.private_pdf)),
                ("sha256", models.CharField(max_length=64)),
                ("drawn_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "indexes": [models.Index(fields=["file"], name="sheet_pdf_file")],
            },
        ),
    ]
