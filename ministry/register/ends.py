"""Cancel, suspend and resume subjects, websites and accesses on record. Callers open the transaction.

Each function returns the accesses concerned, whose providers must be notified.
"""

from collections.abc import Callable, Sequence
from datetime import date

from ministry.models import Access, Subject, SubjectCertificate, Website
from ministry.register import history
from ministry.register.contacts import derive_contacts
from ministry.register.locking import lock_subject, refuse_ended, subject_in_force

# Called with each subject or website that has ended and the accesses that ended with it, in the same transaction. Apps
# above add to it when they load.
AFTER_END: list[Callable[[Subject | Website, Sequence[Access]], None]] = []


def cancel_access(access_id: int, on: date) -> list[Access]:
    """End one provider's access to a website, which may be left without any; raise RegisterConflict (1032).

    Like the other cancel functions, return the accesses ended: their providers must be notified.
    """
    lock_subject(websites__accesses=access_id)
    access = Access.objects.select_for_update(of=("self",), no_key=True).get(pk=access_id)
    refuse_ended(access)
    return end_accesses(on, pk=access_id)


def cancel_website(website_id: int, on: date) -> list[Access]:
    """Cancel a website with its accesses; release its domain but not its number. Raise RegisterConflict (1050)."""
    subject = lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    refuse_ended(website)
    ended = end_accesses(on, website=website_id)
    end([website], on)
    derive_contacts(subject)
    announce_end(website, ended)
    return ended


def cancel_subject(subject_id: int, on: date) -> list[Access]:
    """Cancel a subject with its websites, accesses and certificates; raise RegisterConflict (1049)."""
    subject = subject_in_force(subject_id)
    ended = end_accesses(on, website__subject=subject_id)
    end([*Website.objects.filter(subject=subject_id, live=True).order_by("sequence"), subject], on)
    SubjectCertificate.objects.filter(subject=subject_id, live=True).update(live=False)
    derive_contacts(subject)
    announce_end(subject, ended)
    return ended


def suspend_website(website_id: int, on: date) -> list[Access]:
    """Suspend a website, which stays on record; raise RegisterConflict (1049, 1050).

    Like ``suspend_subject``, return the accesses in force that must be cut off meanwhile.
    """
    lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    refuse_ended(website)
    website.suspended_on = website.suspended_on or on
    website.save(update_fields=["suspended_on"])
    return _accesses(website=website_id)


def suspend_subject(subject_id: int, on: date) -> list[Access]:
    """Suspend a subject with all its websites; raise RegisterConflict (1049, 1050)."""
    subject = lock_subject(pk=subject_id)
    refuse_ended(subject)
    subject.suspended_on = subject.suspended_on or on
    subject.save(update_fields=["suspended_on"])
    return _accesses(website__subject=subject_id)


def resume_website(website_id: int) -> list[Access]:
    """End a website's suspension; return the accesses to reopen; raise RegisterConflict (1049, 1050)."""
    lock_subject(websites=website_id)
    website = Website.objects.get(pk=website_id)
    refuse_ended(website)
    website.suspended_on = None
    website.save(update_fields=["suspended_on"])
    return _accesses(website=website_id)


def resume_subject(subject_id: int) -> list[Access]:
    """End a subject's suspension but not those of single websites; otherwise like ``resume_website``."""
    subject = lock_subject(pk=subject_id)
    refuse_ended(subject)
    subject.suspended_on = None
    subject.save(update_fields=["suspended_on"])
    return _accesses(website__subject=subject_id, website__suspended_on=None)


def _accesses(**which: int | date | None) -> list[Access]:
    return list(Access.objects.filter(live=True, **which).select_related("website__subject").order_by("pk"))


def end_accesses(on: date, **which: int | date | None) -> list[Access]:
    ended = _accesses(**which)
    end(ended, on)
    return ended


def end(rows: Sequence[Subject | Website | Access], on: date) -> None:
    """End rows on a day and store that in the history."""
    for row in rows:
        history.remember_first(row)
        row.live, row.cancelled_on = False, on
        row.save(update_fields=["live", "cancelled_on"])
        history.remember(row, on)


def announce_end(row: Subject | Website, ended: Sequence[Access]) -> None:
    """Notify the apps above that a subject or a website has ended."""
    for each in AFTER_END:
        each(row, ended)
