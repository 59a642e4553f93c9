"""Limits on tries: counted for each door and caller, for a time that begins with the first try."""

from typing import Any

import pytest
from django.core.cache import cache

from accounts.throttle import forget, seconds_to_wait, too_often
from icp_portal.cache import FallbackCache

NOWHERE = "redis://127.0.0.1:1/0"
KEY = "throttle:door:10.0.0.1"


@pytest.fixture
def server() -> Any:
    """The client of the cache's server."""
    return cache._server._cache.get_client(None)


def tries(number: int, door: str = "door", caller: str = "10.0.0.1") -> list[bool]:
    """Return for each of so many tries whether it was one too many, where two are allowed."""
    return [too_often(door, caller, tries=2, seconds=60) for _n in range(number)]


def test_tries_are_counted_for_each_door_and_caller():
    assert tries(4) == [False, False, True, True]
    assert tries(3, door="other") == [False, False, True]
    assert tries(3, caller="10.0.0.2") == [False, False, True]


def test_a_right_try_begins_anew():
    tries(3)
    forget("door", "10.0.0.1")
    assert tries(3) == [False, False, True]


def test_the_time_begins_with_the_first_try_and_is_not_prolonged(server):
    tries(1)
    key = cache._server.make_and_validate_key(KEY)
    assert 0 < server.ttl(key) <= 60
    server.expire(key, 5)
    assert tries(2) == [False, True]
    assert 0 < server.ttl(key) <= 5


def test_who_tried_too_often_is_told_when_the_time_ends(server):
    waits = [seconds_to_wait("door", "10.0.0.1", tries=1, seconds=60) for _n in range(2)]
    server.pexpire(cache._server.make_and_validate_key(KEY), 4_001)

    assert waits == [0, 60]
    assert seconds_to_wait("door", "10.0.0.1", tries=1, seconds=60) in {4, 5}


def test_every_command_has_the_same_client(server):
    tries(1)
    assert cache._server._cache.get_client(KEY) is server
    assert cache._server._cache.get_client(KEY, write=True) is server


def test_it_is_counted_after_the_server_has_forgotten_the_script(server):
    tries(1)
    server.script_flush()
    assert tries(2) == [False, True]


def test_without_the_server_each_process_counts_for_itself():
    away = FallbackCache(NOWHERE, {"OPTIONS": {"spare": "memory"}})
    assert [away.count("one", 60), away.count("one", 60), away.count("other", 60)] == [(1, 60), (2, 60), (1, 60)]
    assert away.is_away is True
    away.delete("one")
    assert away.count("one", 60) == (1, 60)
