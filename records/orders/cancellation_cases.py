"""Cases about the release of a record or open filing that blocks a host's filing: apply, object, decide.

Neither side learns who the other is: the applicant knows the domain or its own certificate and the bureau, the holder
its own record or filing. Only the bureau in charge reads what they write and upload; it decides with a reason.
``places`` has what is specific to open filings.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filings import states
from filings.actors import Actor, portal
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.moves.moving import locked
from filings.states import Role
from ministry.calendar import workdays
from ministry.models import Access, Subject, Website
from ministry.register import shells
from records.legal_grounds import Act, Scope
from records.models import CancellationCase, CaseEvent, CaseKind, CaseState
from records.orders import ending, mails, making, places
from records.orders.blocking import Blocking, blocking
from records.orders.making import OrderDraft

MOST_OPEN = 5  # applications of one host at a time
MOST_ENTRIES = 10  # of one side per case and day
BATCH = 500
INSIDE = ("look", "remind")  # events internal to the bureau
JOINED = (
    "subject",
    "website__subject",
    "bureau",
    "applicant",
    "filing",
    "blocking_filing__host",
    "blocking_filing__provider",
    "blocking_filing__mandate",
)


# --- The applicant ----------------------------------------------------------------------------------------


def apply(filing_id: int, actor: Actor, key: str, text: str, pages: Sequence[ScannedPage]) -> CancellationCase:
    """Apply, with proof, for the release of what blocks the host's own filing; notify the other side."""
    with locked(filing_id, actor) as filing:
        if actor.role != Role.HOST or actor.is_on_behalf:
            raise MoveRefused(_("Only the host can apply."))
        if states.HOLDERS[states.Status(filing.status)] is None:
            raise MoveRefused(_("This filing has ended, so no record blocks it."))
        met = next((one for one in blocking(filing) if one.key == key), None)
        if met is None:
            raise MoveRefused(_("This does not block your filing. Check the filing again."))
        if CancellationCase.objects.open().filter(applicant=actor.person_id).count() >= MOST_OPEN:
            raise MoveRefused(
                _("You have %(most)d applications open. Wait for a decision first.") % {"most": MOST_OPEN}
            )
        case = _begin_against(met, filing=filing, applicant_id=actor.person_id)
        add_event(case, "open", actor, text, pages)
        mails.tell_of_application(case)
    return case


def _begin_against(met: Blocking, **columns: Any) -> CancellationCase:
    answer_by = workdays.nth_working_day(timezone.localdate(), settings.RELEASE_OBJECTION_DAYS)
    if met.filing_id is not None:
        return places.begin(met.filing_id, met.what, answer_by=answer_by, decide_by=_decide_by(answer_by), **columns)
    subject = Subject.objects.get(pk=met.subject_id or 0)
    website = Website.objects.select_related("subject").get(pk=met.website_id) if met.website_id else None
    return begin(CaseKind.RELEASE, subject, website, answer_by=answer_by, **columns)


def _decide_by(answer_by: date) -> date:
    return workdays.nth_working_day(answer_by, settings.RELEASE_DECISION_DAYS)


def begin(kind: CaseKind, subject: Subject, website: Website | None, **columns: Any) -> CancellationCase:
    """Create a case about a live record, in the caller's transaction; MoveRefused if one is open already."""
    accesses = Access.objects.filter(website=website) if website else Access.objects.filter(website__subject=subject)
    try:
        with transaction.atomic():
            return CancellationCase.objects.create(
                kind=kind,
                bureau_id=subject.province,
                subject=subject,
                website=website,
                provider_ids=sorted(set(_serving(list(accesses)))),
                decide_by=_decide_by(columns["answer_by"]),
                **columns,
            )
    except IntegrityError as error:
        raise MoveRefused(_("The bureau is already dealing with this record. Wait for its decision.")) from error


def _serving(accesses: Sequence[Access]) -> Iterator[int]:
    """Yield the providers of live accesses or, if there are none, those of the former ones."""
    live = [access.provider_id for access in accesses if access.live]
    yield from live or [access.provider_id for access in accesses]


def add_proof(case_id: int, actor: Actor, text: str, pages: Sequence[ScannedPage]) -> None:
    """Add text and proof by the applicant, until the deadline for answers."""
    with _locked(case_id, actor) as case:
        if actor.role != Role.HOST:
            raise MoveRefused(_("Only the host can apply."))
        _refuse_unless_answerable(case)
        _refuse_too_many(case, role=Role.HOST, name="prove")
        add_event(case, "prove", actor, text, pages)


def withdraw(case_id: int, actor: Actor) -> None:
    """Withdraw the application and notify the other side."""
    with _locked(case_id, actor) as case:
        if actor.role != Role.HOST or case.state != CaseState.OPEN:
            raise MoveRefused(_over(case))
        _end(case, CaseState.WITHDRAWN, "")
        add_event(case, "withdraw", actor)
        mails.tell_of_decision(case)


# --- The other side ---------------------------------------------------------------------------------------


def object_as_provider(case_id: int, actor: Actor, text: str, pages: Sequence[ScannedPage]) -> None:
    """Object as a provider that serves the record, for its client."""
    with _locked(case_id, actor) as case:
        if actor.role != Role.PROVIDER:
            raise MoveRefused(_("Only the access provider concerned can object."))
        _object(case, actor, text, pages)


def object_as_holder(case_id: int, name: str, text: str, pages: Sequence[ScannedPage]) -> None:
    """Object as the holder, by the link in its mail. ``name``: as typed by the writer."""
    with transaction.atomic():
        rows = CancellationCase.objects.select_related(*JOINED)
        case = rows.select_for_update(of=("self",), no_key=True).get(pk=case_id)
        _object(case, Actor(role=Role.HOST, user_id=None, name=name), text, pages)


def _object(case: CancellationCase, actor: Actor, text: str, pages: Sequence[ScannedPage]) -> None:
    _refuse_unless_answerable(case)
    _refuse_too_many(case, role=actor.role, name="object")
    add_event(case, "object", actor, text, pages)
    if case.objected_at is None:
        case.objected_at = timezone.now()
        case.save(update_fields=["objected_at"])
        mails.tell_of_objection(case)


# --- The bureau -------------------------------------------------------------------------------------------


def decide(case_id: int, actor: Actor, *, cancels: bool, reason: str, document: str = "") -> CancellationCase:
    """Decide: cancel the record by order, end the blocking filing, or keep it; notify all with the reason.

    Raises MoveRefused before the other side has answered or its deadline has passed.
    """
    with _locked(case_id, actor) as case:
        if actor.role != Role.BUREAU:
            raise CancellationCase.DoesNotExist
        if case.state != CaseState.OPEN:
            raise MoveRefused(_over(case))
        if not case.is_ripe():
            raise MoveRefused(
                _("The other side may object until %(date)s; decide after that, or once it has answered.")
                % {"date": date_format(case.answer_by)}
            )
        state, name = _carry_out(case, actor, reason, document) if cancels else (CaseState.KEPT, "keep")
        _end(case, state, reason)
        add_event(case, name, actor)
        mails.tell_of_decision(case)
    return case


def _carry_out(case: CancellationCase, actor: Actor, reason: str, document: str) -> tuple[CaseState, str]:
    """Cancel the record or end the filing; return the new state and the name of the event."""
    if case.kind == CaseKind.PLACE:
        places.free(case, reason)
        return CaseState.FREED, "free"
    ending.lock(case.subject_id or 0, case.website_id)
    if case.kind == CaseKind.SHELL:
        refuse_unless_shell(case)
    scope, key = (Scope.WEBSITE, case.website_id) if case.website_id else (Scope.SUBJECT, case.subject_id)
    draft = OrderDraft(Act.CANCEL, document, reason, ground=case.kind)
    case.order = making.make(actor, scope, key or 0, draft)
    return CaseState.CANCELLED, "cancel"


def refuse_unless_shell(case: CancellationCase) -> None:
    """Raise MoveRefused if the record is no longer a shell; locks the subject."""
    Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=case.subject_id or 0)
    if not shells.is_shell(case.subject_id or 0, case.website_id):
        raise MoveRefused(_("This record is no longer a shell: it has a website or access again. It stays."))


def record_look(case: CancellationCase, actor: Actor) -> None:
    """Record that a reviewer has viewed a side's proof."""
    add_event(case, "look", actor)


def watch() -> None:
    """End the open cases that are over, and remind of the others. One query while none is open."""
    if CancellationCase.objects.open().exists():
        sweep()
        remind()


def sweep() -> int:
    """End cases with nothing left to decide; return how many.

    The record is cancelled or no longer a shell, or the blocking or the blocked filing has ended. Idempotent; skips
    rows locked by another worker.
    """
    served, filed = shells.has_access("website"), shells.has_website("subject")
    alive = Q(kind=CaseKind.SHELL) & (Q(website__isnull=False) & served | Q(website=None) & filed)
    gone = Q(website__live=False) | Q(subject__live=False)
    with transaction.atomic():
        rows = (
            CancellationCase.objects.open().filter(alive | gone | places.over()).select_related(*JOINED).order_by("pk")
        )
        found = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])
        for case in found:
            _end(case, *_outcome(case))
            add_event(case, "over", portal())
            mails.tell_of_decision(case)
    return len(found)


def _outcome(case: CancellationCase) -> tuple[CaseState, str]:
    if (record := case.website or case.subject) is None:
        return places.outcome(case)
    return CaseState.KEPT if record.live else CaseState.CANCELLED, ""


def remind() -> int:
    """Remind the bureau once when a case can be decided, its chief once when it is overdue; return how many cases.

    Not for shells without objection, which may be hundreds: the chief's morning mail counts them
    (``bureaus.morning_mail``). Idempotent; skips rows locked by another worker.
    """
    today, told = timezone.localdate(), 0
    with transaction.atomic():
        due = Q(reminded_level=0) | Q(reminded_level=1, decide_by__lt=today)
        rows = CancellationCase.objects.open().filter(due, answer_by__lt=today)
        rows = rows.exclude(kind=CaseKind.SHELL, objected_at=None)
        rows = rows.select_related(*JOINED)
        for case in rows.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk")[:BATCH]:
            level = 2 if case.decide_by < today else 1
            if level > case.reminded_level:
                case.reminded_level = level
                case.save(update_fields=["reminded_level"])
                add_event(case, "remind", portal())
                mails.remind_of_case(case, late=level == 2)
                told += 1
    return told


# --- Reading ----------------------------------------------------------------------------------------------


def is_own(event: CaseEvent, actor: Actor) -> bool:
    """Return whether the actor's own provider has written it."""
    return event.role == Role.PROVIDER and event.provider_id == actor.provider_id


def side(event: CaseEvent) -> str:
    """Return who has acted, without disclosing identities."""
    if event.role != Role.HOST:
        return str(event.get_role_display())
    return _("The holder") if event.name == "object" else _("The applicant")


# --- Inside -----------------------------------------------------------------------------------------------


@contextmanager
def _locked(case_id: int, actor: Actor) -> Iterator[CancellationCase]:
    """Yield the case under a row lock; raise CancellationCase.DoesNotExist if the actor may not see it."""
    with transaction.atomic():
        rows = CancellationCase.objects.visible_to(actor).select_related(*JOINED)
        yield rows.select_for_update(of=("self",), no_key=True).get(pk=case_id)


def add_event(
    case: CancellationCase, name: str, actor: Actor, text: str = "", pages: Sequence[ScannedPage] = ()
) -> CaseEvent:
    """Create an event of the case."""
    return CaseEvent.objects.create(
        case=case,
        name=name,
        role=actor.role,
        user_id=actor.user_id,
        provider_id=actor.provider_id,
        actor_name=actor.name,
        text=text,
        paper=documents.store(pages, actor.user_id) if pages else None,
    )


def _end(case: CancellationCase, state: CaseState, reason: str) -> None:
    case.state, case.decided_at, case.reason = state, timezone.now(), reason
    case.save(update_fields=["state", "decided_at", "reason", "order"])


def _refuse_unless_answerable(case: CancellationCase) -> None:
    if case.state != CaseState.OPEN:
        raise MoveRefused(_over(case))
    if not case.is_answerable():
        raise MoveRefused(
            _("The time for this ended on %(date)s. The bureau now decides.") % {"date": date_format(case.answer_by)}
        )


def _refuse_too_many(case: CancellationCase, *, role: Role, name: str) -> None:
    since = timezone.now() - timedelta(days=1)
    if case.events.filter(role=role, name=name, at__gt=since).count() >= MOST_ENTRIES:
        raise MoveRefused(_("You have reached today's limit. Continue tomorrow."))


def _over(case: CancellationCase) -> str:
    return _("This case is “%(state)s”, so this can't be done.") % {"state": case.get_state_display()}
