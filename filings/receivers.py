"""Signal receivers: claim mandates when a user confirms an e-mail address or signs in."""

from typing import Any

from allauth.account.signals import email_confirmed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from filings.agreements import mandates


@receiver(email_confirmed)
def claim_by_address(email_address: Any, **_kwargs: Any) -> None:
    """Claim the mandates that name a confirmed address for its user."""
    mandates.claim(email_address.user)


@receiver(user_logged_in)
def claim_at_sign_in(user: User, **_kwargs: Any) -> None:
    """Claim mandates at sign-in, for users whose address was confirmed before."""
    mandates.claim(user)
