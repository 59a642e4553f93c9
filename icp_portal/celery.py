"""The Celery app. Tasks are in each app's ``tasks.py``, the schedule is in the settings."""

import os
from typing import Any

from celery import Celery
from django.conf import settings
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")
# Not as a setting: kombu reads this table again for each address that it goes on to.
TRANSPORT_ALIASES |= {
    "redis": "icp_portal.deployment.transports:RedisTransport",
    "rediss": "icp_portal.deployment.transports:RedisTransport",
    "sentinel": "icp_portal.deployment.transports:SentinelTransport",
}


class PortalCelery(Celery):
    """Celery with shorter timeouts for queuing tasks than for consuming them."""

    def connection_for_write(self, url: str | None = None, **options: Any) -> Connection:
        transport = {**settings.BROKER.brisk, **(options.pop("transport_options", None) or {})}
        return super().connection_for_write(url, transport_options=transport, **options)


app = PortalCelery("icp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
