"""A counter of tries in the cache, for doors that strangers may knock at."""

import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def too_often(door: str, caller: str, *, tries: int, seconds: int) -> bool:
    """Count one try of ``caller`` at ``door``; answer whether it is more than ``tries`` in ``seconds``.

    One or two commands to the cache. The window starts with the first try and ends by itself. A dead cache lets
    people through: what they ask for must not depend on it.
    """
    try:
        return _count(f"throttle:{door}:{caller}", seconds) > tries
    except RedisError:
        logger.exception("the throttle of %s can't count", door)
        return False


def forget(door: str, caller: str) -> None:
    """The caller came in: its tries at the door are forgotten."""
    try:
        cache.delete(f"throttle:{door}:{caller}")
    except RedisError:
        logger.exception("the throttle of %s can't forget", door)


def _count(key: str, seconds: int) -> int:
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # the window ended between the two commands: this try opens the next one
        cache.add(key, 1, timeout=seconds)
        return 1


def address_of(request: HttpRequest) -> str:
    """The caller's network address, behind as many proxies as the settings trust (BEHIND_PROXY)."""
    return str(get_adapter().get_client_ip(request))
