"""Cache and broker at the addresses that production has: behind Sentinels, or RabbitMQ; evidence in a bucket."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection, Consumer, Message, Queue

from icp_portal.cache import FallbackCache
from icp_portal.celery import app
from icp_portal.deployment.addresses import BrokerAddress, SentinelAddress
from icp_portal.deployment.storage import in_bucket
from icp_portal.tests.deployment.sentinels import Watched

# A process of the portal, as it starts: a task is queued and found again.
QUEUES = """
from icp_portal.celery import app
app.send_task("nothing", queue="sweeps")
with app.connection_for_read() as read, app.connection() as written:
    read.SimpleQueue("sweeps").get(timeout=5).ack()
    print(written.transport_options["socket_timeout"])
"""
SENTINELS = "sentinel://:a%20secret@a:26379,b,c:26380/2?master=portal&sentinel_password=other"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A primary that a Sentinel watches."""
    made = Watched(tmp_path)
    yield made
    made.stop()


def test_cache_and_broker_are_found_through_a_sentinel(watched):
    cache = FallbackCache(watched.url, {"OPTIONS": {"spare": "nothing"}})
    cache.set("a", {"b": 1})
    assert (cache.get("a"), cache.count("tries", 60)[0], cache.is_away) == ({"b": 1}, 1, False)

    address = BrokerAddress.read(watched.url)
    for options in (address.options, address.brisk):
        with Connection(address.url, transport_options=options) as connection:
            queue = connection.SimpleQueue("sweeps")
            queue.put({"x": 1})
            assert queue.get(timeout=5).payload == {"x": 1}
            queue.close()


def test_celery_finds_the_broker_through_a_sentinel(watched):
    """Celery reads CELERY_BROKER_URL itself, before the settings, and can't read our address of Sentinels."""
    said = {**os.environ, "CELERY_BROKER_URL": watched.url}
    done = subprocess.run([sys.executable, "-c", QUEUES], env=said, capture_output=True, text=True, check=False)

    assert done.stdout == "0.5\n", done.stderr


@pytest.mark.parametrize("is_watched", [True, False])
def test_a_worker_outlives_its_broker_with_a_task_at_hand(watched, is_watched):
    """As Celery closes the connection when another one has noticed the loss first; an error would end the worker."""
    address = BrokerAddress.read(watched.url if is_watched else watched.plain)
    taken: list[Message] = []
    connection = app.connection_for_read(address.url, transport_options=address.options)
    connection.SimpleQueue("sweeps").put({"x": 1})
    for channel, queue in ((connection, "sweeps"), (connection.channel(), "mail")):  # as a worker's, which has two
        Consumer(channel, [Queue(queue)], on_message=taken.append, accept=["json"]).consume()
    connection.drain_events(timeout=5)
    with pytest.raises(TimeoutError):
        connection.drain_events(timeout=0.1)  # it goes on waiting for the next message

    watched.stop()
    connection.collect()
    connection.close()

    assert [message.acknowledged for message in taken] == [False]


def test_an_address_of_sentinels():
    known = SentinelAddress.read(SENTINELS)
    broker = BrokerAddress.read(SENTINELS)

    assert known == SentinelAddress((("a", 26379), ("b", 26379), ("c", 26380)), "portal", 2, "a secret", "other")
    assert broker.url == ";".join(f"sentinel://:a%20secret@{host}/2" for host in ("a:26379", "b:26379", "c:26380"))
    assert (broker.options["master_name"], broker.brisk["sentinel_kwargs"]["password"]) == ("portal", "other")


@pytest.mark.parametrize("url", ["sentinel://a:26379/0", "sentinel://a:x/0?master=m", "sentinel:///0?master=m"])
def test_an_incomplete_address_of_sentinels_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="Sentinels: sentinel://"):
        SentinelAddress.read(url)


def test_queues_of_rabbitmq_are_replicated_and_messages_confirmed():
    address = BrokerAddress.read("amqps://icp:secret@a/portal;amqps://icp:secret@b/portal")

    assert (address.queue_type, address.options["confirm_publish"]) == ("quorum", True)
    assert BrokerAddress.read("redis://a/0").queue_type == "classic"


def test_a_bucket_is_encrypted_and_asked_over_tls():
    options = in_bucket("s3://key:a%2Fsecret@s3.example.cn/evidence/of/icp?region=cn-north-1", needs_tls=True)[
        "OPTIONS"
    ]

    assert options == {
        "bucket_name": "evidence",
        "location": "of/icp",
        "endpoint_url": "https://s3.example.cn",
        "region_name": "cn-north-1",
        "object_parameters": {"ServerSideEncryption": "AES256"},
        "addressing_style": "path",
        "access_key": "key",
        "secret_key": "a/secret",
    }
    by_kms = in_bucket("s3://s3.example.cn/e?encryption=aws:kms&kms_key=k", needs_tls=True)["OPTIONS"]
    assert by_kms["object_parameters"] == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "k"}
    assert "access_key" not in by_kms


@pytest.mark.parametrize("url", ["https://s3.example.cn/e", "s3:///e", "s3://a/", "s3://a/e?encryption=none"])
def test_an_incomplete_address_of_a_bucket_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_STORAGE: s3://"):
        in_bucket(url, needs_tls=False)


def test_a_bucket_without_tls_is_only_for_tests():
    url = "s3://key:secret@127.0.0.1:9000/evidence?tls=false"
    assert in_bucket(url, needs_tls=False)["OPTIONS"]["endpoint_url"] == "http://127.0.0.1:9000"
    with pytest.raises(ImproperlyConfigured, match="without TLS, files and keys could be read on the network"):
        in_bucket(url, needs_tls=True)
