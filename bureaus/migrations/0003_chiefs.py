"""A bureau has chiefs among its reviewers."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_bureaus"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewer",
            name="role",
            field=models.CharField(
                choices=[("reviewer", "reviewer"), ("chief", "chief")],
                default="reviewer",
                max_length=16,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="bureau",
            name="chief_email",
            field=models.EmailField(
                blank=True,
                help_text="Told when time runs out, while no chief is appointed.",
                max_length=254,
                verbose_name="chief's e-mail",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewer",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["reviewer", "chief"])), name="reviewer_role_known"
            ),
        ),
    ]
