"""Composition root: settings, URLs, the Celery app, the home page and the error pages."""

from icp_portal.celery import app as celery_app

__all__ = ["celery_app"]
