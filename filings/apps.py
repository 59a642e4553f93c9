"""Configure the app: connect its receivers; register certificates shown face to face as proofs of the public query."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingsConfig(AppConfig):
    name = "filings"
    verbose_name = _("filings")

    def ready(self) -> None:
        from filings import receivers  # noqa: F401 — connects them
        from filings.verification import shown_certificates
        from ministry.public import certificate_questions

        certificate_questions.PROOFS.append(shown_certificates.is_shown)
