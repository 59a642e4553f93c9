"""Which mails were written about a filing, and the digest of what each said; the mails themselves are the queue's."""

from django.db import models
from post_office.models import Email

from filings.models.filing import Filing
from ministry.models.audit import append_only


class FilingMail(models.Model):
    """That a mail was written about a filing, with the digest of its words. Goes with the transaction of its cause."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="mails", db_index=False)
    # What is about a filing is evidence: see deadlines.clearing. That it was written stays on record in any case.
    mail = models.ForeignKey(Email, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    # The template it was written from: what happened and who hears of it.
    name = models.CharField(max_length=48)
    sha256 = models.CharField(max_length=64)
    # It names other filings too, which not everybody who may read of this one may know of.
    is_shared = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["filing", "id"], name="mails_of_filing"),
            models.Index(fields=["mail"], name="filings_of_mail"),
        ]
        triggers = append_only("filing_mail_append_only")

    def __str__(self) -> str:
        return f"{self.filing_id} {self.name}"
