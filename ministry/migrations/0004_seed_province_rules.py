from django.db import migrations

from ministry.rules.data import seed_rules


def seed(apps, schema_editor):
    """The province rules that public documents state."""
    seed_rules(apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange"))


class Migration(migrations.Migration):
    dependencies = [("ministry", "0003_province_rules")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
