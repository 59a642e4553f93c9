"""The chief of a bureau."""

from bureaus import access
from bureaus.models import Reviewer, ReviewerRole
from filings.actors import Actor
from icp_portal.tests.builders import BEIJING, reviewer_user


def chief(province: str = BEIJING) -> Actor:
    member = reviewer_user(province)
    Reviewer.objects.filter(user=member).update(role=ReviewerRole.CHIEF)
    return access.reviewer(member)
