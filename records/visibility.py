"""Return the register rows that belong to a host; empty for everybody else."""

from django.db.models import QuerySet

from filings.actors import Actor
from filings.rules import ownership
from filings.states import Role
from ministry.models import Subject, Website
from records.models import ExpiryDate, Proof


def subjects(actor: Actor) -> QuerySet[Subject]:
    """Return the actor's own subjects (``filings.rules.ownership``), including cancelled ones.

    All websites of a subject are visible, also those filed by other accounts: it is one person or unit, whose identity
    was verified face to face. Nothing is visible when acting on behalf of a host.
    """
    if actor.role != Role.HOST or actor.is_on_behalf:
        return Subject.objects.none()
    return ownership.ever_of_host(actor.person_id)


def websites(actor: Actor) -> QuerySet[Website]:
    """Return the websites of those subjects, with subject and upkeep."""
    rows = Website.objects.filter(subject__in=subjects(actor))
    return rows.select_related("subject", "subject__upkeep", "upkeep")


def watches(actor: Actor) -> QuerySet[ExpiryDate]:
    """Return the watched dates of those subjects."""
    return ExpiryDate.objects.filter(subject__in=subjects(actor)).select_related("subject", "website")


def proofs(actor: Actor) -> QuerySet[Proof]:
    """Return the proofs of those subjects and their websites issued to the actor."""
    return Proof.objects.filter(subject__in=subjects(actor), issued_to=actor.user_id)
