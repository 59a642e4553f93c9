"""Publish shells (空壳) for a period, then cancel them: hosts on record without a website, websites without access.

A person cancels them: a cancellation is an order, with a number and a responsible reviewer. The nightly sweep only ends
cases of what is no longer a shell; the chief sees expired publications on the board and in the morning mail.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.states import Role
from ministry.models import Subject, Website
from ministry.register import shells
from records.legal_grounds import Scope
from records.models import CancellationCase, CaseKind
from records.orders import cancellation_cases, mails


def websites(province: str) -> QuerySet[Website]:
    """Return the province's live websites without live access and without an open case."""
    asked = CancellationCase.objects.open().filter(website=OuterRef("pk"))
    rows = Website.objects.filter(~shells.has_access(), ~Exists(asked), live=True, subject__province=province)
    return rows.select_related("subject").order_by("pk")


def subjects(province: str) -> QuerySet[Subject]:
    """Return the province's live subjects without a live website and without an open case."""
    asked = CancellationCase.objects.open().filter(subject=OuterRef("pk"))
    rows = Subject.objects.filter(~shells.has_website(), ~Exists(asked), live=True, province=province)
    return rows.order_by("pk")


def publish(actor: Actor, scope: Scope, keys: Iterable[int]) -> list[CancellationCase]:
    """Publish the shells among these records of the bureau's province; notify holders and last providers."""
    if actor.role != Role.BUREAU:
        raise CancellationCase.DoesNotExist
    with transaction.atomic():
        found = _chosen(actor.bureau_id, scope, keys)
        answer_by = timezone.localdate() + timedelta(days=settings.SHELL_PUBLIC_DAYS)
        made = []
        for subject, website in found:
            case = cancellation_cases.begin(CaseKind.SHELL, subject, website, answer_by=answer_by)
            cancellation_cases.add_event(case, "open", actor)
            mails.tell_of_publication(case)
            made.append(case)
    return made


def _chosen(province: str, scope: Scope, keys: Iterable[int]) -> list[tuple[Subject, Website | None]]:
    if scope == Scope.WEBSITE:
        return [(website.subject, website) for website in websites(province).filter(pk__in=keys)]
    return [(subject, None) for subject in subjects(province).filter(pk__in=keys)]


def unobjected(actor: Actor) -> QuerySet[CancellationCase]:
    """Return the bureau's publications that have expired without an objection."""
    return CancellationCase.objects.visible_to(actor).unobjected().order_by("pk")


def cancel_unobjected(actor: Actor, reason: str, document: str) -> tuple[int, int]:
    """Cancel by order all shells without objection; return (cancelled, refused). A refusal doesn't stop the others."""
    done = refused = 0
    for case_id in list(unobjected(actor).values_list("pk", flat=True)):
        try:
            cancellation_cases.decide(case_id, actor, cancels=True, reason=reason, document=document)
            done += 1
        except MoveRefused:
            refused += 1
    return done, refused
