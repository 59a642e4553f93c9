"""Check the names of the events so far; writers need not wait for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("filings", "0004_events_of_returns_by_own_systems")]

    operations = [
        ValidateConstraint(model_name="event", name="event_name_known"),
        ValidateConstraint(model_name="clockentry", name="clock_entry_has_known_reason"),
    ]
