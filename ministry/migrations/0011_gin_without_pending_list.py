import django.contrib.postgres.indexes
from django.db import migrations, models

# A list of pending entries would be read whole by every look-up. The index on the mail library's table is ours.
SET = "ALTER INDEX {name} SET (fastupdate = off); SELECT gin_clean_pending_list('{name}')"
RESET = "ALTER INDEX {name} RESET (fastupdate)"


def _set(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(SET.format(name=name), RESET.format(name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0010_ends_of_adoptions"),
    ]

    operations = [
        _set("mails_of_recipient"),
        migrations.SeparateDatabaseAndState(
            [_set("ended_further_domains")],
            [
                migrations.RemoveIndex(model_name="website", name="ended_further_domains"),
                migrations.AddIndex(
                    model_name="website",
                    index=django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("live", False)),
                        fastupdate=False,
                        fields=["further_domains"],
                        name="ended_further_domains",
                    ),
                ),
            ],
        ),
    ]
