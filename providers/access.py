"""The member of a provider's staff who acts in a request, and a view decorator by role."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.desks import asked_once
from accounts.models import User
from desks.access import let_in, with_actor
from filings.actors import Actor
from filings.states import Role
from providers.models import Staff, StaffRole


def staff(user: User) -> Actor:
    """Return the user as a member of staff; raise Staff.DoesNotExist for anybody else. One query."""
    return _actor(Staff.objects.working().select_related("user").get(user=user))


def _actor(member: Staff) -> Actor:
    return Actor(
        role=Role.PROVIDER,
        user_id=member.user_id,
        name=str(member.user),
        provider_id=member.provider_id,
        staff_role=member.role,
    )


def team(actor: Actor) -> QuerySet[Staff]:
    """Return everybody who works for the actor's provider, the actor included, with user and provider."""
    rows = Staff.objects.working().filter(provider=actor.provider_id or 0, user__is_active=True)
    return rows.select_related("user", "provider").order_by("user__name", "pk")


def actors(rows: QuerySet[Staff]) -> list[Actor]:
    """Return these members of staff, with their users, as actors. One query."""
    return [_actor(member) for member in rows]


def colleague(actor: Actor, user_id: int) -> Actor:
    """Return a member of the actor's own team; raise Staff.DoesNotExist for anybody else. One query."""
    return _actor(team(actor).get(user_id=user_id))


def acting(request: HttpRequest) -> Actor | None:
    """Return the member of staff behind a request, None for anybody else; looked up once a request."""
    return asked_once(request, "acting_staff", lambda: _working(request.user.pk))


def _working(user_id: int | None) -> Actor | None:
    member = Staff.objects.working().select_related("user").filter(user=user_id).first()
    return _actor(member) if member else None


def actor_of(request: HttpRequest) -> Actor:
    """Return the member of staff behind a request that the desk has let in."""
    return let_in(acting(request))


def for_role(role: StaffRole) -> Callable[..., Callable[..., HttpResponse]]:
    """Pass the acting member of staff to the view; raise Http404 for those below ``role``."""
    return with_actor(actor_of, lambda actor: StaffRole(actor.staff_role).covers(role))
