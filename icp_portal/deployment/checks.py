"""Checks of a deployment (``check --deploy``): what works, but could be read or taken over on the network.

Settings that nobody should run with are refused at the start (``icp_portal.env``); these are warnings.
"""

import os
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
ENCRYPTED: Final = frozenset({"require", "verify-ca", "verify-full"})


def _is_here(host: str) -> bool:
    return host in HERE or host.startswith("/")


def _databases() -> Iterator[CheckMessage]:
    for alias, database in settings.DATABASES.items():
        mode = database.get("OPTIONS", {}).get("sslmode", "")
        if not _is_here(database.get("HOST", "")) and mode not in ENCRYPTED:
            yield Warning(
                f"The connection to the database “{alias}” is not encrypted.",
                hint="Add ?sslmode=verify-full to its address, or reach it by a pooler on this machine.",
                id="icp_portal.W001",
            )


def _stores() -> Iterator[CheckMessage]:
    caches: dict[str, Any] = settings.CACHES
    addresses = {"REDIS_URL": caches["default"]["LOCATION"], "CELERY_BROKER_URL": settings.BROKER.url}
    for name, address in addresses.items():
        for url in address.split(";"):
            parts = urlsplit(url)
            if parts.scheme in ("redis", "amqp", "sentinel") and not _is_here(parts.hostname or ""):
                yield Warning(
                    f"The connection of {name} is not encrypted.",
                    hint="Use rediss:// or amqps://, or a network that is encrypted itself.",
                    id="icp_portal.W002",
                )
                break


def _mails() -> Iterator[CheckMessage]:
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL) and not _is_here(settings.EMAIL_HOST):
        yield Warning(
            "Mails go to the mail server without encryption.", hint="EMAIL_URL: smtp+tls://", id="icp_portal.W003"
        )
    if "@" not in parseaddr(settings.DEFAULT_FROM_EMAIL)[1]:
        yield Warning("DEFAULT_FROM_EMAIL is no address.", id="icp_portal.W004")


def _locks() -> Iterator[CheckMessage]:
    folder = settings.LOCKS_ROOT
    if os.path.exists(folder) and (os.stat(folder).st_uid != os.geteuid() or os.stat(folder).st_mode & 0o022):
        yield Warning(
            f"Other users can hold the locks in {folder}.",
            hint="Set LOCKS_ROOT to a folder that belongs to the portal's user.",
            id="icp_portal.W005",
        )


@register(deploy=True)
def connections_are_private(**_options: Any) -> list[CheckMessage]:
    """Return a warning for each connection that others could read or take over."""
    return [*_databases(), *_stores(), *_mails(), *_locks()]
