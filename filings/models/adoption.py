"""That a host has taken a record that was made elsewhere into its account, with the record's filing password."""

from django.conf import settings
from django.db import models

from ministry.models.audit import append_only


class Adoption(models.Model):
    """Whose the record is from then on, beside the hosts whose filings it stems from."""

    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "subject"], name="one_adoption_of_a_record")]
        triggers = append_only("adoption_append_only")

    def __str__(self) -> str:
        return f"{self.host_id} {self.subject_id}"
