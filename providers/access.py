"""From a request to the member of a provider's staff who acts."""

from django.http import HttpRequest

from accounts.models import User
from filings.actors import Actor
from filings.states import Role
from providers.models import Staff


def staff(user: User) -> Actor:
    """The member of staff a user is; raises Staff.DoesNotExist for anybody else. One query."""
    member = Staff.objects.select_related("provider").get(user=user, provider__is_active=True)
    return Actor(
        role=Role.PROVIDER,
        user_id=user.pk,
        name=str(user),
        provider_id=member.provider_id,
        staff_role=member.role,
    )


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff behind a request that the desk has let in."""
    assert isinstance(request.user, User)  # noqa: S101 — the desk's has_permission has made sure
    return staff(request.user)
