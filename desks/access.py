"""The host who acts in a request, view decorators that pass the actor on, and the filing that an actor may see."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.links import page_of
from accounts.models import Party, User
from filings.actors import Actor
from filings.models import Filing
from filings.states import Role

P = ParamSpec("P")


def host(user: User) -> Actor:
    """Return the user as an actor in the role of site host."""
    return Actor(role=Role.HOST, user_id=user.pk, name=str(user))


def acting_host(request: HttpRequest) -> Actor:
    """Return the host who acts in this request, or who acts on its behalf; raise Http404 for anybody else."""
    if not isinstance(request.user, User) or request.user.party != Party.HOST:
        raise Http404
    return host(request.user)


def as_host(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the acting host to the view; visitors are sent to sign in, people of other parties get 404.

    A desk that has checked a mandate passes ``stand_in``, who then acts for the host; no URL can set it.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, stand_in: Actor | None = None, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(page_of(request))
        return view(request, stand_in or acting_host(request), *args, **kwargs)

    return wrapper


def let_in(actor: Actor | None) -> Actor:
    """Return the actor behind a request that a desk has let in; its ``has_permission`` ensures that there is one."""
    assert actor is not None  # noqa: S101
    return actor


def with_actor(
    actor_of: Callable[[HttpRequest], Actor], may: Callable[[Actor], bool]
) -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Return a decorator that passes the acting member of staff to a view; raise Http404 for those who may not."""

    def decorate(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = actor_of(request)
            if not may(actor):
                raise Http404
            return view(request, actor, *args, **kwargs)

        return wrapper

    return decorate


def filing_for(actor: Actor, filing_id: int) -> Filing:
    """Return the filing with its provider; raise Http404 if the actor may not see it."""
    return get_object_or_404(Filing.objects.visible_to(actor).select_related("provider"), pk=filing_id)


def render_for(actor: Actor, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the host's form, which says by which mandate somebody acts in the host's place."""
    return render(request, template, {"by_mandate": actor.mandate} | context)
