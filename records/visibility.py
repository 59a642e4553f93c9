"""Return the register rows that belong to a host; empty for everybody else."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from filings.actors import Actor
from filings.models import Adoption
from filings.rules import ownership
from filings.states import Role
from ministry.models import Subject, Website
from records.models import Proof, Watch


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


def watches(actor: Actor) -> QuerySet[Watch]:
    """Return the watched dates of those subjects."""
    return Watch.objects.filter(subject__in=subjects(actor)).select_related("subject", "website")


def proofs(actor: Actor) -> QuerySet[Proof]:
    """Return the proofs of those subjects and their websites issued to the actor."""
    return Proof.objects.filter(subject__in=subjects(actor), issued_to=actor.user_id)


def addresses(subject_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the mail addresses of all hosts of each subject. Two queries.

    For a host without an account, the address in its mandate.
    """
    wanted = set(subject_ids)
    filed = ownership.makers().filter(subject__in=wanted).order_by("pk")
    adopted = Adoption.objects.in_force().filter(subject__in=wanted).order_by("pk")
    rows = [
        *filed.values_list("subject_id", "host__email", "host__is_active", "mandate__host_email"),
        *((*row, None) for row in adopted.values_list("subject_id", "host__email", "host__is_active")),
    ]
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for subject_id, email, is_active, of_mandate in rows:
        if address := (email if is_active else "") if email else of_mandate:
            found[subject_id][address] = None
    return {subject_id: list(addresses) for subject_id, addresses in found.items()}
