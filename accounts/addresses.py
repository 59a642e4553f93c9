"""Record changes of a user's sign-in address, and undo one for whoever still has the old address."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import AddressChange, User
from accounts.signals import address_changed

SALT = "accounts.addresses"
TIME_TO_PUT_BACK = timedelta(days=7)  # our own choice: covers a week's absence


class Taken(Exception):
    """Another account has signed up with the old address meanwhile."""


def note_change(user: User, old: str, new: str) -> None:
    """Store a change of address and send ``address_changed``. Runs in the caller's transaction."""
    change = AddressChange.objects.create(user=user, old=old, new=new)
    token = signing.dumps(change.pk, salt=SALT)
    address_changed.send(sender=User, user=user, old=old, new=new, token=token)


def of_token(token: str) -> AddressChange | None:
    """Return the change whose mail to the old address had this token; None once the time to undo it is over."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=TIME_TO_PUT_BACK)
    except signing.BadSignature:
        return None
    return AddressChange.objects.select_related("user").filter(pk=pk).first()


def put_back(change_id: int) -> AddressChange:
    """Undo the change and all later ones and return it; raise Taken when another account has the old address.

    Sign all sessions out, make the password unusable, delete authenticators and end API keys added since: whoever
    changed the address may know or have them. The owner sets a new password by a mail to the old address. Does nothing
    when already undone.
    """
    with transaction.atomic():
        change = AddressChange.objects.select_related("user").select_for_update().get(pk=change_id)
        user = change.user
        if change.undone_at is not None:
            return change
        if User.objects.exclude(pk=user.pk).filter(email__iexact=change.old).exists():
            raise Taken
        replaced, change.undone_at = user.email, timezone.now()
        user.address_changes.filter(pk__gte=change.pk, undone_at=None).update(undone_at=change.undone_at)
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=change.old, verified=True, primary=True)
        Authenticator.objects.filter(user=user, created_at__gte=change.at).delete()
        user.api_keys.filter(made_at__gte=change.at, ended_at=None).update(ended_at=change.undone_at)
        user.email = change.old
        user.set_unusable_password()
        user.save(update_fields=["email", "password"])
        address_changed.send(sender=User, user=user, old=replaced, new=change.old, token="")
        return change
