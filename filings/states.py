"""The state machine of a filing: every status, who holds the filing in it, and every move.

Data only: ``filings.moves.moving`` makes the moves, ``docs/workflow.md`` is generated from this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The role of an actor. ``SYSTEM``: clock, sweeps, and responsible persons who type codes without an account."""

    HOST = "host", _("site host")
    PROVIDER = "provider", _("access provider")
    BUREAU = "bureau", _("bureau")
    SYSTEM = "system", _("the portal")


class Entrance(models.TextChoices):
    """How a filing came to its provider: the three ways of signing in (official guide), or without its host.

    ``SYSTEM``: the provider's own system has verified it and reported it (``services.reporting``).
    """

    MINISTRY = "ministry", _("the ministry's directory")
    BUREAU = "bureau", _("a bureau's directory")
    PROVIDER = "provider", _("the provider's own address")
    SYSTEM = "system", _("the provider's own system")


class Status(models.TextChoices):
    """The status of a filing."""

    DRAFT = "draft", _("draft")
    WITH_PROVIDER = "with_provider", _("with the access provider")
    RETURNED_TO_HOST = "returned_to_host", _("returned for changes")
    WITH_PERSONS = "with_persons", _("waiting for verification codes")
    WITH_BUREAU = "with_bureau", _("with the bureau")
    RETURNED_TO_PROVIDER = "returned_to_provider", _("returned to the access provider")
    FILED = "filed", _("filed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")
    # Ended by somebody other than its host.
    CLOSED = "closed", _("closed")


S, R = Status, Role

HOLDERS: dict[Status, Role | None] = {
    S.DRAFT: R.HOST,
    S.WITH_PROVIDER: R.PROVIDER,
    S.RETURNED_TO_HOST: R.HOST,
    S.WITH_PERSONS: R.HOST,
    S.WITH_BUREAU: R.BUREAU,
    S.RETURNED_TO_PROVIDER: R.PROVIDER,
    S.FILED: None,
    S.WITHDRAWN: None,
    S.LAPSED: None,
    S.CLOSED: None,
}

# One open filing per subject and per domain, from submission to the end.
OPEN = (S.WITH_PROVIDER, S.RETURNED_TO_HOST, S.WITH_PERSONS, S.WITH_BUREAU, S.RETURNED_TO_PROVIDER)
# Not ended.
UNDER_WAY = (S.DRAFT, *OPEN)
# The provider's own work: its queue.
PROVIDERS_WORK = (S.WITH_PROVIDER, S.RETURNED_TO_PROVIDER)
# Statuses after a return by the bureau, or because its own system could not receive the filing. Filings that a bureau
# may see have these statuses in no other case.
BUREAU_RETURNED = (S.RETURNED_TO_PROVIDER, S.RETURNED_TO_HOST, S.WITH_PROVIDER)
# The host's own work: its to-do list and reminders.
WITH_HOST = (S.DRAFT, S.RETURNED_TO_HOST)
# Statuses with a waiting limit, so that no certificate or domain stays reserved for ever: see
# ``filings.deadlines.waiting``. The bureau and the persons' codes have time limits of their own.
WAITING = (S.WITH_PROVIDER, S.RETURNED_TO_HOST, S.RETURNED_TO_PROVIDER)
# Ended without a number: the host can copy the facts.
ENDED_EMPTY_HANDED = (S.WITHDRAWN, S.LAPSED, S.CLOSED)
# The holder may edit the facts in these statuses; for the exception see ``Filing.awaits_access``.
EDITABLE = (S.DRAFT, S.RETURNED_TO_HOST, S.RETURNED_TO_PROVIDER)


@dataclass(frozen=True, slots=True)
class Move:
    """One transition: which role may move a filing from which statuses to which."""

    name: str
    sources: frozenset[Status]
    target: Status
    role: Role
    needs_remarks: bool = False
    needs_claim: bool = False
    # Whether a provider may make it on behalf of the host, by a mandate.
    on_behalf: bool = False
    # Whether a provider's own system makes it. Of a reported filing it makes every move of the provider, and no other.
    by_system: bool = False


def _move(name: str, sources: Iterable[Status], target: Status, role: Role, **rules: bool) -> Move:
    return Move(name, frozenset(sources), target, role, **rules)


SUBMIT = _move("submit", [S.DRAFT, S.RETURNED_TO_HOST], S.WITH_PROVIDER, R.HOST, on_behalf=True)
# At any time except while the bureau is deciding.
WITHDRAW = _move("withdraw", [status for status in UNDER_WAY if status != S.WITH_BUREAU], S.WITHDRAWN, R.HOST)
VERIFY = _move("verify", [S.WITH_PROVIDER, S.RETURNED_TO_PROVIDER], S.WITH_BUREAU, R.PROVIDER, needs_claim=True)
# Instead of VERIFY where the responsible persons must confirm with a verification code (``rules.required_codes``).
ASK_PERSONS = _move(
    "ask_persons", [S.WITH_PROVIDER, S.RETURNED_TO_PROVIDER], S.WITH_PERSONS, R.PROVIDER, needs_claim=True
)
# Instead of VERIFY and ASK_PERSONS where the provider's own system has verified the filing (``services.reporting``).
REPORT = _move("report", [S.DRAFT, S.RETURNED_TO_PROVIDER], S.WITH_BUREAU, R.PROVIDER, by_system=True)
REPORT_TO_PERSONS = _move("report_persons", REPORT.sources, S.WITH_PERSONS, R.PROVIDER, by_system=True)
CONFIRM = _move("confirm", [S.WITH_PERSONS], S.WITH_BUREAU, R.SYSTEM)
GIVE_UP = _move("give_up", [S.WITH_PERSONS], S.RETURNED_TO_PROVIDER, R.SYSTEM)
SEND_BACK = _move(
    "send_back",
    [S.WITH_PROVIDER, S.RETURNED_TO_PROVIDER],
    S.RETURNED_TO_HOST,
    R.PROVIDER,
    needs_remarks=True,
    needs_claim=True,
)
CLOSE = _move("close", PROVIDERS_WORK, S.CLOSED, R.PROVIDER, needs_claim=True)
RETURN = _move("return", [S.WITH_BUREAU], S.RETURNED_TO_PROVIDER, R.BUREAU, needs_remarks=True, needs_claim=True)
# When the system of a bureau that decides in one of its own can't receive the filing (``interchange.reporting``).
UNSENT = _move("unsent", [S.WITH_BUREAU], S.RETURNED_TO_PROVIDER, R.SYSTEM)
APPROVE = _move("approve", [S.WITH_BUREAU], S.FILED, R.BUREAU, needs_claim=True)
# When the bureau decides for another host (``records.orders.places``); it need not have received the filing.
DISPLACE = _move("displace", OPEN, S.CLOSED, R.SYSTEM)
LAPSE = _move("lapse", [S.DRAFT, *WAITING], S.LAPSED, R.SYSTEM)
# To another access provider, when the filing's own has closed or takes no more filings (``services.transfers``).
TRANSFER = _move("transfer", [S.WITH_PROVIDER, S.RETURNED_TO_PROVIDER, S.WITH_PERSONS], S.WITH_PROVIDER, R.HOST)
TRANSFER_BY_BUREAU = _move("transfer", [*TRANSFER.sources, S.WITH_BUREAU], S.WITH_PROVIDER, R.BUREAU)
# When the record a filing is about has been cancelled by order of a bureau (``records.orders.ending``).
END_BY_ORDER = _move("end_by_order", UNDER_WAY, S.CLOSED, R.SYSTEM)

MOVES = (
    SUBMIT,
    WITHDRAW,
    VERIFY,
    ASK_PERSONS,
    REPORT,
    REPORT_TO_PERSONS,
    CONFIRM,
    GIVE_UP,
    SEND_BACK,
    CLOSE,
    RETURN,
    UNSENT,
    APPROVE,
    DISPLACE,
    LAPSE,
    TRANSFER,
    TRANSFER_BY_BUREAU,
    END_BY_ORDER,
)

# Labels of the events on the timeline; moves and other events share one table.
EVENT_LABELS = {
    "start": _("Filing started"),
    "submit": _("Submitted to the access provider"),
    "withdraw": _("Withdrawn by the host"),
    "verify": _("Verified and sent to the bureau"),
    "send_back": _("Returned to the host for changes"),
    "close": _("Closed by the access provider"),
    "return": _("Returned by the bureau"),
    "unsent": _("Back at the access provider: the bureau's system could not receive it"),
    "approve": _("Approved, number issued"),
    "displace": _("Ended by the bureau: certificate or domain belongs to somebody else"),
    "lapse": _("Lapsed without action"),
    "amend": _("Data changed by the access provider"),
    "photo": _("Face-to-face photo taken"),
    "unlock": _("All fields unlocked by the host"),
    "claim": _("Claimed"),
    "release": _("Released"),
    "clock": _("Due date recalculated from the work calendar"),
    "overdue": _("The bureau's time limit has passed"),
    "escalate": _("Overdue filing reported to the chief and the ministry"),
    "copy": _("Data used for a new filing"),
    "erase": _("Data erased"),
    "hand_over": _("Reassigned to a colleague"),
    "take_over": _("Taken over by a supervisor"),
    "assign": _("Assigned to a colleague by a supervisor"),
    "pause": _("Put on hold"),
    "unpause": _("Hold ended"),
    "fill": _("Filled in for the host"),
    "remind": _("The host was reminded by the access provider"),
    "password": _("New filing password sent at the access provider's request"),
    "order": _("Order of the bureau about the record"),
    "ask": _("The bureau asked the access provider a question"),
    "reply": _("The access provider answered the bureau's question"),
    "pass_on": _("The access provider asked the host about the bureau's question"),
    "host_reply": _("The host answered the access provider"),
    "book": _("Appointment booked"),
    "rebook": _("Appointment moved"),
    "unbook": _("Appointment cancelled by the host"),
    "call_off": _("Appointment cancelled by the access provider"),
    "drop_booking": _("Appointment no longer needed"),
    "no_show": _("The host did not come to the appointment"),
    "propose": _("Approval proposed by a first reviewer"),
    "object": _("Approval refused by the second reviewer"),
    "cover": _("Claimed as cover for a colleague on leave"),
    "allot": _("Assigned automatically"),
    "ask_persons": _("Verified; codes sent to the responsible persons"),
    "code": _("Confirmed by a responsible person's code"),
    "resend_codes": _("Codes sent again"),
    "confirm": _("Confirmed by all responsible persons and sent to the bureau"),
    "prove": _("Confirmed with the filing password"),
    "give_up": _("Returned to the access provider: not confirmed by the responsible persons"),
    "split": _("Split by the bureau: some websites approved, others returned"),
    "transfer": _("Moved to another access provider"),
    "end_by_order": _("Ended: the bureau has cancelled the record concerned"),
    "report": _("Reported to the bureau by the provider's own system"),
    "report_persons": _("Reported by the provider's own system; codes sent to the responsible persons"),
    "accept": _("Received by the bureau's own system"),
    "reason": _("The bureau's reason for the return received"),
    "photo_report": _("Face-to-face photo reported by the provider's own system"),
}

# Events about a desk's internal work, shown to that desk's organisation only.
DESK_EVENTS = (
    "claim",
    "release",
    "hand_over",
    "take_over",
    "assign",
    "pause",
    "unpause",
    "propose",
    "object",
    "cover",
    "allot",
)
# Those of them that begin a claim.
CLAIMS = ("claim", "hand_over", "take_over", "assign", "cover", "allot")

# Events between provider and host, not shown to the bureau.
NOT_FOR_BUREAU = ("pass_on", "host_reply", "book", "rebook", "unbook", "call_off", "drop_booking", "no_show")


def is_of(move: Move, *, reported: bool) -> bool:
    """Return whether the move is one of reported filings, or of all others."""
    return move.role != Role.PROVIDER or move.by_system == reported


def moves_from(status: str, role: Role, *, on_behalf: bool = False, reported: bool = False) -> tuple[Move, ...]:
    """Return the moves of ``role`` from ``status``.

    ``on_behalf``: only those that a mandate covers; ``reported``: of a filing that a provider's own system reports.
    """
    return tuple(
        move
        for move in MOVES
        if move.role == role
        and status in move.sources
        and (move.on_behalf or not on_behalf)
        and is_of(move, reported=reported)
    )
