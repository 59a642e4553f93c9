"""From a request to the reviewer who acts."""

from django.http import HttpRequest

from accounts.models import User
from bureaus.models import Reviewer
from filings.actors import Actor
from filings.states import Role


def reviewer(user: User) -> Actor:
    """The reviewer a user is; raises Reviewer.DoesNotExist for anybody else. One query."""
    found = Reviewer.objects.get(user=user)
    return Actor(role=Role.BUREAU, user_id=user.pk, name=str(user), bureau_id=found.bureau_id, staff_role=found.role)


def actor_of(request: HttpRequest) -> Actor:
    """The reviewer behind a request that the desk has let in."""
    assert isinstance(request.user, User)  # noqa: S101 — the desk's has_permission has made sure
    return reviewer(request.user)
