"""Links from filings to the mails about them; which mails staff want, and those held for a daily one."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from filings.models.filing import Filing
from ministry.models.audit import append_only, audited


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


class MailWay(models.TextChoices):
    """How a member of staff gets a kind of mail."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, in one e-mail")
    OFF = "off", _("Not at all")


class MailChoice(models.Model):
    """A member of staff's choice for a kind of mail (``filings.mail.staff_mails``); the usual way without one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=16)
    way = models.CharField(max_length=8, choices=MailWay)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_per_kind_of_mail"),
            models.CheckConstraint(condition=Q(way__in=MailWay.values), name="mail_way_known"),
        ]
        triggers = audited()


class HeldMail(models.Model):
    """A mail held for its reader's daily one, which replaces it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=48)
    filing_ids = ArrayField(models.BigIntegerField())
    subject = models.CharField(max_length=989)  # as long as an outgoing mail's
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
