"""The contacts of what was cancelled are free: the register holds those of records in force alone."""

from django.db import migrations
from django.db.models import Q

from ministry.register import digests


def set_free(apps, _schema_editor):
    """Derive anew the contacts of subjects of which something has been cancelled."""
    subjects = apps.get_model("ministry", "Subject").objects
    for subject in subjects.filter(Q(live=False) | Q(websites__live=False)).distinct().iterator():
        held = apps.get_model("ministry", "SubjectContact").objects
        held.filter(subject=subject).delete()
        held.bulk_create(rows(held.model, subject), ignore_conflicts=True)


def rows(contact, subject):
    for person in (subject, *subject.websites.all()):
        who = digests.of_person(person.responsible_name)
        for kind, text in (("mobile", person.responsible_mobile), ("email", person.responsible_email)):
            for key in {digests.of_contact(kind, part) for part in text.split(";")} - {""}:
                if person.live:
                    yield contact(subject=subject, kind=kind, digest=key, person_digest=who)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0016_limit_of_changes"),
    ]

    operations = [migrations.RunPython(set_free, migrations.RunPython.noop)]
