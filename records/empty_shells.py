"""Find empty shells (空壳): websites without access, subjects without a website. Bureaus cancel both.

The host is notified once: when a filing is submitted that would leave a shell, or else when it has become one.
"""

from typing import Any

from django.db.models import Q, QuerySet

from filings import kinds
from filings.kinds import About
from filings.models import Filing
from filings.states import OPEN
from ministry.register import shells
from records.models import SubjectUpkeep, Upkeep

_IN_FORCE = Q(website__live=True, website__subject__live=True)


def websites_to_tell() -> tuple[QuerySet[Upkeep], ...]:
    """Return the websites that are shells, and those about to become one, whose hosts have not been notified.

    Two querysets, because both conditions in one have neither read from an index.
    """
    rows = Upkeep.objects.filter(_IN_FORCE, shell_told_on=None)
    return rows.filter(~shells.has_access()), rows.filter(pk__in=_ending_websites())


def subjects_to_tell() -> tuple[QuerySet[SubjectUpkeep], ...]:
    """Return the subjects that are shells, and those about to become one; see ``websites_to_tell``."""
    rows = SubjectUpkeep.objects.filter(subject__live=True, shell_told_on=None)
    return rows.filter(~shells.has_website()), rows.filter(pk__in=_ending_subjects())


def forget_the_filled() -> None:
    """Reset ``shell_told_on`` of what is no longer a shell nor about to be, so that the host can be notified again."""
    told = Upkeep.objects.filter(shells.has_access(), shell_told_on__isnull=False)
    told.exclude(pk__in=_ending_websites()).update(shell_told_on=None)
    subjects = SubjectUpkeep.objects.filter(shells.has_website(), shell_told_on__isnull=False)
    subjects.exclude(pk__in=_ending_subjects()).update(shell_told_on=None)


def _ending_websites() -> QuerySet[Filing, dict[str, Any]]:
    """Return the websites whose last access an open filing would cancel."""
    last = ~shells.has_access("about_website", besides="about_access")
    rows = Filing.objects.filter(
        last, kind__in=kinds.removing(About.ACCESS), status__in=OPEN, about_website__isnull=False
    )
    return rows.order_by().values("about_website")  # type: ignore[return-value]


def _ending_subjects() -> QuerySet[Filing, dict[str, Any]]:
    """Return the subjects whose last website an open filing would cancel or migrate to another host."""
    last = ~shells.has_website("about_website__subject", besides="about_website")
    rows = Filing.objects.filter(last, kind__in=kinds.removing(About.WEBSITE), status__in=OPEN)
    return rows.order_by().values("about_website__subject")  # type: ignore[return-value]
