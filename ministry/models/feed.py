"""The changes of the public register in the order of their commits, for programs that keep a copy."""

from typing import Any, Final

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from ministry.models.audit import protected

# Taken at the end of a transaction until it is committed, so that changes are numbered in the order of the commits.
FEED_LOCK: Final = 7_264_120_036
# While this setting is "on", rows that are written don't enter the feed one by one (``ministry.imports.copying``).
IMPORTING: Final = "portal.importing"

_ONE_BY_ONE: Final = pgtrigger.Condition(f"current_setting('{IMPORTING}', true) IS DISTINCT FROM 'on'")
_DECLARE: Final = [("happened", "text"), ("that_day", "date")]
_CHANGED: Final = """
    IF TG_OP = 'INSERT' THEN
        happened := 'entered'; that_day := NEW.approved_on;
    ELSIF OLD.live AND NOT NEW.live THEN
        happened := <ended>; that_day := NEW.cancelled_on;
    ELSIF NEW.suspended_on IS DISTINCT FROM OLD.suspended_on THEN
        happened := CASE WHEN NEW.suspended_on IS NULL THEN 'resumed' ELSE 'suspended' END;
        that_day := NEW.suspended_on;
    ELSIF (<shown of NEW>) IS DISTINCT FROM (<shown of OLD>) THEN
        happened := 'changed';
    ELSE
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(<lock>);
    IF happened = 'resumed' AND NOT EXISTS (
        SELECT FROM ministry_registerchange WHERE what = 'suspended' AND subject_id = <subject>
            AND website_id IS NOT DISTINCT FROM <website>
    ) THEN  -- an import has written the suspension; without this entry nothing would say when it began
        INSERT INTO ministry_registerchange (what, subject_id, website_id, domains, day, at)
        VALUES ('suspended', <subject>, <website>, <domains>, OLD.suspended_on, clock_timestamp());
    END IF;
    INSERT INTO ministry_registerchange (what, subject_id, website_id, domains, day, at)
    VALUES (happened, <subject>, <website>, <domains>, that_day, clock_timestamp());
    RETURN NULL;
"""
_ENDED_WEBSITE: Final = """(
    SELECT CASE WHEN migrated_to_id IS NULL THEN 'cancelled' ELSE 'moved' END FROM ministry_website WHERE id = NEW.id
)"""
_DOMAINS: Final = "CASE WHEN NEW.domain = '' THEN '{}' ELSE NEW.domain || NEW.further_domains END"
_IMPORTED: Final = """
    PERFORM pg_advisory_xact_lock(<lock>);
    INSERT INTO ministry_registerchange (what, domains, at) VALUES ('imported', '{}', clock_timestamp());
    RETURN NULL;
"""


def _at_commit(func: str, operation: pgtrigger.Operation, **options: Any) -> pgtrigger.Trigger:
    func = func.replace("<lock>", str(FEED_LOCK))
    return pgtrigger.Trigger(
        name="public_feed", when=pgtrigger.After, operation=operation, timing=pgtrigger.Deferred, func=func, **options
    )


def _follows(shown: str, *, ended: str, subject: str, website: str, domains: str) -> pgtrigger.Trigger:
    """Return the trigger that enters what happened to a row; ``shown``: its columns that the public sees."""
    parts = {"ended": ended, "subject": subject, "website": website, "domains": domains}
    func = _CHANGED
    for row in ("NEW", "OLD"):
        func = func.replace(f"<shown of {row}>", ", ".join(f"{row}.{name}" for name in shown.split()))
    for name, text in parts.items():
        func = func.replace(f"<{name}>", text)
    return _at_commit(func, pgtrigger.Insert | pgtrigger.Update, condition=_ONE_BY_ONE, declare=_DECLARE)


def follows_subjects() -> pgtrigger.Trigger:
    """Return the trigger of the subjects: it enters each of their public changes in the feed."""
    return _follows("name nature", ended="'cancelled'", subject="NEW.id", website="NULL", domains="'{}'")


def follows_websites() -> pgtrigger.Trigger:
    """Return the trigger of the websites; one that migrated to another host has moved, otherwise it is cancelled."""
    return _follows(
        "name domain further_domains home_url",
        ended=_ENDED_WEBSITE,
        subject="NEW.subject_id",
        website="NEW.id",
        domains=_DOMAINS,
    )


def follows_imports() -> pgtrigger.Trigger:
    """Return the trigger of the pieces of an import: one entry for each that wrote anything, none for its records."""
    return _at_commit(_IMPORTED, pgtrigger.Insert, condition=pgtrigger.Q(new__subjects__gt=0))


class ChangeKind(models.TextChoices):
    """Kind of a change of the register."""

    ENTERED = "entered"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    IMPORTED = "imported"


SUSPENSIONS: Final = models.Q(what__in=[ChangeKind.SUSPENDED, ChangeKind.RESUMED])


class RegisterChange(models.Model):
    """A change of what the public sees of a subject or a website, or a piece of an import. Append-only.

    Written only by triggers, when a transaction commits and under one lock: an entry is visible before any with a
    higher key, whichever transaction began first (ADR 0023). About 150 bytes with its index; it only grows.
    """

    what = models.CharField(max_length=9, choices=ChangeKind)
    # Primary keys without a constraint: the rows themselves write them, and are never deleted. None for an import
    subject_id = models.BigIntegerField(null=True)
    # None for a change of the subject itself
    website_id = models.BigIntegerField(null=True)
    # Those of the website after the change
    domains = ArrayField(models.CharField(max_length=128))
    # The day of approval, suspension or cancellation; None for a change, a resumption or an import: the day of ``at``
    day = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        # For the history of a record, which has the other changes from elsewhere
        indexes = [models.Index(fields=["subject_id"], condition=SUSPENSIONS, name="suspensions_of_subject")]
        triggers = [protected("register_change_append_only")]
