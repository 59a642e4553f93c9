"""E-mail addresses of hosts verified by a code, because the filing password is sent there."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.models.mandate import Mandate
from ministry.models.audit import audited

# Columns about codes, left out of the audit log; it has the owner of the address and when it was verified.
CODE_COLUMNS = ("digest", "code_digest", "wanted_at", "sent_at", "expires_at", "sent", "day_began", "wrong")


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def owed(self) -> Self:
        """Return those whose code is still to be sent."""
        return self.filter(wanted_at__isnull=False, proved_at=None)

    def of(self, host_id: int | None, mandate_id: int | None) -> Self:
        """Return those of a host, also those from before it had an account, by this mandate."""
        return self.filter(Q(host=host_id, host__isnull=False) | Q(mandate=mandate_id, mandate__isnull=False))


class Mailbox(models.Model):
    """An e-mail address in a host's filings, and when it was verified by a code; once per host."""

    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # For a filing on behalf whose host has no account.
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    address = SealedTextField(_("e-mail"))
    digest = models.CharField(max_length=64, editable=False)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Set when a code is due, cleared by the task that sends it.
    wanted_at = models.DateTimeField(_("code requested"), null=True, editable=False)
    sent_at = models.DateTimeField(_("code sent"), null=True)
    expires_at = models.DateTimeField(_("valid until"), null=True)
    # Since ``day_began``.
    sent = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    day_began = models.DateTimeField(default=timezone.now, editable=False)
    wrong = models.PositiveSmallIntegerField(_("wrong attempts"), default=0)
    proved_at = models.DateTimeField(_("verified"), null=True)

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
