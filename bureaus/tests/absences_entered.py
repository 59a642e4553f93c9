"""Absences that reviewers enter, and filings that they hold."""

from datetime import timedelta

from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from bureaus import absences
from bureaus.access import reviewer as actor_of
from bureaus.models import Absence
from filings import services
from filings.actors import Actor
from filings.states import Status
from icp_portal.tests.builders import Case, case_at


def again(actor: Actor) -> Actor:
    """Return the reviewer as an actor of this moment."""
    return actor_of(User.objects.get(pk=actor.user_id))


def away(who: Actor, cover: Actor, first: int = 0, last: int = 3, by: Actor | None = None) -> Absence:
    """Enter an absence, ``first`` and ``last`` in days from today."""
    today = timezone.localdate()
    days = (today + timedelta(days=first), today + timedelta(days=last))
    return absences.enter(by or who, who.user_id, *days, cover.user_id)


def held(by: Actor | None = None) -> Case:
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, by or case.reviewer)
    Email.objects.all().delete()
    return case.refresh()
