"""Limits and lists that the handbook names, read from the modules that apply them. No queries."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, time_format

from accounts import reauthentication
from bureaus import absences, board, rechecks, tabs
from bureaus import forms as bureau_forms
from desks.staff import queue, queue_acts, remark_form
from filings import clock, reasons
from filings.agreements import mandates
from filings.appointments import slots
from filings.deadlines import escalation, reminder_levels
from filings.evidence import scans
from filings.figures import provider_work
from filings.lookup import phrase_bank
from filings.mail import staff_mails
from filings.moves import assignment, endings
from filings.review import questions
from filings.services import after_decision
from filings.verification import handovers, one_time_codes, photographs
from filings.webhooks import sending
from ministry import process_copy, retention
from ministry.calendar import work_calendar
from ministry.mail import queue as mail_queue
from ministry.reference import english
from ministry.retention import DataKind
from providers import export
from providers.imports import reading
from providers.models import provider
from providers.organisation import announcements, invitations, places, pool, webhooks
from records import confirmation_desk, spot_checks
from records.models import SpotAnswer

Figures = Mapping[str, Any]


def of_handbook() -> dict[str, Any]:
    """Return the values for all templates of the handbook, by name."""
    return {**_of_filings(), **_of_desks(), **_of_providers(), **_of_bureaus(), **_of_operators()}


def _of_filings() -> Figures:
    return {
        "working_days": clock.WORKING_DAYS,
        "papers_years": retention.length(DataKind.VERIFIED),
        "lease_minutes": _minutes(assignment.LEASE),
        "hold_days": assignment.LONGEST_PAUSE.days,
        "word_minutes": _minutes(photographs.WORD_LIFE),
        "photo_months": photographs.VALID_MONTHS,
        "pages_most": scans.MOST_PAGES,
        "code_hours": _hours(settings.CODE_LIFE),
        "code_tries": one_time_codes.TRIES,
        "password_hours": _hours(after_decision.PASSWORD_EVERY),
        "phone_hours": _hours(handovers.LIFE),
        "waiting_warnings": _joined(reminder_levels.WAITING),
        "close_reasons": _listed(endings.CLOSINGS.values()),
        "question_days": _joined(questions.DAYS),
        "words_most": questions.LONGEST,
        "reminders": _joined(level.left for level in escalation.REMINDERS),
        "overdue_days": -escalation.ESCALATED.left,
    }


def _of_desks() -> Figures:
    return {
        "views_most": queue.MOST_SAVED,
        "chosen_most": queue_acts.MOST_CHOSEN,
        "at_once_most": queue_acts.MOST_AT_ONCE,
        "remarks_most": remark_form.MOST_REMARKS,
        "wordings_most": phrase_bank.MOST_OFFERED,
        "collected_at": time_format(staff_mails.COLLECTED_AT, "H:i"),
        "months_shown": provider_work.MONTHS,
        "confirm_most": confirmation_desk.MOST_AT_ONCE,
        "objection_days": settings.RELEASE_OBJECTION_DAYS,
        "decision_days": settings.RELEASE_DECISION_DAYS,
        "shell_days": settings.SHELL_PUBLIC_DAYS,
    }


def _of_providers() -> Figures:
    return {
        "export_most": export.MOST_ROWS,
        "mandate_lengths": _joined(mandates.LENGTHS),
        "mandate_answer_days": mandates.ANSWER_DAYS,
        "mandates_a_day": mandates.MOST_A_DAY,
        "import_mb": reading.MOST_BYTES // 1024**2,
        "import_rows": reading.MOST_ROWS,
        "import_erase_days": retention.length(DataKind.IMPORTS),
        "promise_most": provider.LONGEST_PROMISE,
        "invitation_days": invitations.LIFE.days,
        "invitations_a_day": invitations.MOST_A_DAY,
        "pool_lines": pool.MOST_LINES,
        "announcements_most": announcements.MOST_AT_ONCE,
        "slot_days": slots.DAYS_AHEAD,
        "places_most": places.MOST_PLACES,
        "place_times_most": places.MOST_HOURS,
        "spot_answers": _listed(SpotAnswer.labels),
        "systems_most": webhooks.MOST,
        "systems_tries": sending.TRIES,
        "systems_tries_days": sending.DAYS_OF_TRIES,
        "systems_days": sending.FAILING_FOR.days,
        "systems_kept": retention.length(DataKind.WEBHOOKS),
        "systems_both_hours": _hours(webhooks.BOTH_SIGN),
    }


def _of_bureaus() -> Figures:
    return {
        "proof_tries": reauthentication.TRIES,
        "proof_minutes": reauthentication.SECONDS // 60,
        "proof_most": bureau_forms.LONGEST_PROOF,
        "leave_days": absences.LONGEST.days,
        "board_days": board.AHEAD,
        "due_soon": tabs.DUE_SOON,
        "recheck_percent": rechecks.DEFAULT_PERCENT,
        "reason_classes": _listed(reasons.CLASSES.values()),
        "spot_domains": spot_checks.MOST_DOMAINS,
        "spot_days": spot_checks.USUAL_DAYS,
    }


def _of_operators() -> Figures:
    return {
        "calendar_month": date_format(date(2000, work_calendar.LOOKED_FOR_FROM, 1), "F"),
        "mail_text_seconds": process_copy.KEPT_FOR,
        "mail_tries": mail_queue.TRIES,
        "mail_late_minutes": _minutes(mail_queue.LATE),
    }


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds()) // 60


def _hours(time: timedelta) -> int:
    return int(time.total_seconds()) // 3600


def _joined(numbers: Iterable[int]) -> str:
    """Return numbers as the limits of pages are written: 30/7/1."""
    return "/".join(map(str, numbers))


def _listed(words: Iterable[Any]) -> str:
    """Return labels in one line, in the language of the request."""
    return english.clauses(map(str, words))
