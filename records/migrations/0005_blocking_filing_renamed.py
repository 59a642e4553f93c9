"""Call the filing that a claim is made against so in the code; no table changes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0005_events_of_returns_checked"),
        ("records", "0004_cases_renamed"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("cancellationcase", "matter_has_its_sides"),
                migrations.RemoveConstraint("cancellationcase", "one_open_claim_of_a_filing"),
                migrations.RenameField("cancellationcase", "rival", "blocking_filing"),
                migrations.AlterField(
                    "cancellationcase",
                    "blocking_filing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="filings.filing",
                        db_column="rival_id",
                    ),
                ),
                migrations.AddConstraint(
                    "cancellationcase",
                    models.CheckConstraint(
                        condition=Q(
                            kind="shell", subject__isnull=False, blocking_filing=None, filing=None, applicant=None
                        )
                        | Q(kind="release", subject__isnull=False, blocking_filing=None, filing__isnull=False)
                        & Q(applicant__isnull=False)
                        | Q(
                            kind="place",
                            subject=None,
                            website=None,
                            blocking_filing__isnull=False,
                            filing__isnull=False,
                        )
                        & Q(applicant__isnull=False),
                        name="matter_has_its_sides",
                    ),
                ),
                migrations.AddConstraint(
                    "cancellationcase",
                    models.UniqueConstraint(
                        fields=["blocking_filing", "filing"],
                        condition=Q(state="open", blocking_filing__isnull=False),
                        name="one_open_claim_of_a_filing",
                    ),
                ),
            ],
        ),
    ]
