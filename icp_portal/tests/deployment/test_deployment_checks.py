"""Warnings of ``check --deploy`` about connections that others could read."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from icp_portal.deployment import checks
from icp_portal.deployment.addresses import BrokerAddress
from icp_portal.deployment.checks import connections_are_private


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Settings in which every server is another machine, and each connection is encrypted."""
    tmp_path.chmod(0o700)
    known = SimpleNamespace(
        DATABASES={"default": {"HOST": "db.example.cn", "OPTIONS": {"sslmode": "verify-full"}}},
        CACHES={"default": {"LOCATION": "rediss://:secret@cache.example.cn/1"}},
        BROKER=BrokerAddress.read("amqps://icp:secret@a.example.cn/v;amqps://icp:secret@b.example.cn/v"),
        EMAIL_HOST="mail.example.cn",
        EMAIL_USE_TLS=True,
        EMAIL_USE_SSL=False,
        DEFAULT_FROM_EMAIL="ICP <noreply@icp.example.cn>",
        LOCKS_ROOT=str(tmp_path),
    )
    monkeypatch.setattr(checks, "settings", known)
    return known


def test_nothing_is_said_of_encrypted_connections(known):
    assert connections_are_private() == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"DATABASES": {"default": {"HOST": "db.example.cn", "OPTIONS": {"sslmode": "prefer"}}}}, "W001"),
        ({"DATABASES": {"default": {"HOST": "db.example.cn"}}}, "W001"),
        ({"DATABASES": {"default": {"HOST": "/run/postgresql"}}}, ""),
        ({"CACHES": {"default": {"LOCATION": "redis://:secret@cache.example.cn/1"}}}, "W002"),
        ({"CACHES": {"default": {"LOCATION": "unix:///run/valkey.sock?db=1"}}}, ""),
        ({"BROKER": BrokerAddress.read("amqps://icp:s@a.example.cn/v;amqp://icp:s@b.example.cn/v")}, "W002"),
        ({"BROKER": BrokerAddress.read("redis://127.0.0.1:6379/0")}, ""),
        ({"BROKER": BrokerAddress.read("sentinel://:s@a.example.cn/0?master=m")}, "W002"),
        ({"EMAIL_USE_TLS": False}, "W003"),
        ({"EMAIL_USE_TLS": False, "EMAIL_HOST": "127.0.0.1"}, ""),
        ({"DEFAULT_FROM_EMAIL": "ICP"}, "W004"),
    ],
)
def test_each_connection_that_others_could_read_is_named(changes, found, known):
    for name, value in changes.items():
        setattr(known, name, value)

    assert [message.id for message in connections_are_private()] == ([f"icp_portal.{found}"] if found else [])


def test_locks_that_others_can_hold_are_named(known, tmp_path):
    tmp_path.chmod(0o777)

    assert [message.id for message in connections_are_private()] == ["icp_portal.W005"]
