"""Rate limits for actions open to strangers, counted in the cache."""

from typing import Protocol, cast

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


class Counters(Protocol):
    """A cache that counts, as ``icp_portal.cache`` does."""

    def count(self, key: str, seconds: int) -> int:
        """Increment a counter that ends ``seconds`` after it began; return it."""


def too_often(door: str, caller: str, *, tries: int, seconds: int) -> bool:
    """Count one try of ``caller`` at ``door``; return whether there were more than ``tries`` in ``seconds``.

    One command to the cache. The window starts with the first try and ends by itself. While the cache is down each
    process counts for itself (icp_portal.cache): nobody is locked out, nobody tries without limit.
    """
    return cast(Counters, cache).count(f"throttle:{door}:{caller}", seconds) > tries


def forget(door: str, caller: str) -> None:
    """Reset the count of ``caller`` at ``door``, after a correct try."""
    cache.delete(f"throttle:{door}:{caller}")


def address_of(request: HttpRequest) -> str:
    """Return the client's IP address, behind as many proxies as the settings trust (BEHIND_PROXY)."""
    return str(get_adapter().get_client_ip(request))
