"""Read typed settings from the environment; a missing or insecure one raises ImproperlyConfigured with its name."""

import base64
import hashlib
import re
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env

env = Env()

SHORTEST_SECRET = 32
INSECURE = "insecure-"  # every development value starts with this; production rejects it
SITE = re.compile(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[0-9]+)?")


def one_of(name: str, values: tuple[str, ...]) -> str:
    """Return the setting ``name``, by default the first of ``values``; raise ImproperlyConfigured for any other."""
    value = env.str(name, default="") or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name}: one of {', '.join(values)}.")
    return str(value)


_NAME = one_of("PORTAL_ENV", ("production", "staging", "local"))
# Staging has every check of production, and sends mails to listed addresses only: it has a copy of real people's data.
PRODUCTION, STAGING = _NAME != "local", _NAME == "staging"


def secret(name: str) -> str:
    """Return the secret ``name``; raise ImproperlyConfigured when production would run with a default one."""
    value = env.str(name, default="" if PRODUCTION else f"{INSECURE}{name.lower()}")
    if PRODUCTION and (len(value) < SHORTEST_SECRET or value.startswith(INSECURE)):
        raise ImproperlyConfigured(
            f"Set {name} to a secret of its own, at least {SHORTEST_SECRET} characters, before starting in production."
        )
    return str(value)


def needed(name: str, *, local: str) -> str:
    """Return the setting ``name``; raise ImproperlyConfigured in production without it, elsewhere use ``local``."""
    value = env.str(name, default="" if PRODUCTION else local)
    if not value:
        raise ImproperlyConfigured(f"Set {name} before starting in production.")
    return str(value)


def site_url() -> str:
    """Return SITE_URL; raise ImproperlyConfigured unless it is a scheme and one host, and https in production."""
    url = needed("SITE_URL", local="http://localhost:8000").rstrip("/").lower()
    if not SITE.fullmatch(url) or (PRODUCTION and not url.startswith("https://")):
        raise ImproperlyConfigured(
            "SITE_URL: where people reach the portal, like https://icp.example.cn, without a path."
        )
    return url


def store_url(name: str, *, local: str) -> str:
    """Return the address of a Redis or Valkey server, of Sentinels, or of RabbitMQ.

    Raise ImproperlyConfigured in production for a server on the network without a password: anybody who reaches it
    could read sessions and queue tasks.
    """
    url = needed(name, local=local)
    if PRODUCTION and not all(_is_guarded(server) for server in url.split(";")):
        raise ImproperlyConfigured(f"{name}: give a password, redis://:PASSWORD@host:6379/1, or a socket, unix://…")
    return url


def _is_guarded(url: str) -> bool:
    return url.startswith(("unix://", "redis+socket://")) or bool(urlsplit(url).password)


def field_keys() -> list[str]:
    """Return the Fernet keys of FIELD_KEYS, newest first; raise ImproperlyConfigured when one is invalid."""
    text = secret("FIELD_KEYS")
    keys = [stretched(text)] if text.startswith(INSECURE) else text.split(",")
    try:
        return [key for key in keys if Fernet(key)]
    except ValueError as error:
        raise ImproperlyConfigured("FIELD_KEYS: each key is 32 random bytes in URL-safe base64.") from error


def stretched(text: str) -> str:
    """Return a Fernet key derived from a development value."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()


def local_only(name: str, *, otherwise: bool = False) -> bool:
    """Return the switch ``name``; raise ImproperlyConfigured when it is on in production."""
    on = env.bool(name, default=otherwise)
    if on and PRODUCTION:
        raise ImproperlyConfigured(f"{name} is for demonstrations; it can't be on in production.")
    return bool(on)
