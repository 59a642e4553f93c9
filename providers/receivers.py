"""Receivers of signals that a provider's record of changes has to include."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import address_changed
from providers.models import OrganisationChange, Staff, What


@receiver(address_changed)
def record_address(user: User, old: str, new: str, **_: Any) -> None:
    """Record that a member of staff has changed the address for signing in."""
    if member := Staff.objects.filter(user=user).select_related("provider").first():
        OrganisationChange.objects.create(
            provider=member.provider,
            user=user,
            actor_name=str(user),
            what=What.SIGN_IN_ADDRESS,
            about=old,
            before=old,
            after=new,
        )
