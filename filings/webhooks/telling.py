"""Mail a provider's supervisors when messages are given up or an address is switched off."""

from accounts.links import link_to
from accounts.models import User
from filings.actors import SUPERVISING
from filings.models import WebhookEndpoint
from ministry.mail import letters


def tell(template: str, endpoint: WebhookEndpoint) -> None:
    """Write a mail to each supervisor and administrator of the provider, in the language of their account."""
    context = {"endpoint": endpoint, "url": link_to("provider_desk:webhook", endpoint.pk)}
    letters.queue([letters.written(template, [reader.email], context, reader) for reader in _supervisors(endpoint)])


def _supervisors(endpoint: WebhookEndpoint) -> list[User]:
    working = {
        "provider_staff__provider": endpoint.provider_id,
        "provider_staff__role__in": SUPERVISING,
        "provider_staff__suspended_at": None,
    }
    return list(User.objects.filter(is_active=True, **working).order_by("pk"))
