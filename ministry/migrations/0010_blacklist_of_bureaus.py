"""Which bureau has entered what is on the blacklist."""

from django.db import migrations, models

from ministry.reference import provinces


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0009_ends"),
    ]

    operations = [
        migrations.AddField(
            model_name="blacklisteddomain",
            name="province",
            field=models.CharField(
                blank=True, choices=provinces.CHOICES, editable=False, max_length=6, verbose_name="province"
            ),
        ),
        migrations.AddField(
            model_name="blacklistedsubject",
            name="province",
            field=models.CharField(
                blank=True, choices=provinces.CHOICES, editable=False, max_length=6, verbose_name="province"
            ),
        ),
    ]
