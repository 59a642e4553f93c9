"""From a request to the host who acts."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Party, User
from filings.actors import Actor
from filings.states import Role

P = ParamSpec("P")


def host(user: User) -> Actor:
    """The site host a user is."""
    return Actor(role=Role.HOST, user_id=user.pk, name=str(user))


def acting_host(request: HttpRequest) -> Actor:
    """Return the host who acts in this request; raise Http404 for visitors and people of other parties."""
    if not isinstance(request.user, User) or request.user.party != Party.HOST:
        raise Http404
    return host(request.user)


def as_host(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the host who acts; visitors are sent to sign in, strangers of other parties get 404.

    ``stand_in`` acts in the host's place: a desk that has made sure that they may passes it along. No URL can.
    """

    @login_required
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, stand_in: Actor | None = None, **kwargs: Any) -> HttpResponse:
        return view(request, stand_in or acting_host(request), *args, **kwargs)

    return wrapper


def render_for(
    actor: Actor, request: HttpRequest, template: str, context: dict[str, Any], status: int | None = None
) -> HttpResponse:
    """Render a page of the host's form, which says by which mandate somebody acts in the host's place."""
    return render(request, template, {"by_mandate": actor.mandate} | context, status=status)
