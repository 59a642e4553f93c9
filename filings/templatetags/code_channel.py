"""The channel of verification codes, for the pages and mails that name it."""

from django import template

from filings.mail import gateways
from filings.models import PersonCheck

register = template.Library()


@register.simple_tag
def code_channel() -> gateways.Channel:
    """Return the words for the channel by which codes are sent."""
    return gateways.chosen().channel


@register.simple_tag
def code_sent_to(check: PersonCheck) -> str:
    """Return the masked address or number to which a person's code goes."""
    return gateways.chosen().sent_to(gateways.Recipient.of(check))
