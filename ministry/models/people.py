"""Audit accounts, their means of signing in and their API keys, so that changes made outside the portal are found.

Proxies, because these tables belong to lower apps or to the sign-in library. Of password hashes, authenticators'
secrets and digests of keys only a SHA-256 is logged; signing in is not a change.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import AddressChange, ApiKey, User
from ministry.models.audit import audited


class AuditedUser(User):
    """Names, e-mail addresses, parties and passwords of users."""

    class Meta:
        proxy = True
        triggers = audited(secret=["password"], left_out=["last_login"])


class AuditedAddress(EmailAddress):  # type: ignore[misc]  # allauth has no types
    """Users' sign-in addresses, and which are verified."""

    class Meta:
        proxy = True
        triggers = audited()


class AuditedAuthenticator(Authenticator):  # type: ignore[misc]
    """Users' authenticators."""

    class Meta:
        proxy = True
        triggers = audited(secret=["data"], left_out=["last_used_at"])


class AuditedAddressChange(AddressChange):
    """Changes of users' sign-in addresses, and which were undone."""

    class Meta:
        proxy = True
        triggers = audited()


class AuditedApiKey(ApiKey):
    """API keys of users' programs; using one is not a change."""

    class Meta:
        proxy = True
        triggers = audited(secret=["digest"], left_out=["last_used_on"])
