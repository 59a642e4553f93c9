"""The police filing (公安联网备案), due within thirty days of opening on the police's own platform."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from ministry.reference import provinces
from ministry.reference.typed_text import normal_text, without_spaces
from records import visibility
from records.models import Upkeep

DAYS = 30  # 公安部令第33号 Art. 12
PLATFORM = "https://beian.mps.gov.cn/"
LONGEST = 64  # as typed
_CHARS = "".join([*(province.char for province in provinces.PROVINCES), *provinces.ALTERNATE_CHARS])
NUMBER = re.compile(rf"([{_CHARS}])公网安备 ?([0-9]{{14}}) ?号?")


def due_on(opened_on: date) -> date:
    """Return the due date for a website that opened on this day."""
    return opened_on + timedelta(days=DAYS)


def due_after_approval(approved_on: date) -> date | None:
    """Return the due date for a website with unknown opening day, counted from its approval.

    None if that is in the past: an older record may have opened at any time, and be filed with the police already.
    """
    due = due_on(approved_on)
    return due if due >= timezone.localdate() else None


def check_number(text: str) -> str:
    """Return the canonical ``京公网安备11010802000001号``; raise ValidationError for anything else."""
    match = NUMBER.fullmatch(without_spaces(normal_text(text, LONGEST)))
    if not match:
        raise ValidationError(
            _("This is not a police filing number. Write it like 京公网安备11010802000001号, with 14 digits."),
            code="invalid",
        )
    return f"{match[1]}公网安备{match[2]}号"


def save(website_id: int, actor: Actor, *, number: str, done: bool, opened_on: date | None) -> Upkeep:
    """Store the host's data about the police filing; ``number`` in canonical form.

    A number means that it is done. A changed ``opened_on`` restarts the thirty days and the reminders; None returns to
    the date of approval. Raises Upkeep.DoesNotExist if the website is not the actor's.
    """
    with transaction.atomic():
        rows = Upkeep.objects.filter(website__in=visibility.websites(actor).filter(live=True)).select_related("website")
        upkeep = rows.select_for_update(of=("self",), no_key=True).get(pk=website_id)
        if opened_on != upkeep.opened_on:
            due = due_on(opened_on) if opened_on else due_after_approval(upkeep.website.approved_on)
            upkeep.opened_on, upkeep.police_due_on, upkeep.police_told = opened_on, due, None
        upkeep.police_number = number
        upkeep.police_done_at = (upkeep.police_done_at or timezone.now()) if number or done else None
        upkeep.save(update_fields=["police_due_on", "police_told", "opened_on", "police_number", "police_done_at"])
    return upkeep
