"""Invitations to a provider's staff: a link by e-mail that works once, for a week, for whoever holds the address.

Whether the address already has an account is told only to its owner, never to the person who invites: otherwise
anybody could find out who has an account.
"""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sending
from accounts.models import Party, User
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.states import Role
from ministry.mail import texts
from providers.models import Invitation, Provider, Staff, StaffRole, What
from providers.organisation import records

LIFE = timedelta(days=7)
MOST_A_DAY = 50  # invitations of one provider
MOST_TO_AN_ADDRESS = 5  # a day, whoever sends them
TOKEN_BYTES = 24


class LinkHolder(StrEnum):
    """Who holds the invited address in the portal."""

    NOBODY = "nobody"
    FREE = "free"  # an account of a provider's staff that no provider has appointed
    TAKEN = "taken"  # a host, a bureau, somebody else's staff: one account belongs to one party


def invite(actor: Actor, email: str, role: StaffRole) -> tuple[Invitation, str]:
    """Make an invitation and return it with its secret; an open one to the same address is revoked.

    ``email``: as ``accounts.mail.check_address`` returns it.
    """
    with records.changing(actor) as provider:
        _refuse_own_staff(provider, email)
        _refuse_too_many(provider, email)
        provider.invitations.open().filter(email=email).update(revoked_at=timezone.now())
        token = secrets.token_urlsafe(TOKEN_BYTES)
        made = Invitation.objects.create(
            provider=provider,
            email=email,
            role=role,
            digest=_digest_of(token),
            invited_by_id=actor.person_id,
            expires_at=timezone.now() + LIFE,
        )
        records.record(provider, actor, What.INVITED, about=email, after=role)
    return made, token


def _refuse_own_staff(provider: Provider, email: str) -> None:
    member = provider.staff.filter(user__email=email).first()
    if member and member.suspended_at:
        raise MoveRefused(
            _("%(email)s is already on your staff but suspended. Reinstate the account instead.") % {"email": email}
        )
    if member:
        raise MoveRefused(_("%(email)s is already on your staff.") % {"email": email})


def _refuse_too_many(provider: Provider, email: str) -> None:
    today = Invitation.objects.filter(invited_at__gt=timezone.now() - timedelta(days=1))
    if today.filter(email=email).count() >= MOST_TO_AN_ADDRESS:
        raise MoveRefused(_("This address has been invited several times today. Ask the person to check the mailbox."))
    if today.filter(provider=provider).count() >= MOST_A_DAY:
        raise MoveRefused(_("You have sent %(count)d invitations today. Continue tomorrow.") % {"count": MOST_A_DAY})


def send(invitation: Invitation, token: str, url: str) -> None:
    """Mail the link directly: a secret is neither queued nor stored. Raise OSError or SMTPException if that fails."""
    context = {
        "invitation": invitation,
        "taken": holder_of(invitation.email) == LinkHolder.TAKEN,
        "url": f"{settings.SITE_URL}{url}",
    }
    subject, body = texts.of("invitation", context)
    connection = sending.connection(settings.SMTP_BACKEND)
    message = EmailMessage(subject=subject, body=body, to=[invitation.email], connection=connection)
    sending.hand_over(message.send)


def revoke(actor: Actor, invitation_id: int) -> Invitation:
    """Revoke an open invitation; raise Invitation.DoesNotExist for another provider's."""
    with records.changing(actor) as provider:
        found = provider.invitations.open().get(pk=invitation_id)
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
        records.record(provider, actor, What.INVITATION_REVOKED, about=found.email)
    return found


# --- Accepting --------------------------------------------------------------------------------------------


def of_token(token: str) -> Invitation | None:
    """Return the invitation with this secret; None if accepted, revoked, expired, or its provider is inactive."""
    rows = Invitation.objects.open().select_related("provider")
    return rows.filter(digest=_digest_of(token), expires_at__gt=timezone.now(), provider__is_active=True).first()


def holder_of(email: str) -> LinkHolder:
    """Return who holds the address; at most three queries."""
    user = User.objects.filter(email=email).first()
    if user is None:
        elsewhere = EmailAddress.objects.filter(email__iexact=email, verified=True)
        return LinkHolder.TAKEN if elsewhere.exists() else LinkHolder.NOBODY
    is_appointed = Staff.objects.filter(user=user).exists()
    return LinkHolder.FREE if user.party == Party.PROVIDER and not is_appointed else LinkHolder.TAKEN


def accept_as_new(token: str, name: str, password: str) -> User:
    """Create the account and appoint it. Holding the link proves the address."""
    try:
        with transaction.atomic():
            invitation = _locked(token)
            user = User.objects.create_user(invitation.email, password, name=name, party=Party.PROVIDER)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            _appoint(invitation, user)
    except IntegrityError as error:
        raise MoveRefused(_("There is already an account with this address. Sign in with it first.")) from error
    return user


def accept(token: str, user: User) -> None:
    """Appoint the account that holds the invited address; raise MoveRefused if it can't be appointed."""
    with transaction.atomic():
        invitation = _locked(token)
        if user.email != invitation.email or holder_of(user.email) != LinkHolder.FREE:
            raise MoveRefused(_("This account can't accept this invitation."))
        _appoint(invitation, user)


def _locked(token: str) -> Invitation:
    """Return the invitation, with its provider's row locked; raise MoveRefused if it has ended meanwhile."""
    found = of_token(token)
    if found:
        Provider.objects.select_for_update(no_key=True).get(pk=found.provider_id)
        found = of_token(token)
    if not found:
        raise MoveRefused(_("This invitation is no longer valid: it was used, withdrawn or has expired."))
    return found


def _appoint(invitation: Invitation, user: User) -> None:
    Staff.objects.create(user=user, provider=invitation.provider, role=invitation.role)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    actor = Actor(Role.PROVIDER, user.pk, str(user), provider_id=invitation.provider_id)
    records.record(invitation.provider, actor, What.JOINED, about=user.email, after=invitation.role)


def _digest_of(token: str) -> str:
    """Return the digest of a secret. It is random and expires soon, so a plain SHA-256 reveals nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
