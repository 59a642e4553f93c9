from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0009_open_data"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="subject",
            index=models.Index(
                condition=models.Q(("password_set_at__isnull", False)),
                fields=["password_set_at"],
                name="subject_password_set",
            ),
        ),
        migrations.AddIndex(
            model_name="subject",
            index=models.Index(condition=models.Q(("live", False)), fields=["cancelled_on"], name="subject_cancelled"),
        ),
    ]
