"""Lock register rows, and refuse those that are no longer in force.

The subject's row lock serialises all writers to anything under it.
"""

from datetime import date

from ministry.models import Access, Subject, Website
from ministry.register.entry_types import RegisterConflict

# Model → official code for writing to a row that is no longer in force
GONE = {Subject: 1049, Website: 1050, Access: 1032}


def lock_subject(**which: int | date | None) -> Subject:
    """Lock and return the one subject that matches; raise Subject.DoesNotExist."""
    rows = Subject.objects.select_for_update(of=("self",), no_key=True)
    # By its primary key: after waiting for a lock, PostgreSQL doesn't read the joined rows again.
    return rows.get(**which) if "pk" in which else rows.get(pk=Subject.objects.values_list("pk").get(**which)[0])


def refuse_ended(row: Subject | Website | Access) -> None:
    if not row.live:
        raise RegisterConflict(GONE[type(row)])


def subject_in_force(subject_id: int) -> Subject:
    """Lock and return a subject in force; the row lock serialises all writers to anything under it."""
    subject = lock_subject(pk=subject_id)
    refuse_ended(subject)
    return subject


def website_in_force(website_id: int) -> Website:
    """Return a website in force, read under its subject's row lock."""
    subject = subject_in_force(Website.objects.values_list("subject_id", flat=True).get(pk=website_id))
    website = Website.objects.get(pk=website_id)
    refuse_ended(website)
    website.subject = subject
    return website
