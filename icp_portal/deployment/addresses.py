"""Addresses of the cache and the broker: Redis or Valkey, the same behind Sentinels, or RabbitMQ.

sentinel://:PASSWORD@HOST:26379,HOST:26379,HOST:26379/DATABASE?master=NAME&sentinel_password=PASSWORD
amqps://USER:PASSWORD@HOST:5671/VHOST;amqps://USER:PASSWORD@HOST:5671/VHOST
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SENTINEL, RABBITMQ = "sentinel://", ("amqp://", "amqps://")
SENTINEL_PORT: Final = 26379
# visibility_timeout is longer than the longest task; unacked_restore finds a killed worker's tasks.
_OF_REDIS: Final = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
# A message counts as queued when RabbitMQ has confirmed it.
_OF_RABBITMQ: Final = {"confirm_publish": True, "connect_timeout": 2, "read_timeout": 10, "write_timeout": 10}
# Our own choice: the longest a request waits for a hanging broker, twice; then the sweep queues the task later.
_BRISK_REDIS: Final = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
_BRISK_RABBITMQ: Final = {"connect_timeout": 0.5, "read_timeout": 0.5, "write_timeout": 0.5}


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """The Sentinels of a primary, and how to sign in to both."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    database: int
    password: str
    sentinel_password: str

    @classmethod
    def read(cls, url: str) -> "SentinelAddress":
        """Return the address of a URL; raise ImproperlyConfigured for one that is incomplete."""
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            hosts = tuple(_host(text) for text in parts.netloc.rpartition("@")[2].split(","))
            database, master = int(parts.path.strip("/") or 0), options["master"]
        except (ValueError, KeyError) as error:
            raise ImproperlyConfigured(
                "Sentinels: sentinel://:PASSWORD@HOST:26379,HOST:26379/DATABASE?master=NAME"
            ) from error
        return cls(hosts, master, database, unquote(parts.password or ""), options.get("sentinel_password", ""))

    @property
    def sentinel_options(self) -> dict[str, Any]:
        """Return how to connect to a Sentinel."""
        return {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "password": self.sentinel_password or None}


def _host(text: str) -> tuple[str, int]:
    name, _colon, port = text.partition(":")
    if not name:
        raise ValueError(text)
    return name, int(port or SENTINEL_PORT)


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """The address and options of a broker, how to queue a task quickly, and the type of its queues."""

    url: str
    options: dict[str, Any]
    brisk: dict[str, Any]
    queue_type: str

    @classmethod
    def read(cls, url: str) -> "BrokerAddress":
        """Return the address of a URL, several of one kind separated by semicolons."""
        if url.startswith(RABBITMQ):
            # Replicated: a queue outlives the loss of a server
            return cls(url, _OF_RABBITMQ, _BRISK_RABBITMQ, "quorum")
        if not url.startswith(SENTINEL):
            return cls(url, _OF_REDIS, _BRISK_REDIS, "classic")
        known = SentinelAddress.read(url)
        password = f":{quote(known.password, safe='')}@" if known.password else ""
        urls = [f"{SENTINEL}{password}{name}:{port}/{known.database}" for name, port in known.hosts]
        sentinels = {"master_name": known.master, "sentinel_kwargs": known.sentinel_options}
        return cls(";".join(urls), _OF_REDIS | sentinels, _BRISK_REDIS | sentinels, "classic")
