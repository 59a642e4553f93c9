"""Domains that websites have, and those that they gave up; written by a trigger of ``Website``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ministry.models.register import Website


class LiveDomain(models.Model):
    """A domain of a website in force, unique among all domains of all websites.

    Written only by a trigger of ``Website``, so that a second website can't have the domain whatever writes it.
    """

    domain = models.CharField(_("domain"), max_length=128, primary_key=True)
    website = models.ForeignKey(
        Website, on_delete=models.CASCADE, related_name="live_domains", verbose_name=_("website")
    )

    class Meta:
        verbose_name = _("current domain")
        verbose_name_plural = _("current domains")


class ReleasedDomain(models.Model):
    """A domain that a website had once and gave up, so that its record of a past day is found by the domain.

    From when to when is in the history. Written only by the trigger that writes ``LiveDomain``, and by an import.
    """

    domain = models.CharField(_("domain"), max_length=128)
    website = models.ForeignKey(
        Website, on_delete=models.CASCADE, related_name="released_domains", verbose_name=_("website"), db_index=False
    )

    class Meta:
        verbose_name = _("released domain")
        verbose_name_plural = _("released domains")
        constraints = [
            models.UniqueConstraint(fields=["domain", "website"], name="a_domain_is_released_once_by_a_website")
        ]
