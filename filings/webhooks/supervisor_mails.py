"""Mail a provider's supervisors when messages are given up or an address is switched off."""

from accounts.links import link_to
from filings.mail import recipients
from filings.models import WebhookEndpoint
from ministry.mail import letters


def tell(template: str, endpoint: WebhookEndpoint) -> None:
    """Write a mail to each supervisor and administrator of the provider, in the language of their account."""
    context = {"endpoint": endpoint, "url": link_to("provider_desk:webhook", endpoint.pk)}
    readers = recipients.supervisors(endpoint.provider_id)
    letters.queue([letters.written(template, [reader.email], context, reader) for reader in readers])
