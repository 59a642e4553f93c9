"""What public documents state: the announced work calendars, the rules of the provinces."""

from django.db import migrations

from ministry.calendar.data import seed_calendar
from ministry.rules.data import seed_rules


def seed(apps, schema_editor):
    seed_calendar(apps.get_model("ministry", "CalendarYear"), apps.get_model("ministry", "CalendarDay"))
    seed_rules(apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange"))


class Migration(migrations.Migration):
    dependencies = [("ministry", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
