from django.db import migrations

from ministry.reference import provinces


def add_bureaus(apps, schema_editor):
    """Every province has a bureau; operators add their addresses."""
    bureau = apps.get_model("bureaus", "Bureau")
    bureau.objects.bulk_create(
        [bureau(province=province.code) for province in provinces.PROVINCES], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("bureaus", "0001_initial")]

    operations = [migrations.RunPython(add_bureaus, migrations.RunPython.noop)]
