"""Queue mails, and read how they stand."""

from django.utils import timezone
from post_office.models import Email

from ministry.mail.letters import queue, written
from ministry.models import Subject


def order(*recipients: str) -> None:
    """Queue a notice to each."""
    subject = Subject(province="110000", year=2026, serial=1, name="某公司")
    context = {"subject": subject, "until": timezone.now(), "site_url": ""}
    queue(written("password_locked", [to], context) for to in recipients)


def statuses() -> list[tuple[str, int, int]]:
    rows = Email.objects.order_by("pk").values_list("to", "status", "number_of_retries")
    return [(to[0], status, tries or 0) for to, status, tries in rows]
