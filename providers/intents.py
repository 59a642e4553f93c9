"""A visitor's intent to file with a provider, kept in the session while they sign in or sign up.

It is stored and carried out by POST requests only, so looking at a page never starts a draft.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Party, User
from desks import access
from filings import services
from filings.models import Entrance
from providers.models import Provider

WISH, BEGUN = "wish_to_file", "filing_begun"  # in the session


def note(request: HttpRequest, provider: Provider, entrance: Entrance) -> None:
    """Store the provider the visitor wants to file with, and the entrance."""
    request.session[WISH] = [provider.pk, entrance]


@receiver(user_logged_in)
def carry_out(request: HttpRequest, user: Any, **_signal: Any) -> None:
    """Start the draft that a visitor wanted before signing in, unless there is one with that provider."""
    if request.method != "POST" or not (wish := request.session.pop(WISH, None)):
        return
    if not isinstance(user, User) or user.party != Party.HOST:
        return
    provider = Provider.objects.listed().filter(pk=wish[0]).first()
    if provider is None:
        return
    made = services.start_once(access.host(user), provider_id=provider.pk, entrance=Entrance(wish[1]))
    if made:
        request.session[BEGUN] = [provider.pk, made.pk]


def begun(request: HttpRequest, provider: Provider) -> int | None:
    """Return the draft that was just started with the provider, once."""
    if request.session.get(BEGUN, [None])[0] != provider.pk:
        return None
    return int(request.session.pop(BEGUN)[1])
