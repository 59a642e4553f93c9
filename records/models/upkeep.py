"""Upkeep of records: police filing, watched dates, reminders and proofs.

None of it changes the register.
"""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from filings.actors import Actor
from filings.deadlines import reminder_levels
from filings.states import Role
from ministry.models import Access
from ministry.models.audit import append_only
from records.models.confirmation import YearlyAnswer

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without characters that are easily confused
CODE_LENGTH = 16  # 78 bits
LABEL_LENGTH = 64


def new_code() -> str:
    """Return a random number for a proof, which can't be guessed."""
    return "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))


class UpkeepQuerySet(models.QuerySet["Upkeep"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the websites of a bureau's province, or those to which a provider gives access or did to the last."""
        match actor.role:
            case Role.BUREAU:
                return self.filter(website__subject__province=actor.bureau_id)
            case Role.PROVIDER:
                return self.filter(of_provider(actor.provider_id or 0))
        return self.none()


def of_provider(provider_id: int) -> models.Exists:
    """Return the condition for websites whose access this provider gives, or gave until they were cancelled."""
    until_the_end = Q(website__live=False, cancelled_on=F("website__cancelled_on"))
    accesses = Access.objects.filter(website=OuterRef("pk"), provider=provider_id)
    return models.Exists(accesses.filter(Q(live=True) | until_the_end))


class Upkeep(models.Model):
    """The police filing and the yearly confirmation of a website on record, and the reminders sent to its host.

    Created with the approval. ``*_told`` is the lowest level (days before the end) for which a mail was written
    (``filings.deadlines.reminder_levels``); None before the first.
    """

    website = models.OneToOneField(
        "ministry.Website", on_delete=models.PROTECT, primary_key=True, related_name="upkeep"
    )
    # The day it opened to the public, if the host has given one other than that of the approval.
    opened_on = models.DateField(_("opened on"), null=True)
    # None if the opening day is unknown and the approval is too long ago: see ``police_filing.due_after_approval``.
    police_due_on = models.DateField(_("police filing by"), null=True)
    police_number = models.CharField(_("police filing number"), max_length=32, blank=True)
    # When the host entered the number or declared that it has filed.
    police_done_at = models.DateTimeField(null=True)
    police_told = models.PositiveSmallIntegerField(null=True)
    police_remind_on = models.GeneratedField(
        expression=reminder_levels.next_day(reminder_levels.POLICE_FILING, "police_due_on", "police_told"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    # The rule of the latest yearly confirmation of which the host was reminded or to which it has answered, the answer
    # ("" while it is missing; see ``Confirmation``), and the day of the latest reminder of any kind.
    yearly_rule = models.ForeignKey("ministry.ProvinceRule", on_delete=models.PROTECT, null=True, related_name="+")
    yearly_told = models.PositiveSmallIntegerField(null=True)
    yearly_answer = models.CharField(max_length=16, choices=YearlyAnswer, blank=True, default="", db_default="")
    yearly_told_on = models.DateField(null=True)
    # When the host was notified that the website has no access any more.
    shell_told_on = models.DateField(null=True)

    objects = UpkeepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(police_number="") | Q(police_done_at__isnull=False), name="police_number_means_done"
            ),
        ]
        indexes = [
            models.Index(fields=["police_remind_on"], condition=Q(police_done_at=None), name="police_filing_to_tell"),
            models.Index(
                fields=["yearly_rule", "yearly_answer", "website"],
                condition=Q(yearly_rule__isnull=False),
                name="yearly_answers",
            ),
        ]


class SubjectUpkeep(models.Model):
    """When the host of a subject was notified that it has no website any more."""

    subject = models.OneToOneField(
        "ministry.Subject", on_delete=models.PROTECT, primary_key=True, related_name="upkeep"
    )
    shell_told_on = models.DateField(null=True)


class ExpiryKind(models.TextChoices):
    """What expires."""

    CERTIFICATE = "certificate", _("Certificate")
    DOMAIN = "domain", _("Domain")
    APPROVAL = "approval", _("Prior approval")


# Labels of dates read from a filing; all other labels are typed by hosts.
OF_FILINGS = {
    "responsible": _("of the host's responsible person"),
    "manager": _("of the website's responsible person"),
}


class ExpiryDate(models.Model):
    """An expiry date of something that a record needs, entered by the host or read from a filing."""

    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="watches")
    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="watches")
    kind = models.CharField(_("expiry"), max_length=16, choices=ExpiryKind)
    label = models.CharField(_("which one"), max_length=LABEL_LENGTH, blank=True)
    ends_on = models.DateField(_("valid until"))
    told = models.PositiveSmallIntegerField(null=True)
    remind_on = models.GeneratedField(
        expression=reminder_levels.next_day(reminder_levels.WATCHED, "ends_on", "told"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    # None if read from a filing.
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["ends_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "website", "kind", "label"], nulls_distinct=False, name="one_watch_per_thing"
            ),
            models.CheckConstraint(condition=Q(kind__in=ExpiryKind.values), name="watch_kind_known"),
        ]
        indexes = [
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="watch_to_tell"),
        ]

    @property
    def words(self) -> str:
        """Return what expires, in words."""
        label = OF_FILINGS.get(self.label, self.label)
        return f"{self.get_kind_display()} {label}".strip()


class Proof(models.Model):
    """The public data of a record on a day. Append-only.

    ``records.proofs`` creates ``content``; it has no personal data beyond those of the public query.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="+")
    # None for a proof of the subject itself.
    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A second request on the same day returns the same proof, unless the record has changed.
            models.UniqueConstraint(
                fields=["subject", "website", "issued_to", "issued_on", "sha256"],
                nulls_distinct=False,
                name="one_proof_a_day",
            ),
        ]
        triggers = append_only("proof_append_only")

    def __str__(self) -> str:
        return "-".join(self.code[place : place + 4] for place in range(0, CODE_LENGTH, 4))
