"""A bureau has on record that a reviewer signs in by another address."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0007_supervision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="officechange",
            name="office_change_known",
        ),
        migrations.AlterField(
            model_name="officechange",
            name="value",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.AlterField(
            model_name="officechange",
            name="what",
            field=models.CharField(
                choices=[
                    ("absent", "absence entered"),
                    ("back", "absence ended"),
                    ("by_load", "giving out by load"),
                    ("address", "e-mail address for signing in changed"),
                ],
                max_length=16,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="officechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["absent", "back", "by_load", "address"])), name="office_change_known"
            ),
        ),
    ]
