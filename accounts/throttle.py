"""A counter of tries in the cache, for doors that strangers may knock at."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def too_often(door: str, caller: str, *, tries: int, seconds: int) -> bool:
    """Count one try of ``caller`` at ``door``; answer whether it is more than ``tries`` in ``seconds``.

    One or two commands to the cache. The window starts with the first try and ends by itself.
    """
    key = f"throttle:{door}:{caller}"
    if cache.add(key, 1, timeout=seconds):
        return False
    try:
        return cache.incr(key) > tries
    except ValueError:  # the window ended between the two commands: this try opens the next one
        cache.add(key, 1, timeout=seconds)
        return False


def address_of(request: HttpRequest) -> str:
    """The caller's network address, behind as many proxies as the settings trust (BEHIND_PROXY)."""
    return str(get_adapter().get_client_ip(request))
