"""Find mails by recipient, and entries of the audit log by filing, person and time."""

from django.db import migrations, models

RECIPIENTS = """
    CREATE INDEX mails_of_recipient ON post_office_email USING gin (string_to_array(lower("to"), ', '))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0006_changes_in_one"),
        ("post_office", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(RECIPIENTS, "DROP INDEX mails_of_recipient"),
        migrations.AddField("auditentry", "filing", models.BigIntegerField(null=True)),
        migrations.AddField("auditentry", "person", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "auditentry",
            models.Index(
                condition=models.Q(("filing__isnull", False)),
                fields=["filing", "-number"],
                name="audit_entries_of_filing",
            ),
        ),
        migrations.AddIndex(
            "auditentry",
            models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person", "-number"],
                name="audit_entries_of_person",
            ),
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["sealed_at"], name="audit_entries_by_time")),
    ]
