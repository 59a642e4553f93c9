"""The role of each member of staff; whoever has been with a provider longest becomes its administrator."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def appoint_administrators(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The member of staff with the lowest id of each provider."""
    staff = apps.get_model("providers", "Staff")
    oldest = staff.objects.order_by("provider_id", "pk").distinct("provider_id").values_list("pk", flat=True)
    staff.objects.filter(pk__in=list(oldest)).update(role="administrator")


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_ip_ranges")]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="role",
            field=models.CharField(
                choices=[
                    ("verifier", "verifier"),
                    ("supervisor", "supervisor"),
                    ("administrator", "administrator"),
                ],
                default="verifier",
                max_length=16,
                verbose_name="role",
            ),
        ),
        migrations.RunPython(appoint_administrators, migrations.RunPython.noop, elidable=True),
    ]
