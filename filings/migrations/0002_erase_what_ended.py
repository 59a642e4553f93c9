"""Let submitted filings that ended without a record be erased too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("filings", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="filing", name="filing_to_be_erased"),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("erased_at", None), ("status__in", ("withdrawn", "lapsed", "closed"))),
                fields=["arrived_at"],
                name="filing_to_be_erased",
            ),
        ),
        migrations.AlterField(
            model_name="photograph",
            name="evidence",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="photograph",
                to="filings.evidence",
            ),
        ),
    ]
