"""The Celery app. Tasks live in each app's ``tasks.py``; the schedule lives in the settings."""

import os
from typing import Any

from celery import Celery
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")

# Ours: what a request waits at most for a broker that hangs, twice, before the sweep is left to queue its job.
BRISK = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}


class PortalCelery(Celery):
    """Celery with less patience where jobs are queued than where they are waited for."""

    def connection_for_write(self, url: str | None = None, **options: Any) -> Connection:
        transport = {**BRISK, **(options.pop("transport_options", None) or {})}
        return super().connection_for_write(url, transport_options=transport, **options)


app = PortalCelery("icp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
