"""Add a column for the data that a bureau's own system has published of a row of the register."""

from django.db import migrations

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [("interchange", "0002_authority")]

    operations = [
        migrations.AddField(model_name="officialid", name="said", field=accounts.sealed.SealedJSONField(null=True)),
    ]
