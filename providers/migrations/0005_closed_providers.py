from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0004_webhooks"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="provider",
            index=models.Index(condition=models.Q(("is_active", False)), fields=["id"], name="closed_providers"),
        ),
    ]
