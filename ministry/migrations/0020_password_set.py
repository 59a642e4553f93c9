"""Since when the present filing password counts, and who has chosen it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = "UPDATE ministry_subject SET password_set_at = password_sent_at WHERE password_sent_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0019_old_domains"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="password_set_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="subject",
            name="password_set_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
