from django.db import migrations

from ministry.calendar.data import seed_calendar


def seed(apps, schema_editor):
    """The announced calendars of 2025 and 2026."""
    seed_calendar(apps.get_model("ministry", "CalendarYear"), apps.get_model("ministry", "CalendarDay"))


class Migration(migrations.Migration):
    dependencies = [("ministry", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
