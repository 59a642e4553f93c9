"""Tasks of the portal as a whole."""

from celery import shared_task

from icp_portal.guide import pace


@shared_task(name="icp_portal.measure_pace")
def measure_pace() -> None:
    """Measure how long decisions take in all provinces, for the home page."""
    pace.measure_country()
