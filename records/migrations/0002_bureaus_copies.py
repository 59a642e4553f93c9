"""Differences from what a bureau's own system publishes; no row is read while writers wait."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

COPIES = [
    ("verified", "verified by the provider / approved by the bureau"),
    ("receipt", "receipt of the approval / approved by the bureau"),
    ("register", "approved by the bureau / register"),
    ("public", "register / public query"),
    ("bureau", "register / bureau's own system"),
]


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="copydifference", name="compared_copies_known"),
        migrations.AlterField(
            model_name="copydifference",
            name="copies",
            field=models.CharField(choices=COPIES, max_length=8, verbose_name="copies"),
        ),
        AddConstraintNotValid(
            model_name="copydifference",
            constraint=models.CheckConstraint(
                condition=models.Q(copies__in=[copies for copies, _label in COPIES]), name="compared_copies_known"
            ),
        ),
    ]
