"""Publish the texts of the morning mails under the new names of these mails, and end those under the former names."""

import re

from django.db import migrations

KINDS = {"digest_ministry": "morning_mail_ministry", "digest_reviewer": "morning_mail_reviewer"}
TEXTS = ("subject", "body", "subject_en", "body_en")


def copy(apps, schema_editor):
    texts = apps.get_model("ministry", "MailText").objects
    for former, kind in KINDS.items():
        if newest := texts.filter(kind=former).order_by("-number").first():
            said = {name: re.sub(r"\bdigest_counts", "morning_mail_counts", getattr(newest, name)) for name in TEXTS}
            by = {"user_id": newest.user_id, "actor_name": newest.actor_name}
            texts.create(kind=kind, number=newest.number, is_built_in=newest.is_built_in, **said, **by)
            texts.create(kind=former, number=newest.number + 1, is_built_in=True, **by)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0008_ended_subject_name_pairs"),
    ]

    operations = [
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
