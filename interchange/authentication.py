"""Find out whose system calls: user, password, random value, ispId, source address, in the order of the codes.

The document gives no order of its checks; that of docs/interchange.md is our own choice.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.sealed import digest
from interchange import envelope
from interchange.models import Connection, SeenValue
from interchange.result_codes import CallRefused, MsgCode

SHORTEST_RANDOM: Final = 20  # characters; code 16
_RANDOM: Final = re.compile(r"[0-9A-Za-z]{20,128}", re.ASCII)  # the upper end is our own choice
# How long a random value is remembered. The document has no protection against replay; our own choice.
REMEMBERED: Final = timedelta(days=1)
# Hashed where there is no such user, so that the answer takes as long
_OF_NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What each call says of its caller, and ``address``, where it comes from. ``isp_id``: None for no number."""

    isp_id: int | None
    user_name: str
    random: str
    password_hash: str
    hash_algorithm: int
    address: str


def known(user_name: str) -> Connection | None:
    """Return the connection in force with this user name. One query."""
    return Connection.objects.in_force().filter(user_name=user_name).select_related("provider").first()


def check(found: Connection | None, credentials: Credentials) -> Connection:
    """Return the connection if the call is its own; raise CallRefused (16, 10, 4, 5, 12 or 13).

    The random value is then used up. The hash is computed also without a connection.
    """
    if len(credentials.random) < SHORTEST_RANDOM:
        raise CallRefused(MsgCode.SHORT_RANDOM)
    is_right = _is_right(found, credentials)
    if found is None:
        raise CallRefused(MsgCode.WRONG_USER)
    if not is_right:
        raise CallRefused(MsgCode.WRONG_PASSWORD)
    if (
        found.isp_id != credentials.isp_id
        or not is_allowed(found, credentials.address)
        or not _is_new(found, credentials.random)
    ):
        raise CallRefused(MsgCode.NOT_AUTHENTICATED)
    if found.bureau_id not in found.provider.provinces:
        raise CallRefused(MsgCode.OTHER_PROVINCE)
    return found


def _is_right(found: Connection | None, credentials: Credentials) -> bool:
    if found and credentials.hash_algorithm not in envelope.PROFILES[found.profile].hashes:
        raise CallRefused(MsgCode.WRONG_HASH_TYPE)
    password = found.password if found else _OF_NOBODY
    expected = envelope.password_hash(password, credentials.random, credentials.hash_algorithm)
    is_equal = hmac.compare_digest(expected.encode(), credentials.password_hash.encode())
    return is_equal and _RANDOM.fullmatch(credentials.random) is not None


def is_allowed(found: Connection, address: str) -> bool:
    """Return whether a connection may be used from an IP address."""
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in ip_network(network) for network in found.networks)


def _is_new(found: Connection, random: str) -> bool:
    """Remember a random value; return whether it was not there. A table, so that it holds without the cache."""
    try:
        with transaction.atomic():
            SeenValue.objects.create(connection=found, digest=digest(f"random value:{random}"))
    except IntegrityError:
        return False
    return True


def forget_values() -> None:
    """Delete the random values that need not be remembered any more."""
    SeenValue.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
