"""Constraints and indexes of the filing table."""

from django.db import models
from django.db.models import F, Q

from filings import kinds
from filings.kinds import About, Kind
from filings.states import (
    BUREAU_RETURNED,
    ENDED_EMPTY_HANDED,
    OPEN,
    PROVIDERS_WORK,
    WAITING,
    WITH_HOST,
    Entrance,
    Status,
)


def _points_at(about: About) -> Q:
    """Return the condition that filings of these kinds point at the right register rows."""
    of_subject = Q() if about == About.OFFERED else Q(about_subject__isnull=about == About.NOTHING)
    return of_subject & Q(
        kind__in=kinds.about(about),
        about_website__isnull=about in (About.NOTHING, About.SUBJECT),
        about_access__isnull=about != About.ACCESS,
        offer__isnull=about != About.OFFERED,
    )


CONSTRAINTS = [
    models.CheckConstraint(condition=Q(status__in=Status.values), name="filing_status_known"),
    models.CheckConstraint(
        condition=Q(entrance=Entrance.SYSTEM, host=None, mandate=None)
        | (~Q(entrance=Entrance.SYSTEM) & (Q(host__isnull=False) | Q(mandate__isnull=False))),
        name="filing_has_host_or_is_reported",
    ),
    models.UniqueConstraint(
        fields=["subject_digest"],
        condition=Q(status__in=OPEN) & ~Q(subject_digest=""),
        name="one_open_filing_per_subject",
    ),
    models.CheckConstraint(
        condition=Q(claimed_by=None, claimed_until=None) | Q(claimed_by__isnull=False, claimed_until__isnull=False),
        name="claim_has_person_and_end",
    ),
    models.CheckConstraint(
        condition=~Q(status=Status.WITH_BUREAU) | Q(received_at__isnull=False, due_on__isnull=False),
        name="filing_with_bureau_has_due_date",
    ),
    models.CheckConstraint(
        condition=Q(question_due_on=None) | Q(status=Status.WITH_BUREAU), name="question_while_with_bureau"
    ),
    models.CheckConstraint(
        condition=Q(status=Status.FILED, subject__isnull=False) | (~Q(status=Status.FILED) & Q(subject=None)),
        name="filed_means_subject",
    ),
    models.CheckConstraint(
        condition=_points_at(About.NOTHING)
        | _points_at(About.SUBJECT)
        | _points_at(About.WEBSITE)
        | _points_at(About.ACCESS)
        | _points_at(About.OFFERED),
        name="filing_points_at_its_record",
    ),
    models.CheckConstraint(
        condition=Q(subject=None) | Q(about_subject=None) | Q(subject=F("about_subject")),
        name="filed_for_what_it_is_about",
    ),
    models.CheckConstraint(condition=Q(moves_from=None) | Q(kind=Kind.NEW_ACCESS), name="only_a_new_access_moves"),
    models.UniqueConstraint(
        fields=["copied_from"], condition=Q(status=Status.DRAFT), name="one_draft_copy_of_a_filing"
    ),
]

# Foreign keys that most filings don't have, or not yet: without the empty ones in the index, a write has less to do.
_SOME_HAVE = (
    *("mandate", "claimed_by", "copied_from", "subject"),
    *("about_subject", "about_website", "about_access", "moves_from", "offer"),
)

# Every write of a row adds an entry to each index that the row is in: a filing's columns of time change with each, so
# no write spares the indexes. ADR 0028 says which query reads which index.
INDEXES = [
    *(models.Index(fields=[key], condition=Q(**{f"{key}__isnull": False}), name=f"filing_{key}") for key in _SOME_HAVE),
    models.Index(fields=["host", "-created_at"], name="filing_of_host"),
    models.Index(
        fields=["provider", "arrived_at", "id"],
        include=["status", "claimed_until", "paused_until"],
        condition=Q(status__in=PROVIDERS_WORK, round__gt=0),
        name="provider_queue",
    ),
    # For the columns by which a desk's own work is sorted.
    models.Index(
        fields=["provider", "id"], condition=Q(status__in=PROVIDERS_WORK, round__gt=0), name="provider_queue_by_id"
    ),
    models.Index(
        fields=["provider", "subject_name", "id"],
        condition=Q(status__in=PROVIDERS_WORK, round__gt=0),
        name="provider_queue_by_name",
    ),
    models.Index(fields=["bureau", "id"], condition=Q(status=Status.WITH_BUREAU), name="bureau_queue_by_id"),
    models.Index(
        fields=["bureau", "subject_name", "id"], condition=Q(status=Status.WITH_BUREAU), name="bureau_queue_by_name"
    ),
    models.Index(
        fields=["claimed_by", "arrived_at", "id"],
        condition=Q(status__in=PROVIDERS_WORK, claimed_by__isnull=False),
        name="provider_own_work",
    ),
    models.Index(
        fields=["provider", "arrived_at", "id"],
        condition=Q(status__in=PROVIDERS_WORK, claimed_by__isnull=False),
        name="provider_in_work",
    ),
    models.Index(
        fields=["provider", "paused_until", "id"],
        condition=Q(status__in=PROVIDERS_WORK, paused_until__isnull=False),
        name="provider_on_hold",
    ),
    models.Index(
        fields=["provider", "question_due_on", "id"],
        condition=Q(question_due_on__isnull=False),
        name="provider_questions",
    ),
    models.Index(
        fields=["bureau", "question_due_on", "id"],
        condition=Q(question_due_on__isnull=False),
        name="bureau_questions",
    ),
    models.Index(
        fields=["provider", "subject_province", "status", "arrived_at", "id"],
        condition=Q(round__gt=0),
        name="provider_province",
    ),
    models.Index(
        fields=["provider", "subject_nature", "status", "arrived_at", "id"],
        condition=Q(round__gt=0),
        name="provider_nature",
    ),
    models.Index(
        fields=["bureau", "due_on", "id"],
        include=["claimed_by", "claimed_until", "received_at"],
        condition=Q(status=Status.WITH_BUREAU),
        name="bureau_queue",
    ),
    models.Index(
        fields=["claimed_by", "due_on", "id"],
        include=["bureau", "received_at"],
        condition=Q(status=Status.WITH_BUREAU, claimed_by__isnull=False),
        name="bureau_own_work",
    ),
    models.Index(
        fields=["bureau", "-arrived_at", "-id"],
        include=["received_at"],
        condition=Q(status__in=BUREAU_RETURNED),
        name="bureau_returned",
    ),
    models.Index(
        fields=["reminded_level", "due_on", "id"], condition=Q(status=Status.WITH_BUREAU), name="filing_reminders"
    ),
    models.Index(
        fields=["id"], condition=Q(status=Status.WITH_BUREAU, due_is_provisional=True), name="provisional_due_dates"
    ),
    models.Index(
        fields=["status", "host_reminded", "touched_at"],
        condition=Q(status__in=WITH_HOST),
        name="filing_rests_with_host",
    ),
    models.Index(
        fields=["status", "touched_at"],
        condition=Q(status__in=WAITING, waits_until=None),
        name="filing_waits",
    ),
    models.Index(fields=["waits_until"], condition=Q(waits_until__isnull=False), name="filing_waits_until"),
    models.Index(
        fields=["arrived_at"],
        condition=Q(status__in=ENDED_EMPTY_HANDED, erased_at=None),
        name="filing_to_be_erased",
    ),
    models.Index(
        fields=["provider", "-touched_at", "-id"],
        condition=Q(mandate__isnull=False),
        name="filings_on_behalf",
    ),
    models.Index(
        fields=["provider", "subject_digest"],
        condition=Q(mandate__isnull=False),
        name="subjects_on_behalf",
    ),
    # For the reminders of records of which such a filing takes the last access or website.
    models.Index(
        fields=["about_website"],
        condition=Q(kind__in=[*kinds.removing(About.ACCESS), *kinds.removing(About.WEBSITE)], status__in=OPEN),
        name="filings_that_remove",
    ),
    # No desk sees drafts; with this condition the counts of the long tabs are read from the index alone.
    models.Index(
        fields=["provider", "status", "arrived_at", "id"],
        condition=Q(round__gt=0),
        name="provider_tabs",
    ),
    models.Index(fields=["bureau", "status", "arrived_at", "id"], name="bureau_tabs"),
    # Ended drafts are many, and no desk sees them.
    models.Index(
        fields=["provider", "-arrived_at", "-id"],
        condition=Q(status__in=ENDED_EMPTY_HANDED, round__gt=0),
        name="provider_ended",
    ),
    models.Index(
        fields=["bureau", "-arrived_at", "-id"],
        condition=Q(status__in=ENDED_EMPTY_HANDED, received_at__isnull=False),
        name="bureau_ended",
    ),
    # For filters that match few filings of a long tab.
    models.Index(
        fields=["bureau", "subject_nature", "status", "arrived_at", "id"],
        condition=Q(received_at__isnull=False),
        name="bureau_nature",
    ),
    models.Index(
        fields=["bureau", "kind", "status", "arrived_at", "id"],
        condition=Q(received_at__isnull=False),
        name="bureau_kind",
    ),
    models.Index(
        fields=["bureau", "status", "arrived_at", "id"],
        include=["round"],
        condition=Q(received_at__isnull=False, round__gt=1),
        name="bureau_later_rounds",
    ),
    models.Index(
        fields=["bureau", "status", "arrived_at", "id"],
        include=["prior_approvals"],
        condition=Q(received_at__isnull=False) & ~Q(prior_approvals=[]),
        name="bureau_approvals",
    ),
]
