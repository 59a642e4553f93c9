"""A filing remembers which numbers its approval has brought: names of services may change afterwards."""

from django.db import migrations, models

# Of filings approved before: the website of that day under the subject that has the filing's own domain.
FILL = """
UPDATE filings_filing f SET first_sequence = w.sequence
FROM ministry_website w
WHERE f.status = 'filed' AND f.kind IN ('new_filing', 'new_website') AND w.subject_id = f.subject_id
AND f.domain IN (w.domain, w.name) AND w.approved_on = (f.decided_at AT TIME ZONE 'Asia/Shanghai')::date
"""


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0047_rare_in_long_tabs"),
        ("ministry", "0020_password_set"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="first_sequence",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
