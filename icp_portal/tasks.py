"""Tasks of the portal as a whole."""

from celery import shared_task

from icp_portal.guide import pace
from icp_portal.watch import morning


@shared_task(name="icp_portal.measure_pace")
def measure_pace() -> None:
    """Measure how long decisions take in all provinces, for the home page."""
    pace.measure_country()


@shared_task(name="icp_portal.tell_status")
def tell_status() -> None:
    """Mail the operators what they have to look at."""
    morning.write()
