"""Check the copies of the differences so far; writers need not wait for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0002_bureaus_copies")]

    operations = [ValidateConstraint(model_name="copydifference", name="compared_copies_known")]
