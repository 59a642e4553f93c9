"""Upkeep of what is on record already; nobody is reminded of a day that has passed before there were reminders."""

from django.db import migrations

WEBSITES = """
INSERT INTO filings_upkeep (website_id, police_due_on, police_number, police_told)
SELECT id, approved_on + 30, '', CASE WHEN approved_on + 30 < current_date THEN 0 END FROM ministry_website
ON CONFLICT DO NOTHING
"""
SUBJECTS = "INSERT INTO filings_subjectupkeep (subject_id) SELECT id FROM ministry_subject ON CONFLICT DO NOTHING"


class Migration(migrations.Migration):
    dependencies = [("filings", "0036_upkeep")]

    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (WEBSITES, SUBJECTS)]
