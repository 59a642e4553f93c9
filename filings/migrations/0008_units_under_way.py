"""Open filings of one unit meet under its old and its new certificate."""

from django.db import migrations

from accounts.sealed import digest
from ministry.register import digests

OPEN = ("with_provider", "returned_to_host", "with_bureau", "returned_to_provider")
RETURNED = ("returned_to_host", "returned_to_provider")


def _as_handed_on(filing):
    """A returned filing keeps the place of its last round while it is mended."""
    return filing.snapshots.get(round=filing.round).facts if filing.status in RETURNED else filing.facts


def _by_unit(cert_type, number):
    return digests.of_unit(cert_type, number) or _by_certificate(cert_type, number)


def _by_certificate(cert_type, number):
    return digest(f"subject:{cert_type}:{number}")


def _derive(apps, key_of):
    """Two that are under way for one unit already keep the keys they have; the register lets only one of them in."""
    filings = apps.get_model("filings", "Filing").objects
    for filing in filings.exclude(subject_digest="").order_by("pk").iterator():
        subject = _as_handed_on(filing)["subject"]
        cert_type, number = subject.get("cert_type"), subject.get("cert_number")
        key = key_of(cert_type, number) if cert_type and number else ""
        taken = filing.status in OPEN and filings.filter(status__in=OPEN, subject_digest=key).exists()
        if key and not taken:
            filings.filter(pk=filing.pk).update(subject_digest=key)


def by_unit(apps, schema_editor):
    _derive(apps, _by_unit)


def by_certificate(apps, schema_editor):
    _derive(apps, _by_certificate)


class Migration(migrations.Migration):
    dependencies = [("filings", "0007_answers"), ("ministry", "0005_conflicts")]

    operations = [migrations.RunPython(by_unit, by_certificate)]
