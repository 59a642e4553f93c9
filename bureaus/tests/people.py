"""People of a bureau, and a browser for each."""

from typing import Any

from django.test import Client

from accounts.models import User
from bureaus import access
from bureaus.models import Reviewer, ReviewerRole
from filings.actors import Actor
from icp_portal.tests.builders import BEIJING, reviewer_user, sign_in


def chief(province: str = BEIJING) -> Actor:
    member = reviewer_user(province)
    Reviewer.objects.filter(user=member).update(role=ReviewerRole.CHIEF)
    return access.reviewer(member)


def as_(actor: Any) -> Client:
    return sign_in(Client(), User.objects.get(pk=actor.user_id))
