"""Mails under our own name in the admin, the log of mails sent again, and claims on messages that are not stored."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from ministry.models.audit import append_only


class Mail(Email):
    """A mail and its status (django-post-office). Mails with codes or passwords are never stored."""

    class Meta:
        proxy = True
        verbose_name = _("mail")
        verbose_name_plural = _("mails")


class MailResend(models.Model):
    """Who sent which mails again, and when. Append-only."""

    # Empty: from the command line
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("user")
    )
    actor_name = models.CharField(_("who"), max_length=128, blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    mails = ArrayField(models.BigIntegerField(), verbose_name=_("mails"))

    class Meta:
        verbose_name = _("resending of mails")
        verbose_name_plural = _("resendings of mails")
        ordering = ["-pk"]
        triggers = append_only("mail_resend_append_only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {len(self.mails)}"


class MailText(models.Model):
    """A version of a mail's text that operators have published, in both languages. Append-only.

    Placeholders stand in two braces. ``is_built_in``: from then on the text that comes with the portal is used again.
    """

    kind = models.CharField(_("kind"), max_length=64)
    number = models.PositiveIntegerField(_("version"))
    is_built_in = models.BooleanField(_("built-in text"), default=False)
    subject = models.CharField(_("Subject line in Chinese"), max_length=200, blank=True)
    body = models.TextField(_("Text in Chinese"), max_length=10_000, blank=True)
    subject_en = models.CharField(_("Subject line in English"), max_length=200, blank=True)
    body_en = models.TextField(_("Text in English"), max_length=10_000, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    actor_name = models.CharField(_("who"), max_length=128)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        ordering = ["kind", "-number"]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="one_mail_text_a_version")]
        triggers = append_only("mail_text_append_only")

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class SendingClaim(models.Model):
    """A worker's claim on a message that is never stored (``ministry.mail.claims``); deleted once it is sent."""

    message = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()
