"""Whose records are whose: the register rows that stem from a host's approved filings. Everybody else gets nothing."""

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
    """Return the subjects that are the actor's own (``own_records``), those that were cancelled since among them.

    A subject is seen whole, with the websites that came to it by other people's filings too: it is one person or
    unit, whose identity was proved face to face. Nobody sees one in a host's place.
    """
    if actor.role != Role.HOST or actor.is_on_behalf:
        return Subject.objects.none()
    return ownership.ever_of_host(actor.person_id)


def websites(actor: Actor) -> QuerySet[Website]:
    """Return the websites of those subjects, with subject and upkeep."""
    rows = Website.objects.filter(subject__in=subjects(actor))
    return rows.select_related("subject", "subject__upkeep", "upkeep")


def watches(actor: Actor) -> QuerySet[Watch]:
    """Return the dates that are watched for those subjects."""
    return Watch.objects.filter(subject__in=subjects(actor)).select_related("subject", "website")


def proofs(actor: Actor) -> QuerySet[Proof]:
    """Return the proofs of those subjects and their websites that were made for the actor."""
    return Proof.objects.filter(subject__in=subjects(actor), issued_to=actor.user_id)


def addresses(subject_ids: Iterable[int]) -> dict[int, list[str]]:
    """Where mails about each subject go: to every host whose own it is. Two queries.

    To a host that has no account yet, at the address its mandate names.
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
