"""Check the names of the events so far; writers need not wait for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("filings", "0004_event_of_a_reason")]

    operations = [ValidateConstraint(model_name="event", name="event_name_known")]
