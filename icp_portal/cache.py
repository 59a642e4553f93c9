"""Cache backend with JSON values, short timeouts and a fallback while the server is down."""

import json
import math
from functools import cached_property
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError
from redis.sentinel import Sentinel, SentinelConnectionPool

from accounts.outages import Breaker
from icp_portal.deployment.addresses import SENTINEL, SentinelAddress

# Our own choice: a server in the same building answers within a millisecond.
CONNECTION = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
FAILURES = (RedisError, OSError)
SPARE_ENTRIES = 100_000  # counters; enough that nobody can evict another's
# Increment a counter; the first time also say when it ends. Returns it with the milliseconds until then.
COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""

_breakers: dict[str, Breaker] = {}


class JSONSerializer:
    """Serialise values as JSON: unlike with pickle, whoever can write to the cache can't execute code."""

    def dumps(self, value: Any) -> Any:
        """Return the value as stored; an integer stays one, so that the server can increment it."""
        return value if type(value) is int else json.dumps(value)

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SentinelPool(SentinelConnectionPool):
    """Connections to the primary that the Sentinels name."""

    @classmethod
    def from_url(cls, url: str, **options: Any) -> "SentinelPool":
        """Return the pool for an address ``sentinel://…``."""
        known = SentinelAddress.read(url)
        sentinels = Sentinel(known.hosts, sentinel_kwargs=known.sentinel_options)  # type: ignore[no-untyped-call]
        return cls(known.master, sentinels, db=known.database, password=known.password or None, **options)


class OneClient(RedisCacheClient):
    """Django's way to send commands to a server, with one client for all of them.

    Django itself makes one for each command, which costs a quarter of the processor time of sending it. A client may
    be shared: the pool gives each command its own connection (redis-py's documentation).
    """

    @cached_property
    def _one(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._one


class FallbackCache(BaseCache):
    """A cache in Redis or Valkey with a fallback while the server fails.

    The option ``spare`` chooses the fallback: ``memory`` (of this process, so that limits still apply per process) or
    ``nothing`` (for copies of what the database has). ``longest`` caps the timeout of values, in seconds.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = params.get("OPTIONS", {})
        self._longest: int | None = options.get("longest")
        self._breaker = _breakers.setdefault(location, Breaker("the cache", FAILURES))
        behind = {"pool_class": SentinelPool} if location.startswith(SENTINEL) else {}
        connecting: dict[str, Any] = {**CONNECTION, **behind, "serializer": JSONSerializer}
        self._server = RedisCache([location], {**params, "OPTIONS": connecting})
        self._server._class = OneClient  # type: ignore[attr-defined]  # django-stubs lacks it
        self._spare: BaseCache = DummyCache(location, {})
        if options["spare"] == "memory":
            self._spare = LocMemCache(location, {**params, "OPTIONS": {"MAX_ENTRIES": SPARE_ENTRIES}})

    @property
    def is_away(self) -> bool:
        """Return whether the server failed when it was last asked."""
        return self._breaker.is_open

    def _ask(self, operation: str, *args: Any, **options: Any) -> Any:
        return self._breaker.ask(
            lambda: getattr(self._server, operation)(*args, **options),
            lambda: getattr(self._spare, operation)(*args, **options),
        )

    def _kept(self, timeout: Any) -> Any:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        if self._longest is None:
            return seconds
        return self._longest if seconds is None else min(seconds, self._longest)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("add", key, value, timeout=self._kept(timeout), version=version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default=default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", key, value, timeout=self._kept(timeout), version=version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version=version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("has_key", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask("incr", key, delta=delta, version=version))

    def count(self, key: str, seconds: int) -> tuple[int, int]:
        """Increment a counter that ends ``seconds`` after it began; return it and in how many seconds it ends.

        One command. The fallback doesn't know when a counter began and returns the whole time.
        """
        count, ends_in = self._breaker.ask(
            lambda: self._count(key, seconds), lambda: (self._count_here(key, seconds), seconds * 1000)
        )
        return int(count), max(1, math.ceil(ends_in / 1000))

    def _count(self, key: str, seconds: int) -> Any:
        return self._script(keys=[self._server.make_and_validate_key(key)], args=[seconds])

    def _count_here(self, key: str, seconds: int) -> int:
        if self._spare.add(key, 1, timeout=seconds):
            return 1
        try:
            return int(self._spare.incr(key))
        except ValueError:  # it ended between the two: this one begins the next
            self._spare.add(key, 1, timeout=seconds)
            return 1

    @cached_property
    def _script(self) -> Any:
        return self._server._cache.get_client().register_script(COUNT)

    def clear(self) -> None:
        self._ask("clear")
