"""From a request to the host who acts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import Party, User
from filings.actors import Actor
from filings.models import Mandate
from filings.states import Role

P = ParamSpec("P")


def host(user: User) -> Actor:
    """The site host a user is."""
    return Actor(role=Role.HOST, user_id=user.pk, name=str(user))


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who acts in a host's place in a request, and by which mandate."""

    actor: Actor
    mandate: Mandate


def let_act(request: HttpRequest, stand_in: StandIn) -> None:
    """Let a provider's staff act in the host's place in this request; its desk has made sure that they may."""
    request.stand_in = stand_in  # type: ignore[attr-defined]


def acting_host(request: HttpRequest) -> Actor:
    """The host who acts in this request, or who acts in its place; Http404 for visitors and people of other parties."""
    stand_in: StandIn | None = getattr(request, "stand_in", None)
    if stand_in:
        return stand_in.actor
    if not isinstance(request.user, User) or request.user.party != Party.HOST:
        raise Http404
    return host(request.user)


def as_host(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the host who acts; visitors are sent to sign in, strangers of other parties get 404."""

    @login_required
    @wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, acting_host(request), *args, **kwargs)

    return wrapper
