"""The verification sheet while it is filled in, and what a verification keeps beside its answers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0019_phrases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="verification",
            name="notes",
            field=accounts.sealed.SealedJSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Worksheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                ("version", models.PositiveIntegerField(default=0)),
                ("entries", accounts.sealed.SealedJSONField(default=dict)),
                ("remarks", accounts.sealed.SealedJSONField(default=list)),
                ("place", models.CharField(blank=True, max_length=255, verbose_name="place")),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="worksheets", to="filings.filing"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "sheet in work",
                "verbose_name_plural": "sheets in work",
                "ordering": ["round"],
                "constraints": [models.UniqueConstraint(fields=("filing", "round"), name="one_worksheet_per_round")],
            },
        ),
    ]
