"""Links from filings to the mails about them, with the digest of each mail; the mails are in the outbox."""

from django.db import models
from post_office.models import Email

from filings.models.filing import Filing
from ministry.models.audit import append_only


class FilingMail(models.Model):
    """A mail written about a filing, with its digest; created in the transaction of its cause."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="mails", db_index=False)
    # No constraint: this row stays even if the mail is deleted; see deadlines.clearing.
    mail = models.ForeignKey(Email, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    # Its template: event and audience.
    name = models.CharField(max_length=48)
    sha256 = models.CharField(max_length=64)
    # It also names other filings, which not everybody who may see this one may see.
    is_shared = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["filing", "id"], name="mails_of_filing"),
            models.Index(fields=["mail"], name="filings_of_mail"),
        ]
        triggers = append_only("filing_mail_append_only")
