"""What a provider's house keeps on record of what happens elsewhere."""

from typing import Any

from accounts.models import User
from accounts.signals import address_changed
from providers.models import HouseChange, Staff, What


def connect() -> None:
    """Listen; called once, when the apps are loaded."""
    address_changed.connect(record_address, dispatch_uid="providers.record_address")


def record_address(user: User, old: str, new: str, **_: Any) -> None:
    """Put on record that a member of staff signs in by another address from now on."""
    if member := Staff.objects.filter(user=user).select_related("provider").first():
        HouseChange.objects.create(
            provider=member.provider,
            user=user,
            actor_name=str(user),
            what=What.SIGN_IN_ADDRESS,
            about=old,
            before=old,
            after=new,
        )
