"""Filing passwords that a provider's system has shown to be right."""

from django.db import models
from django.utils import timezone

from interchange.models.connection import Connection


class ProvenPassword(models.Model):
    """A check of a subject's filing password by a connection (``isp_verifybamm``), with a keyed digest of its MD5.

    An upload has only the MD5 of the password (``ICPmm``), and the register only a slow salted hash: neither can be
    compared with the other.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    subject = models.ForeignKey("ministry.Subject", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "subject"], name="one_password_proof")]
        indexes = [models.Index(fields=["at"], name="password_proofs_by_age")]
