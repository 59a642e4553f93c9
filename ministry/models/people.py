"""Accounts and how they sign in, as the audit log knows them: who changes one past the portal is found.

Proxies, because these tables belong to lower apps or to the sign-in library. Of a password's hash and of an
authenticator's secret only a SHA-256 enters; that somebody signed in is no change.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import AddressChange, User
from ministry.models.audit import audited


class AuditedUser(User):
    """Names, e-mails, parties and passwords of all who sign in."""

    class Meta:
        proxy = True
        triggers = audited(secret=["password"], left_out=["last_login"])


class AuditedAddress(EmailAddress):  # type: ignore[misc]  # allauth has no types
    """The addresses by which they sign in, and which are proved."""

    class Meta:
        proxy = True
        triggers = audited()


class AuditedAuthenticator(Authenticator):  # type: ignore[misc]
    """Their second steps."""

    class Meta:
        proxy = True
        triggers = audited(secret=["data"], left_out=["last_used_at"])


class AuditedAddressChange(AddressChange):
    """Changes of the addresses by which they sign in, and which were undone."""

    class Meta:
        proxy = True
        triggers = audited()
