"""kombu's transports for Redis and Valkey, and behind Sentinels, for workers that outlive their broker.

A worker with a task at hand may see on one connection that the broker is lost while another one waits for messages.
Closing the channel of that one then reads from it and fails (kombu 5.7.0). Celery ignores this and closes once more,
when what is needed to give back the task is gone; the error of that ends the worker.
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
