"""Notes among colleagues, as they are written and read."""

import pytest
from post_office.models import Email

from filings.actors import Actor
from filings.models import Filing, StaffNote
from filings.review import notes
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, reviewer, staff, user_of

SAID = "主办者来电，周五补材料。"
DESKS = pytest.mark.parametrize("desk", ["staff", "reviewer"])


def at(desk: str, status: Status = Status.WITH_BUREAU) -> tuple[Case, Actor, Actor]:
    """A filing, a member of staff who may see it, and a colleague."""
    case = case_at(status)
    return case, getattr(case, desk), reviewer() if desk == "reviewer" else staff(case.provider)


def write(case: Case, actor: Actor, *told: Actor, text: str = SAID, seen: int = 0) -> StaffNote:
    return notes.write(case.filing.pk, actor, text=text, mentioned=told, seen=seen)


def read(case: Case, actor: Actor) -> list[str]:
    return [note.text for note in notes.shown(case.filing, actor)]


def to(actor: Actor) -> list[str]:
    """The subjects of the mails to a member of staff."""
    return list(Email.objects.filter(to=user_of(actor).email).order_by("pk").values_list("subject", flat=True))


def waiting(actor: Actor) -> list[int]:
    """The filings that the queue lists as mentioning the person."""
    rows = Filing.objects.visible_to(actor).filter(notes.mentioning(actor.person_id))
    return list(rows.values_list("pk", flat=True))
