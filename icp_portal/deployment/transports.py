"""kombu's transports for Redis, Valkey and Sentinels, mended so that workers survive the loss of the broker.

If one connection fails while a second one waits for messages, kombu 5.7.0 reads from the second while it closes its
channel, and raises. Celery ignores this error and closes again, after the state that is needed to requeue the task is
gone; the error of that ends the worker.
"""

from kombu.transport import redis


class _ClosableChannel:
    """A channel that is closed also when there is nothing to read any more."""

    def close(self) -> None:
        try:
            super().close()  # type: ignore[misc]
        except self.connection_errors:  # type: ignore[attr-defined]
            super().close()  # type: ignore[misc]


class ClosableRedisChannel(_ClosableChannel, redis.Channel):
    """A closable channel of one server."""


class ClosableSentinelChannel(_ClosableChannel, redis.SentinelChannel):
    """A closable channel of the server that Sentinels name."""


class RedisTransport(redis.Transport):
    Channel = ClosableRedisChannel


class SentinelTransport(redis.SentinelTransport):
    Channel = ClosableSentinelChannel
