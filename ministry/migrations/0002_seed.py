"""What public documents state: the announced work calendars, the rules of the provinces."""

from django.db import migrations

from ministry.calendar.data import seed_calendar
from ministry.rules.data import seed_rules
from ministry.rules.later import bring_changes_in_one, bring_later_rules, judge_what_was_advice


def seed(apps, schema_editor):
    seed_calendar(apps.get_model("ministry", "CalendarYear"), apps.get_model("ministry", "CalendarDay"))
    rules = apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange")
    seed_rules(*rules)
    bring_later_rules(*rules)
    bring_changes_in_one(*rules)
    judge_what_was_advice(*rules)


class Migration(migrations.Migration):
    dependencies = [("ministry", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
