"""A paper that comes with a provider's answer to the bureau."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0044_adoption_end"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="filings.officialpaper",
            ),
        ),
    ]
