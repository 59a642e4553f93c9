"""``manage.py redigest``: derive all digests anew, after DIGEST_KEY has been changed and before anything is started."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from filings import checks
from filings.models import Filing
from ministry.models import SubjectCertificate
from ministry.register import certificate_digest


class Command(BaseCommand):
    help = "Derive all digests of certificates anew with the present DIGEST_KEY. Stop web server and workers first."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        certificates = SubjectCertificate.objects.select_for_update(of=("self",))
        for certificate in certificates.iterator():
            certificate.digest = certificate_digest(certificate.number)
            certificate.save(update_fields=["digest"])
        for filing in Filing.objects.exclude(subject_digest="").select_for_update(of=("self",)).iterator():
            filing.subject_digest = checks.subject_key(filing.facts)
            filing.save(update_fields=["subject_digest"])
        self.stdout.write("All digests are derived anew.")
