"""Empty shells (空壳): a website to which nobody gives access, a subject without a website. Bureaus cancel both."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from filings.models import SubjectUpkeep, Upkeep
from ministry.models import Access, Website

_HAS_ACCESS = Exists(Access.objects.filter(website=OuterRef("pk"), live=True))
_HAS_WEBSITE = Exists(Website.objects.filter(subject=OuterRef("pk"), live=True))
_IN_FORCE = Q(website__live=True, website__subject__live=True)


def websites_to_tell() -> QuerySet[Upkeep]:
    """The websites that have become shells, and whose hosts have not been told."""
    return Upkeep.objects.filter(_IN_FORCE, ~_HAS_ACCESS, shell_told_on=None)


def subjects_to_tell() -> QuerySet[SubjectUpkeep]:
    """The subjects that have become shells, and whose hosts have not been told."""
    return SubjectUpkeep.objects.filter(~_HAS_WEBSITE, subject__live=True, shell_told_on=None)


def forget_the_filled() -> None:
    """What has access or a website again may become a shell a second time, and then its host is told again."""
    Upkeep.objects.filter(_HAS_ACCESS, shell_told_on__isnull=False).update(shell_told_on=None)
    SubjectUpkeep.objects.filter(_HAS_WEBSITE, shell_told_on__isnull=False).update(shell_told_on=None)
