"""The reviewer who acts in a request, and a view decorator for chiefs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_stubs_ext import WithAnnotations

from accounts.desks import asked_once
from accounts.models import User
from bureaus.covers import covered_by
from bureaus.models import Absence, Bureau, Reviewer, ReviewerRole
from desks.access import let_in, with_actor
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.states import Role


def reviewer(user: User) -> Actor:
    """Return the user as a reviewer; raise Reviewer.DoesNotExist for anybody else. One query."""
    return _actor(with_absences(Reviewer.objects.all()).get(user=user))


class _Absent(TypedDict):
    absent: list[dict[str, int]]  # today's absences in the bureau: ``user`` and ``cover``


ReviewerWithAbsences: TypeAlias = "WithAnnotations[Reviewer, _Absent]"


def with_absences(rows: QuerySet[Reviewer]) -> QuerySet[ReviewerWithAbsences]:
    """Return reviewers with users, bureau, and today's absences and covers of the bureau, in the same query."""
    absences = Absence.objects.on(timezone.localdate()).filter(bureau=OuterRef("bureau")).order_by("pk")
    pair = JSONObject(user="user_id", cover="cover_id")
    return rows.select_related("user", "bureau").annotate(absent=ArraySubquery(absences.values(pair=pair)))


def _actor(member: ReviewerWithAbsences) -> Actor:
    pairs = {row["user"]: row["cover"] for row in member.absent}
    return Actor(
        role=Role.BUREAU,
        user_id=member.user_id,
        name=str(member.user),
        bureau_id=member.bureau_id,
        staff_role=member.role,
        covers=covered_by(member.user_id, pairs),
        decides_elsewhere=member.bureau.external,
    )


def team(actor: Actor) -> QuerySet[Reviewer]:
    """Return everybody who decides for the actor's bureau, the actor included."""
    return members(actor.bureau_id)


def members(bureau_id: str) -> QuerySet[Reviewer]:
    """Return everybody who decides for a bureau, with their users."""
    rows = Reviewer.objects.filter(bureau=bureau_id, user__is_active=True)
    return rows.select_related("user").order_by("user__name", "pk")


def present(bureau_id: str) -> QuerySet[Reviewer]:
    """Return the members who are not absent today."""
    absent = Absence.objects.on(timezone.localdate()).filter(bureau=bureau_id)
    return members(bureau_id).exclude(user__in=absent.values("user"))


def actors(rows: QuerySet[Reviewer]) -> list[Actor]:
    """Return these reviewers as actors. One query."""
    return [_actor(member) for member in with_absences(rows)]


def colleague(actor: Actor, user_id: int) -> Actor:
    """Return a member of the actor's bureau, present today; raise Reviewer.DoesNotExist for others. One query."""
    return _actor(with_absences(present(actor.bureau_id)).get(user_id=user_id))


def acting(request: HttpRequest) -> Actor | None:
    """Return the reviewer behind a request, None for anybody else; looked up once a request."""
    return asked_once(request, "acting_reviewer", lambda: _appointed(request.user.pk))


def _appointed(user_id: int | None) -> Actor | None:
    member = with_absences(Reviewer.objects.filter(user=user_id)).first()
    return _actor(member) if member else None


def actor_of(request: HttpRequest) -> Actor:
    """Return the reviewer behind a request that the desk has let in."""
    return let_in(acting(request))


def for_chief(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the acting chief to the view; raise Http404 for other reviewers."""
    return with_actor(actor_of, lambda actor: actor.staff_role == ReviewerRole.CHIEF)(view)


@contextmanager
def changing_as_chief(actor: Actor, refusal: str) -> Iterator[Bureau]:
    """Lock the actor's bureau for a change; raise MoveRefused with these words unless they are its chief **now**."""
    with transaction.atomic():
        bureau = Bureau.objects.select_for_update(no_key=True).get(pk=actor.bureau_id)
        if not Reviewer.objects.filter(bureau=bureau, user=actor.person_id, role=ReviewerRole.CHIEF).exists():
            raise MoveRefused(refusal)
        yield bureau
