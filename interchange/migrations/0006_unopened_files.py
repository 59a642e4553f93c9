"""The end of a call whose file can't be opened; no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0005_report_sent"),
    ]

    operations = [
        migrations.AlterField(
            model_name="exchange",
            name="ended_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("answered", "answered"),
                    ("status", "answered with an error"),
                    ("slow", "no complete answer within the time limit"),
                    ("name", "host name not found"),
                    ("address", "the host name leads to an address that is not public"),
                    ("tls", "certificate or encryption not accepted"),
                    ("connection", "no connection, or it was closed"),
                    ("unreadable", "the answer can't be read"),
                    ("unopened", "the file can't be opened with our keys"),
                ],
                max_length=10,
            ),
        ),
    ]
