"""The Celery app. Tasks are in each app's ``tasks.py``, the schedule is in the settings."""

import os
from typing import Any

from celery import Celery
from django.conf import settings
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")


class PortalCelery(Celery):
    """Celery with shorter timeouts for queuing tasks than for consuming them."""

    def connection_for_write(self, url: str | None = None, **options: Any) -> Connection:
        transport = {**settings.BROKER.brisk, **(options.pop("transport_options", None) or {})}
        return super().connection_for_write(url, transport_options=transport, **options)


app = PortalCelery("icp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
