"""The day up to which an older record is filed with the police is not known until somebody says when it opened."""

from django.db import migrations, models

_FROM_THE_APPROVAL = """
    UPDATE filings_upkeep SET police_due_on = site.approved_on + 30
      FROM ministry_website AS site WHERE site.id = website_id AND police_due_on IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("filings", "0049_offers")]

    operations = [
        migrations.AlterField(
            model_name="upkeep",
            name="police_due_on",
            field=models.DateField(null=True, verbose_name="police filing by"),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, _FROM_THE_APPROVAL),
    ]
