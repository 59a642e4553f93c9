"""Send mails about accounts, on the signals of ``accounts.signals``."""

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from accounts.addresses import TIME_TO_PUT_BACK
from accounts.links import link_to
from accounts.mail import mask_address
from accounts.models import User
from accounts.signals import address_changed, security_changed
from ministry.mail.letters import queue, written


@receiver(address_changed)
def tell_of_address(user: User, old: str, new: str, token: str, **_: Any) -> None:
    """Notify both addresses of a change; each sees the other one masked. Only the old one gets the link to undo it."""
    common = {"at": timezone.now(), "site_url": settings.SITE_URL, "put_back": not token}
    link = link_to("put_back_address", token) if token else ""
    days = TIME_TO_PUT_BACK.days
    queue(
        [
            written("address_changed_old", [old], {**common, "other": mask_address(new), "link": link, "days": days}),
            written("address_changed_new", [new], {**common, "other": mask_address(old)}),
        ]
    )


@receiver(security_changed)
def tell_of_security(user: User, what: str, about: str = "", **_: Any) -> None:
    """Notify the account's holder that its password, second step or API keys were changed."""
    links = {"reset_link": link_to("account_reset_password"), "keys_link": link_to("api_keys")}
    context = {"what": what, "about": about, "at": timezone.now(), **links}
    queue([written("account_changed", [user.email], context)])
