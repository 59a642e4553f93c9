"""A visitor's intent to file with a provider, kept in the session while they sign in or sign up.

It is stored and carried out by POST requests only, so looking at a page never starts a draft.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Party, User
from desks import access
from filings import fields, services
from filings.models import Entrance
from ministry.reference import code_tables, provinces
from providers.models import Provider

WISH, BEGUN = "wish_to_file", "filing_begun"  # in the session


def store(request: HttpRequest, provider: Provider, entrance: Entrance, values: dict[str, Any]) -> None:
    """Store the provider the visitor wants to file with, the entrance, and the guide's answers (``facts_in``)."""
    request.session[WISH] = [provider.pk, entrance, values]


def facts_in(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts that the guide's answers in a query string give, by path; what is no answer is left out.

    The guide's questions have the ids ``nature``, ``province`` and ``reach``.
    """
    natures = {str(row.id): row.id for row in code_tables.NATURES}
    nature, province = natures.get(query.get("nature", "")), query.get("province", "")
    return {
        **({"subject.nature": nature} if nature else {}),
        **({"subject.province": province} if province in dict(provinces.CHOICES) else {}),
        **({"websites.0.ip_only": True} if query.get("reach") == "ip" else {}),
    }


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
    actor = access.host(user)
    made = services.start_once(actor, provider_id=provider.pk, entrance=Entrance(wish[1]), values=wish[2])
    if made:
        request.session[BEGUN] = [provider.pk, made.pk, first_page(wish[2])]


def begun(request: HttpRequest, provider: Provider) -> list[Any]:
    """Return the draft that was just started with the provider and its first page, once; empty if there is none."""
    if request.session.get(BEGUN, [None])[0] != provider.pk:
        return []
    return list(request.session.pop(BEGUN)[1:])


def first_page(values: Mapping[str, Any]) -> str:
    """Return the id of the page on which a draft begins: not the one that the guide's answers fill."""
    is_answered = all(fields.BASICS.path(field) in values for field in fields.BASICS.fields)
    return fields.SUBJECT.id if is_answered else fields.BASICS.id
