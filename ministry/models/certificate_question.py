"""Questions whether a certificate is on record."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField


class CertificateQuestion(models.Model):
    """A question whether a certificate is on record, answered by e-mail; only digests of the certificate are stored.

    Stored for every certificate, on record or not, so that both cost the same.
    """

    cert_type = models.PositiveSmallIntegerField(_("certificate type"))
    cert_digest = models.CharField(max_length=64, editable=False)
    # Digest of the organisation code, as in SubjectCertificate; empty matches nothing.
    unit_digest = models.CharField(max_length=64, blank=True, editable=False)
    email = SealedTextField(_("e-mail address"))
    email_digest = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("question about a certificate")
        verbose_name_plural = _("questions about certificates")
        indexes = [
            models.Index(fields=["email_digest", "asked_at"], name="certificate_questions_of_email"),
            models.Index(
                fields=["asked_at"], condition=models.Q(answered_at__isnull=True), name="certificate_question_open"
            ),
            models.Index(fields=["answered_at"], name="certificate_question_answered"),
        ]
