"""History of the register: one row for each change of a subject, a website or an access."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from ministry.models.audit import append_only
from ministry.models.register import Access, Subject, Website


class RegisterVersion(models.Model):
    """The state of one register row from a day on, until its next version. Append-only.

    Of the subject when ``website`` is not set, of a website when ``access`` is not set. ``facts`` contains everything
    approved, in the shape of a filing's facts; the register's own columns repeat what is looked up.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="versions", db_index=False)
    website = models.ForeignKey(Website, on_delete=models.PROTECT, null=True, related_name="versions", db_index=False)
    access = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="versions", db_index=False)
    valid_from = models.DateField(_("valid from"))
    live = models.BooleanField(_("in force"))
    facts = SealedJSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version of a record")
        verbose_name_plural = _("versions of records")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(access=None) | models.Q(website__isnull=False), name="version_of_access_has_website"
            ),
        ]
        indexes = [models.Index(fields=["subject", "id"], name="versions_of_subject")]
        triggers = append_only("register_version_append_only")
