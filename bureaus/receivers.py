"""Entries in a bureau's record about events of other apps."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import address_changed
from bureaus.models import OfficeChange, OfficeWhat, Reviewer


@receiver(address_changed)
def record_address(user: User, old: str, new: str, **_: Any) -> None:
    """Record that a reviewer has changed the address for signing in."""
    if member := Reviewer.objects.filter(user=user).select_related("bureau").first():
        OfficeChange.objects.create(
            bureau=member.bureau,
            user=user,
            actor_name=str(user),
            what=OfficeWhat.SIGN_IN_ADDRESS,
            about=old,
            value=new,
        )
