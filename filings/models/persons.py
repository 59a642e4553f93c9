"""Verification codes with which responsible persons confirm a filing before the bureau receives it."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.models.filing import Filing


class PersonCheckQuerySet(models.QuerySet["PersonCheck"]):
    def waiting(self) -> Self:
        """Return checks that wait for their code."""
        return self.filter(proved_at=None, ended_at=None)

    def owed(self) -> Self:
        """Return checks whose code is still to be sent."""
        return self.waiting().filter(wanted_at__isnull=False)


class PersonCheck(models.Model):
    """A person who has to confirm a filing with a code; only its digest is stored."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="person_checks")
    round = models.PositiveSmallIntegerField(_("round"))
    # Paths of the person in the filing: "responsible", "websites.0.responsible".
    paths = ArrayField(models.CharField(max_length=64), verbose_name=_("responsible for"))
    name = SealedTextField(_("name"))
    mobile = SealedTextField(_("mobile"))
    email = SealedTextField(_("e-mail"))
    # Digest of what the person types beside the code: mobile and last six characters of the certificate number.
    key = models.CharField(max_length=64, editable=False)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField(_("requested at"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    # Set when a code is due, cleared by the task that sends it.
    wanted_at = models.DateTimeField(_("code requested"), null=True, editable=False)
    sent_at = models.DateTimeField(_("code sent"), null=True)
    sent = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    wrong = models.PositiveSmallIntegerField(_("wrong attempts"), default=0)
    proved_at = models.DateTimeField(_("verified"), null=True)
    ended_at = models.DateTimeField(_("ended without verification"), null=True)

    objects = PersonCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a responsible person")
        verbose_name_plural = _("checks of responsible persons")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "key"],
                condition=Q(proved_at=None, ended_at=None),
                name="one_check_waiting_per_person",
            ),
            models.CheckConstraint(condition=Q(proved_at=None) | Q(ended_at=None), name="proved_or_ended"),
        ]
        indexes = [
            models.Index(fields=["key"], condition=Q(proved_at=None, ended_at=None), name="checks_waiting"),
            models.Index(fields=["expires_at"], condition=Q(proved_at=None, ended_at=None), name="checks_expiring"),
            models.Index(
                fields=["wanted_at"],
                condition=Q(proved_at=None, ended_at=None, wanted_at__isnull=False),
                name="codes_owed",
            ),
        ]

    @property
    def shown_name(self) -> str:
        """Return the name, masked except for its first character."""
        return f"{self.name[:1]}**"

    @property
    def shown_mobile(self) -> str:
        """Return the mobile, masked."""
        return f"{self.mobile[:3]}****{self.mobile[-4:]}"
