"""Which mails are part of a case file is found by the mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0051_audited_changes"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="filingmail",
            index=models.Index(fields=["mail"], name="filings_of_mail"),
        ),
    ]
