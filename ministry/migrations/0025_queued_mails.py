"""The mails that wait are found without reading those that were sent. The table is the mail library's."""

from django.db import migrations

# 2 and 3: queued and requeued, see post_office.models.STATUS.
INDEX = "CREATE INDEX mails_waiting ON post_office_email (id) WHERE status IN (2, 3)"


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0024_audited_changes"),
        ("post_office", "0009_requeued_mode"),
    ]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX mails_waiting")]
