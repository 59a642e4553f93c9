"""Send mails about accounts, on the signals of ``accounts.signals``."""

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import languages
from accounts.addresses import TIME_TO_PUT_BACK
from accounts.links import link_to
from accounts.mail import mask_address
from accounts.models import User
from accounts.signals import address_changed, security_changed
from ministry.mail.letters import queue, written

PASSWORD_SET = gettext_lazy("A new password was set.")
KEY_MADE = "api_key_made"
# What was changed, by the names of ``accounts.adapter.EVENTS`` and ``accounts.api_keys``.
CHANGES = {
    "password_changed": PASSWORD_SET,
    "password_reset": PASSWORD_SET,
    "password_set": PASSWORD_SET,
    "recovery_codes_generated": gettext_lazy("New recovery codes were created. The old ones no longer work."),
    "totp_activated": gettext_lazy("An authenticator app was added."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed."),
    "webauthn_added": gettext_lazy("A security key was added."),
    "webauthn_removed": gettext_lazy("A security key was removed."),
    KEY_MADE: gettext_lazy("An API key was created: %(about)s."),
    "api_key_ended": gettext_lazy("An API key was ended: %(about)s."),
}


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
    with languages.official():
        change = str(CHANGES[what]) % {"about": about}
    links = {
        "reset_link": link_to("account_reset_password"),
        "keys_link": link_to("api_keys") if what == KEY_MADE else "",
    }
    queue([written("account_changed", [user.email], {"change": change, "at": timezone.now(), **links})])
