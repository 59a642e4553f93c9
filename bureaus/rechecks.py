"""Random second readings: the draw and its proof, who may read, and the outcome.

Each night one draw is made from the decisions of a day that is over. A filing is drawn if the SHA-256 of the draw's
seed and its number is below the rate; the seed is made at the draw and stored with it, so nobody knew it while
deciding, and anybody can repeat the draw. The reader sees the round as it was handed on, and nothing after it.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureaus.models import Bureau, Draw, Outcome, Recheck, RecheckRate, ReviewerRole, SecondReading
from filings import reasons, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import DECISIONS, ClockEntry, Event, Opinion, Remark, Tick, Why
from filings.states import APPROVE, Role

# If a bureau has set no rate.
DEFAULT_PERCENT = 5
# Days longer ago are not drawn from any more.
LOOK_BACK = dt.timedelta(days=14)
SEED_BYTES = 16
VERDICTS = (states.APPROVE.name, states.RETURN.name)


# --- The rate -----------------------------------------------------------------------------------------


def percent_on(bureau_id: str, day: dt.date) -> int:
    """Return the percentage of filings decided on ``day`` that are read again. One query."""
    rate = RecheckRate.objects.filter(bureau=bureau_id, valid_from__lte=day).first()
    return rate.percent if rate else DEFAULT_PERCENT


def set_rate(actor: Actor, percent: int, valid_from: dt.date) -> RecheckRate:
    """Set the rate from a day on; only the chief may, and only for days that have not begun."""
    if not is_chief(actor):
        raise MoveRefused(_("Only the chief sets the rate."))
    if valid_from <= timezone.localdate():
        raise MoveRefused(_("A new rate starts tomorrow at the earliest; today's decisions are drawn at today's rate."))
    return RecheckRate.objects.create(
        bureau_id=actor.bureau_id, percent=percent, valid_from=valid_from, set_by_id=actor.person_id
    )


def is_chief(actor: Actor) -> bool:
    """Return whether a reviewer is a chief."""
    return actor.role == Role.BUREAU and actor.staff_role == ReviewerRole.CHIEF


# --- The draw -----------------------------------------------------------------------------------------


def draw_all() -> int:
    """Draw from every past day that has not been drawn from; return how many filings were drawn."""
    today = timezone.localdate()
    return sum(
        draw(bureau_id, day)
        for bureau_id in Bureau.objects.values_list("pk", flat=True)
        for day in _undrawn(bureau_id, today)
    )


def _undrawn(bureau_id: str, today: dt.date) -> list[dt.date]:
    stops = ClockEntry.objects.filter(bureau=bureau_id, what=Tick.STOPPED, why__in=DECISIONS, on__lt=today)
    stops = stops.filter(on__gte=today - LOOK_BACK)
    done = Draw.objects.filter(bureau=bureau_id, day__gte=today - LOOK_BACK).values("day")
    return list(stops.exclude(on__in=done).order_by("on").values_list("on", flat=True).distinct())


def draw(bureau_id: str, day: dt.date) -> int:
    """Draw from a bureau's decisions of a day; return how many, 0 if another worker was first."""
    try:
        with transaction.atomic():
            return _draw(bureau_id, day, secrets.token_hex(SEED_BYTES))
    except IntegrityError:
        return 0


def _draw(bureau_id: str, day: dt.date, seed: str) -> int:
    decided = _candidates(bureau_id, day, Recheck.objects.all())
    percent = percent_on(bureau_id, day)
    drawn = chosen(decided, seed, percent)
    made = Draw.objects.create(
        bureau_id=bureau_id,
        day=day,
        percent=percent,
        seed=seed,
        candidates=len(decided),
        candidates_sha256=digest(decided),
        drawn=len(drawn),
    )
    rechecks = [
        Recheck(
            draw=made,
            bureau_id=bureau_id,
            filing_id=event.filing_id,
            round=event.round,
            decision=event,
            decided_by_id=event.user_id,
        )
        for event in _decisions(drawn, day)
    ]
    Recheck.objects.bulk_create(rechecks)
    return len(rechecks)


def _candidates(bureau_id: str, day: dt.date, drawn_before: QuerySet[Recheck]) -> list[int]:
    """Return the filings decided on a day and not drawn before, in order.

    Without partial approvals, which are no verdict on the whole filing; the return of the other part is one. And
    without what was decided in a system of the bureau's own, not by a reviewer here.
    """
    elsewhere = Opinion.objects.filter(filing=OuterRef("filing"), round=OuterRef("round")).exclude(source="")
    stops = ClockEntry.objects.filter(
        ~Exists(elsewhere), bureau=bureau_id, what=Tick.STOPPED, why__in=DECISIONS, on=day
    )
    stops = stops.exclude(~Q(filing__withheld=[]), why=Why.APPROVED)
    rows = stops.exclude(filing__in=drawn_before.values("filing")).order_by("filing").values_list("filing", flat=True)
    return list(rows.distinct())


def chosen(filing_ids: Iterable[int], seed: str, percent: int) -> list[int]:
    """Return the filings that a seed draws at a rate; each is drawn independently."""
    return [filing_id for filing_id in filing_ids if _share(seed, filing_id) < percent]


def _share(seed: str, filing_id: int) -> float:
    """Return a number from 0 to below 100 that nobody can predict without the seed."""
    digest = hashlib.sha256(f"{seed} {filing_id}".encode()).digest()
    return int.from_bytes(digest[:6]) * 100 / 2**48


def digest(filing_ids: Iterable[int]) -> str:
    """Return the SHA-256 of the candidates' numbers."""
    return hashlib.sha256(" ".join(map(str, filing_ids)).encode()).hexdigest()


def _decisions(filing_ids: Sequence[int], day: dt.date) -> list[Event]:
    """Return the last decision of each filing on the day, in the filings' order."""
    rows = Event.objects.filter(filing__in=filing_ids, name__in=VERDICTS, at__date=day)
    rows = rows.exclude(~Q(filing__withheld=[]), name=APPROVE.name)
    return list(rows.order_by("filing", "-pk").distinct("filing"))


def is_as_drawn(made: Draw) -> bool:
    """Return whether the same candidates, seed and rate draw the same filings today. Two queries."""
    before = Recheck.objects.filter(draw__lt=made.pk)
    candidates = _candidates(made.bureau_id, made.day, before)
    drawn = sorted(Recheck.objects.filter(draw=made).values_list("filing", flat=True))
    return digest(candidates) == made.candidates_sha256 and chosen(candidates, made.seed, made.percent) == drawn


# --- The second reading -------------------------------------------------------------------------------


def answer(recheck_id: int, actor: Actor, *, verdict: str, codes: Sequence[str], note: str) -> SecondReading:
    """Store what the reader would have decided, and compare. Raise Recheck.DoesNotExist for another bureau's."""
    with transaction.atomic():
        rows = Recheck.objects.select_for_update(of=("self",)).select_related("decision")
        recheck = rows.get(pk=recheck_id, bureau=actor.bureau_id)
        if refusal := _refusal(recheck, actor, verdict, codes):
            raise MoveRefused(refusal)
        distinct = sorted(set(codes))
        return SecondReading.objects.create(
            recheck=recheck,
            reader_id=actor.person_id,
            verdict=verdict,
            codes=distinct,
            note=note.strip(),
            outcome=_outcome(recheck, verdict, distinct),
        )


def _refusal(recheck: Recheck, actor: Actor, verdict: str, codes: Sequence[str]) -> str:
    if recheck.decided_by_id == actor.user_id:
        return _("You made the first decision, so a colleague must check it.")
    if SecondReading.objects.filter(recheck=recheck).exists():
        return _("This decision has already been checked.")
    if verdict not in VERDICTS or set(codes) - reasons.BY_CODE.keys():
        return _("Choose what you would have decided.")
    if (verdict == states.RETURN.name) != bool(codes):
        return _("A return needs at least one code; an approval has none.")
    return ""


def _outcome(recheck: Recheck, verdict: str, codes: Sequence[str]) -> Outcome:
    """Return whether both agree: the same decision, and for returns at least one code in common."""
    if verdict != recheck.decision.name:
        return Outcome.DIFFERS
    if verdict == states.APPROVE.name or set(codes) & set(first_codes(recheck)):
        return Outcome.AGREES
    return Outcome.DIFFERS


def first_codes(recheck: Recheck) -> list[str]:
    """Return the codes of the first decision; empty for an approval. One query."""
    if recheck.decision.name == states.APPROVE.name:
        return []
    rows = Remark.objects.filter(filing=recheck.filing_id, round=recheck.round, stage=Role.BUREAU)
    return sorted(set(rows.order_by().values_list("code", flat=True)))
