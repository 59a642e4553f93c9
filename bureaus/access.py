"""From a request to the reviewer who acts."""

from django.http import HttpRequest

from accounts.desks import asked_once
from accounts.models import User
from bureaus.models import Reviewer
from filings.actors import Actor
from filings.states import Role


def reviewer(user: User) -> Actor:
    """The reviewer a user is; raises Reviewer.DoesNotExist for anybody else. One query."""
    return _actor(Reviewer.objects.select_related("user").get(user=user))


def _actor(member: Reviewer) -> Actor:
    return Actor(
        role=Role.BUREAU,
        user_id=member.user_id,
        name=str(member.user),
        bureau_id=member.bureau_id,
        staff_role=member.role,
    )


def acting(request: HttpRequest) -> Actor | None:
    """The reviewer behind a request, None for anybody else; looked up once a request."""
    return asked_once(request, "acting_reviewer", lambda: _appointed(request.user.pk))


def _appointed(user_id: int | None) -> Actor | None:
    member = Reviewer.objects.select_related("user").filter(user=user_id).first()
    return _actor(member) if member else None


def actor_of(request: HttpRequest) -> Actor:
    """The reviewer behind a request that the desk has let in."""
    actor = acting(request)
    assert actor is not None  # noqa: S101 — the desk's has_permission has made sure
    return actor
