"""Other providers of a subject are told what has changed, and give a receipt."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0033_moves_and_certificates"),
        ("providers", "0008_audited"),
    ]

    operations = [
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                ("receipt_at", models.DateTimeField(null=True, verbose_name="receipt")),
                ("receipt_by", models.CharField(blank=True, max_length=128, verbose_name="by")),
                (
                    "filing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="filings.filing",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "word to a provider",
                "verbose_name_plural": "words to providers",
                "indexes": [models.Index(fields=["provider", "-id"], name="told_to_provider")],
                "constraints": [
                    models.UniqueConstraint(fields=("filing", "provider"), name="told_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("receipt_at", None), ("receipt_by", "")),
                            models.Q(("receipt_at__isnull", False), models.Q(("receipt_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="receipt_has_a_name",
                    ),
                ],
            },
        ),
    ]
