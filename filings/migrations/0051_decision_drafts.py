"""What a bureau's reviewers have typed of a decision, kept until it is made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0051_file_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                ("version", models.PositiveIntegerField(default=0)),
                ("words", accounts.sealed.SealedJSONField(default=dict)),
                ("remarks", accounts.sealed.SealedJSONField(default=list)),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision_drafts", to="filings.filing"
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
                "verbose_name": "decision in work",
                "verbose_name_plural": "decisions in work",
                "ordering": ["round"],
                "constraints": [
                    models.UniqueConstraint(fields=("filing", "round"), name="one_decision_draft_per_round")
                ],
            },
        ),
    ]
