"""Rate limits for actions open to strangers, counted in the cache; the page for clients that have tried too often."""

from typing import Protocol, cast

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Counters(Protocol):
    """A cache that counts, as ``icp_portal.cache`` does."""

    def count(self, key: str, seconds: int) -> tuple[int, int]:
        """Increment a counter that ends ``seconds`` after it began; return it and in how many seconds it ends."""


def seconds_to_wait(door: str, caller: str, *, tries: int, seconds: int) -> int:
    """Count one try of ``caller`` at ``door``; return 0, or for more than ``tries`` in ``seconds`` how long to wait.

    One command to the cache. The window starts with the first try and ends by itself. While the cache is down each
    process counts for itself (icp_portal.cache): nobody is locked out, nobody tries without limit.
    """
    count, ends_in = cast(Counters, cache).count(f"throttle:{door}:{caller}", seconds)
    return ends_in if count > tries else 0


def too_often(door: str, caller: str, *, tries: int, seconds: int) -> bool:
    """Count one try as ``seconds_to_wait`` does; return whether it was one too many."""
    return seconds_to_wait(door, caller, tries=tries, seconds=seconds) > 0


def refusal(request: HttpRequest, wait: int) -> HttpResponse:
    """Return the page for a client that has tried too often and may try again in ``wait`` seconds."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def forget(door: str, caller: str) -> None:
    """Reset the count of ``caller`` at ``door``, after a correct try."""
    cache.delete(f"throttle:{door}:{caller}")


def address_of(request: HttpRequest) -> str:
    """Return the client's IP address, behind as many proxies as the settings trust (BEHIND_PROXY)."""
    return str(get_adapter().get_client_ip(request))
