"""Tables of the blacklist: subjects and domains that no filing may name while they are on it.

Written by ``ministry.register.blacklist``. Entries are ended, never deleted, and each change is logged in an
append-only row.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from ministry.models.audit import append_only, audited
from ministry.reference import provinces


def _end_follows_start() -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(until=None) | Q(until__gte=F("since")),
        name="%(class)s_ends_after_it_starts",
        violation_error_message=_("The last day must not be before the first day."),
    )


class Entry(models.Model):
    """Reason and period of an entry; first and last day are included."""

    reason = models.CharField(_("reason"), max_length=500)
    source = models.CharField(_("document"), max_length=255, help_text=_("Authority, number and date of the document."))
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave empty for no end date."))
    # Province of the bureau that manages the entry; empty: the ministry
    province = models.CharField(_("province"), max_length=6, choices=provinces.CHOICES, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("-since", "-pk")
        constraints = [_end_follows_start()]


class BlacklistedSubject(Entry):
    """A unit or a person that may not file, identified by a certificate."""

    name = models.CharField(_("name"), max_length=255)
    cert_type = models.PositiveSmallIntegerField(_("certificate type"))
    number = SealedTextField(_("certificate number"))
    digest = models.CharField(max_length=64, editable=False)
    unit_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(Entry.Meta):
        verbose_name = _("blacklisted subject")
        verbose_name_plural = _("blacklist: subjects")
        indexes = [
            models.Index(fields=["digest", "cert_type"], name="blacklisted_certificate"),
            models.Index(fields=["unit_digest"], condition=Q(unit_digest__gt=""), name="blacklisted_unit"),
        ]
        triggers = [*audited(), pgtrigger.Protect(name="blacklisted_subject_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class BlacklistedDomain(Entry):
    """A domain that may not be filed."""

    domain = models.CharField(_("domain"), max_length=128, db_index=True)

    class Meta(Entry.Meta):
        verbose_name = _("blacklisted domain")
        verbose_name_plural = _("blacklist: domains")
        triggers = [*audited(), pgtrigger.Protect(name="blacklisted_domain_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.domain


class BlacklistChange(models.Model):
    """Who added an entry or changed its last day, and why. Append-only."""

    subject = models.ForeignKey(
        BlacklistedSubject, on_delete=models.PROTECT, null=True, related_name="changes", verbose_name=_("subject")
    )
    domain = models.ForeignKey(
        BlacklistedDomain, on_delete=models.PROTECT, null=True, related_name="changes", verbose_name=_("domain")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)
    until = models.DateField(_("last day"), null=True)
    why = models.CharField(_("why"), max_length=500)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(subject=None, domain__isnull=False) | Q(subject__isnull=False, domain=None),
                name="a_change_belongs_to_one_entry",
            ),
        ]
        triggers = append_only("blacklist_change_append_only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.why}"
