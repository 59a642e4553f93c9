"""The mails that went out, under a name of our own."""

from django.utils.translation import gettext_lazy as _
from post_office.models import Email


class Mail(Email):
    """A notice and its fate (django-post-office). Codes and passwords are never among them."""

    class Meta:
        proxy = True
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
