"""That whoever files reads the mails sent to an address: the filing password goes there."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mail import mask_address
from accounts.sealed import SealedTextField
from filings.models.mandate import Mandate
from ministry.models.audit import audited

# How a code is made, sent and tried: what enters the audit log is whose the address is, and when it was proved.
CODE_COLUMNS = ("digest", "code_digest", "wanted_at", "sent_at", "expires_at", "sent", "day_began", "wrong")


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def owed(self) -> Self:
        """Return those to which a code is to be made and sent."""
        return self.filter(wanted_at__isnull=False, proved_at=None)

    def of(self, host_id: int | None, mandate_id: int | None) -> Self:
        """Return those of a host, also from before it had an account, when a provider filed by this mandate."""
        return self.filter(Q(host=host_id, host__isnull=False) | Q(mandate=mandate_id, mandate__isnull=False))


class Mailbox(models.Model):
    """An address that a host gives in its filings, and when a code sent there came back. Asked once a host."""

    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Of a filing on behalf whose host has no account.
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    address = SealedTextField(_("e-mail"))
    digest = models.CharField(max_length=64, editable=False)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Set when a code is owed, cleared by the task that has made and sent it.
    wanted_at = models.DateTimeField(_("code asked for"), null=True, editable=False)
    sent_at = models.DateTimeField(_("code sent"), null=True)
    expires_at = models.DateTimeField(_("valid until"), null=True)
    # Since the day began on which the first of them was sent.
    sent = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    day_began = models.DateTimeField(default=timezone.now, editable=False)
    wrong = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    proved_at = models.DateTimeField(_("proved"), null=True)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail address of a host")
        verbose_name_plural = _("e-mail addresses of hosts")
        constraints = [
            models.UniqueConstraint(
                fields=["host", "digest"], condition=Q(host__isnull=False), name="one_mailbox_per_host"
            ),
            models.UniqueConstraint(
                fields=["mandate", "digest"], condition=Q(mandate__isnull=False), name="one_mailbox_per_mandate"
            ),
            models.CheckConstraint(
                condition=Q(host=None, mandate__isnull=False) | Q(host__isnull=False, mandate=None),
                name="a_mailbox_is_somebodys",
            ),
        ]
        triggers = audited(left_out=CODE_COLUMNS)
        indexes = [
            models.Index(
                fields=["wanted_at"], condition=Q(wanted_at__isnull=False, proved_at=None), name="mailbox_codes_owed"
            )
        ]

    def __str__(self) -> str:
        return mask_address(self.address)
