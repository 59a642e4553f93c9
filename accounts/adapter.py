"""What we ask of allauth beyond its settings."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.mail import check_address
from accounts.sealed import seal, unseal

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Codes and reset links go straight to the mail server: they are kept in no table and no queue."""

    def clean_email(self, email: str) -> str:
        return check_address(str(super().clean_email(email)))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("mail %s could not be sent", template_prefix)
            self._apologise(context.get("request") or self.request)

    @staticmethod
    def _apologise(request: HttpRequest | None) -> None:
        if request is not None:
            messages.error(request, _("The mail could not be sent just now. Wait a minute, then ask for it again."))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator secrets are sealed at rest like other personal data."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
