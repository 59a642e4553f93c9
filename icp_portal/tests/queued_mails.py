"""Mails that were queued in a test."""

from post_office.models import Email


def mails() -> list[tuple[str, str]]:
    """Return recipient and subject of each mail, oldest first."""
    return [(mail.to[0], mail.subject) for mail in Email.objects.order_by("pk")]
