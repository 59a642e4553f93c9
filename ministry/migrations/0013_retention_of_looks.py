"""Give looks at personal data a period of retention; until now they were kept for good."""

from django.db import migrations

PERIODS = """
INSERT INTO ministry_retentionperiod (kind, number, length, valid_from, why, actor_name, at)
SELECT kind, 1, length, DATE '2026-01-01', '', '', now()
FROM (VALUES ('looks', 3)) AS said (kind, length)
ON CONFLICT (kind, number) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0012_name_pair_shares"),
    ]

    operations = [
        migrations.RunSQL(PERIODS, migrations.RunSQL.noop),
    ]
