"""Signing in by password and by the second step, and the codes of mails."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from icp_portal.tests.builders import PASSWORD
from ops.mailsink import MailSink

LOGIN, SIGN_UP, CONFIRM = "/accounts/login/", "/accounts/signup/", "/accounts/confirm-email/"


def code_in(mailbox: MailSink) -> str:
    """The code of the newest mail: a line of its own."""
    body = mailbox.messages()[-1].get_content()
    return next(line.strip() for line in body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,12}", line.strip()))


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_in(client: Client, member: User, password: str = PASSWORD):
    return client.post(LOGIN, {"login": member.email, "password": password})


def totp_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up_totp(client: Client) -> str:
    """Set up the second step as the pages lead: the password once more, then a code; answer the secret."""
    page = client.get(reverse("mfa_activate_totp"))
    page = client.post(page["Location"], {"password": PASSWORD}, follow=True)
    secret = re.search(r'value="([A-Z2-7]{16,})"', page.content.decode())[1]
    code = totp_now(secret)
    with override_settings(MFA_TOTP_TOLERANCE=1):  # a slow test may type a code of the half-minute before
        client.post(reverse("mfa_activate_totp"), {"code": code})
    return secret
