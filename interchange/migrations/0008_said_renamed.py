"""Call what systems have said by what it is, in the code; no table changes."""

from django.db import migrations, models

import accounts.sealed

SAID = "said"


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0007_official_ids_by_key"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for model, name, field in (
                    ("connectionchange", "words", models.TextField(blank=True, db_column=SAID)),
                    ("fetchedfile", "faults", accounts.sealed.SealedTextField(default="", db_column=SAID)),
                    ("report", "message", accounts.sealed.SealedTextField(default="", db_column=SAID)),
                    ("officialid", "published", accounts.sealed.SealedJSONField(null=True, db_column=SAID)),
                    ("exchange", "text", models.CharField(blank=True, max_length=256, db_column=SAID)),
                )
                for operation in (
                    migrations.RenameField(model, SAID, name),
                    migrations.AlterField(model, name, field),
                )
            ],
        ),
    ]
