"""Adapt allauth: rate limits, mails, changed addresses and encrypted authenticator secrets."""

import logging
from contextlib import suppress
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import Error, IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import browsers, sending
from accounts.mail import check_address
from accounts.models import User
from accounts.sealed import seal, unseal
from accounts.signals import security_changed

logger = logging.getLogger(__name__)

# The notices of allauth that we send, with our own text (``ministry.mail.account_letters``). accounts.addresses sends
# the notice of a changed address.
EVENTS = {
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_set",
    "mfa/email/recovery_codes_generated",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
}
# allauth encrypts a secret before its row is known; the audit of the table finds one that was moved to another row.
PLACE_OF_SECRETS = "mfa_authenticator.data"
ANYWHERE = {"app": "allauth.account", "action": "login_failed_anywhere"}
SENT = "account/messages/email_confirmation_sent.txt"  # allauth's message, which comes whether or not the mail went out


class AccountAdapter(DefaultAccountAdapter):
    """Send codes and reset links directly to the mail server, stored in no table and no queue; limit wrong passwords.

    Wrong passwords are counted per account and place (``login_failed``: a browser that the account knows, or a network
    address) and per account over all unknown browsers (``login_failed_anywhere``). So guessing from many addresses is
    slow too, and a stranger's guesses can't lock the holder out.
    """

    _anywhere: ratelimit.RateLimitUsage | None = None

    def clean_email(self, email: str) -> str:
        return check_address(str(super().clean_email(email)))

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        message: EmailMessage = super().render_mail(*args, **kwargs)
        message.connection = sending.connection()
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            sending.hand_over(lambda: super(AccountAdapter, self).send_mail(template_prefix, email, context))
        except (OSError, SMTPException):
            logger.exception("mail %s could not be sent", template_prefix)
            self._apologise(context.get("request") or self.request)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Add a message, but not that a mail has been sent when it could not be."""
        if SENT not in args or not getattr(request, "has_unsent_mail", False):
            super().add_message(request, level, *args, **kwargs)

    def send_notification_mail(self, template_prefix: str, user: Any, *_args: Any, **_context: Any) -> None:
        if template_prefix in EVENTS:
            security_changed.send(sender=User, user=user, what=template_prefix.rpartition("/")[2])

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm a verified address, which replaces the user's previous one; return whether it was confirmed.

        Return False for an address of another account, even if unverified there (allauth checks only verified ones) or
        if the other one confirms it at the same moment.
        """
        others = User.objects.exclude(pk=email_address.user_id)
        if not others.filter(email__iexact=email_address.email).exists():
            with suppress(IntegrityError), transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        messages.error(request, self.error_messages["email_taken"])
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the user; a failure of the database doesn't count as a wrong password."""
        try:
            return super().authenticate(request, **credentials)
        except Error:
            self._rollback_login_failed_rl_usage()
            raise

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        login = _login(credentials)
        if browsers.known(request, login):
            return
        self._anywhere = ratelimit.consume(request, **ANYWHERE, key=login)
        if not self._anywhere:
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        login = _login(credentials)
        return f"{login} {browsers.known(request, login) or ratelimit.get_ip(request)}"

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._anywhere:
            self._anywhere.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, **ANYWHERE, key=_login(credentials))

    @staticmethod
    def _apologise(request: HttpRequest | None) -> None:
        if request is not None:
            setattr(request, "has_unsent_mail", True)  # noqa: B010 — allauth's request has no place for it
            messages.error(request, _("The e-mail could not be sent. Wait a minute, then request it again."))


def _login(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypt authenticator secrets at rest like other personal data."""

    def encrypt(self, text: str) -> str:
        return seal(text, PLACE_OF_SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, PLACE_OF_SECRETS)
