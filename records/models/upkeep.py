"""Life after the number: what a host keeps up about its records, of what it is reminded, what it confirms and proves.

The register itself is not touched by any of it: register rows are written by approved filings alone.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read for something else
CODE_LENGTH = 16  # 78 bits
LABEL_LENGTH = 64


def new_code() -> str:
    """Return the number of a proof: nobody can guess another one from it."""
    return "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))


class Upkeep(models.Model):
    """Of a website on record: its police filing, and which reminders its host has had.

    Made with the approval. ``*_told`` is the lowest rung of days before the end of which a mail was written
    (``filings.deadlines.reminder_levels``); None while there has been none.
    """

    website = models.OneToOneField(
        "ministry.Website", on_delete=models.PROTECT, primary_key=True, related_name="upkeep"
    )
    # The day it opened to the public, where the host says that it was not that of the approval.
    opened_on = models.DateField(_("opened on"), null=True)
    # None where nobody has said when it opened and the record is older than what is known of it here.
    police_due_on = models.DateField(_("police filing by"), null=True)
    police_number = models.CharField(_("police filing number"), max_length=32, blank=True)
    # When the host entered the number, or said that it has filed.
    police_done_at = models.DateTimeField(null=True)
    police_told = models.PositiveSmallIntegerField(null=True)
    # The yearly confirmation of which the host was reminded last.
    yearly_rule = models.ForeignKey("ministry.ProvinceRule", on_delete=models.PROTECT, null=True, related_name="+")
    yearly_told = models.PositiveSmallIntegerField(null=True)
    # Since when the host knows that no provider gives the website access any more.
    shell_told_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(police_number="") | Q(police_done_at__isnull=False), name="police_number_means_done"
            ),
        ]
        indexes = [
            models.Index(fields=["police_due_on"], condition=Q(police_done_at=None), name="police_filing_due"),
        ]

    def __str__(self) -> str:
        return str(self.website_id)


class SubjectUpkeep(models.Model):
    """Of a subject on record: since when its host knows that it has no website any more."""

    subject = models.OneToOneField(
        "ministry.Subject", on_delete=models.PROTECT, primary_key=True, related_name="upkeep"
    )
    shell_told_on = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.subject_id)


class WatchKind(models.TextChoices):
    """What runs out."""

    CERTIFICATE = "certificate", _("Certificate")
    DOMAIN = "domain", _("Domain")
    APPROVAL = "approval", _("Prior approval")


# Labels of dates that were read from a filing; every other label is the host's own words.
OF_FILINGS = {
    "responsible": _("of the host's responsible person"),
    "manager": _("of the website's responsible person"),
}


class Watch(models.Model):
    """A day on which something runs out that a record rests on. Entered by the host, or read from a filing."""

    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="watches")
    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="watches")
    kind = models.CharField(_("what runs out"), max_length=16, choices=WatchKind)
    label = models.CharField(_("which one"), max_length=LABEL_LENGTH, blank=True)
    ends_on = models.DateField(_("valid until"))
    told = models.PositiveSmallIntegerField(null=True)
    # None when the day was read from a filing.
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["ends_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "website", "kind", "label"], nulls_distinct=False, name="one_watch_per_thing"
            ),
            models.CheckConstraint(condition=Q(kind__in=WatchKind.values), name="watch_kind_known"),
        ]
        indexes = [models.Index(fields=["ends_on"], name="watch_ends")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.kind} {self.ends_on}"

    @property
    def words(self) -> str:
        """Return what runs out, in words."""
        label = OF_FILINGS.get(self.label, self.label)
        return f"{self.get_kind_display()} {label}".strip()


class YearlyAnswer(models.TextChoices):
    """What a host says of a record when its bureau asks once a year."""

    UNCHANGED = "unchanged", _("Everything on record is still true")
    UPDATED = "updated", _("Something had changed, and I have had it filed")


class Confirmation(models.Model):
    """That a host has confirmed a website in the time its bureau set. Written once, never changed."""

    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, related_name="confirmations")
    # The dated rule that asks for it; its days are the time that was set.
    rule = models.ForeignKey("ministry.ProvinceRule", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=16, choices=YearlyAnswer)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["website", "rule"], name="one_confirmation_a_year"),
            models.CheckConstraint(condition=Q(answer__in=YearlyAnswer.values), name="yearly_answer_known"),
        ]
        triggers = append_only("confirmation_append_only")

    def __str__(self) -> str:
        return f"{self.website_id} {self.rule_id}"


class Proof(models.Model):
    """What the public may know of a record, as it was on a day. Written once, never changed.

    ``content`` is made by ``records.proofs``; nothing in it is personal beyond what the public query shows.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="+")
    # None: a proof of the subject itself.
    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Who asks twice on a day gets the same one, unless the record has changed in between.
            models.UniqueConstraint(
                fields=["subject", "website", "issued_to", "issued_on", "sha256"],
                nulls_distinct=False,
                name="one_proof_a_day",
            ),
        ]
        triggers = append_only("proof_append_only")

    def __str__(self) -> str:
        return "-".join(self.code[place : place + 4] for place in range(0, CODE_LENGTH, 4))
