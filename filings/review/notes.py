"""Notes of an organisation's staff to each other on a filing, and the colleagues they mention.

Only the organisation that wrote a note reads it: neither another party nor a later provider or bureau of the filing. So
a note is no event and is in no history, case file, export or mail. It needs no claim, can be written at any status, and
changes neither version nor clock. It can't be changed or removed; it is erased with the filing's data.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TypedDict, cast

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from accounts import reading
from accounts.models import User
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Filing, Mention, StaffNote
from filings.moves.moving import locked
from filings.review import questions
from filings.states import Role

LONGEST = questions.LONGEST  # characters
MOST_SHOWN = 50  # notes on a page


class NoteUnsent(MoveRefused):
    """There is a typed note that the pressed button would lose."""


def write(filing_id: int, actor: Actor, *, text: str, mentioned: Iterable[Actor] = (), seen: int) -> StaffNote:
    """Add a note and notify the colleagues it mentions, as each has chosen; mark what mentions the actor as read.

    ``seen``: the newest note of the page on which it was typed, 0 if there was none. The second request of a double
    press finds the note made since and returns it. Raises Filing.DoesNotExist for strangers, MoveRefused without words,
    with too many, or for a colleague of another organisation.
    """
    reading.refuse_change()
    checked = questions.checked_text(text, _("Write your note."))
    with locked(filing_id, actor) as filing:
        colleagues = [one for one in dict.fromkeys(mentioned) if one.user_id != actor.user_id]
        _refuse(filing, actor, colleagues)
        if made := _made_since(filing, actor, checked, seen):
            return made
        note = StaffNote.objects.create(
            filing=filing,
            provider_id=actor.provider_id if actor.role == Role.PROVIDER else None,
            bureau_id=actor.bureau_id if actor.role == Role.BUREAU else None,
            text=checked,
            author_id=actor.person_id,
            author_name=actor.name,
        )
        _mark_read(filing, actor)
        _mention(note, colleagues)
    return note


def done(filing_id: int, actor: Actor, note_id: int) -> None:
    """Mark a note on a filing that mentions the actor as read; do nothing if there is no such note.

    Raises Filing.DoesNotExist for strangers.
    """
    reading.refuse_change()
    with locked(filing_id, actor) as filing:
        _mark_read(filing, actor, note=note_id)


def named_in(text: str, colleagues: Sequence[Actor]) -> list[Actor]:
    """Return the colleagues whose whole display name stands behind an @ in the text and ends there.

    Of two names of which one begins with the other, the longer one counts. Everybody of the same name is named.
    """
    names = sorted({one.name for one in colleagues if one.name}, key=len, reverse=True)
    if not names:
        return []
    behind_an_at = rf"(?<![A-Za-z0-9._%+-])[@＠]({'|'.join(map(re.escape, names))})(?!\w)"
    found = set(re.findall(behind_an_at, text))
    return [one for one in colleagues if one.name in found]


def refuse_unsent(text: str) -> None:
    """Raise NoteUnsent if a note is typed."""
    if text.strip():
        raise NoteUnsent(_("A note has been written but not added. Add it, or empty its field, first."))


def _refuse(filing: Filing, actor: Actor, colleagues: Iterable[Actor]) -> None:
    if actor.role not in (Role.PROVIDER, Role.BUREAU):
        raise MoveRefused(_("Only staff of the provider or the bureau write notes."))
    if filing.erased_at is not None:
        raise MoveRefused(_("The data of this filing have been erased."))
    organisation = (actor.role, actor.provider_id, actor.bureau_id)
    if any((one.role, one.provider_id, one.bureau_id) != organisation for one in colleagues):
        raise MoveRefused(_("Choose colleagues of your own organisation."))


def _made_since(filing: Filing, actor: Actor, text: str, seen: int) -> StaffNote | None:
    """Return the same note of the same author that was made after the page was shown; None if there is none."""
    since = StaffNote.objects.visible_to(actor).filter(filing=filing, author=actor.person_id, pk__gt=seen)
    return next((note for note in since if note.text == text), None)


def _mark_read(filing: Filing, actor: Actor, **which: int) -> None:
    _unread(actor.person_id).filter(filing=filing, **which).update(read_at=timezone.now())


def _mention(note: StaffNote, colleagues: Sequence[Actor]) -> None:
    """Store whom the note mentions, and write the mails to those whose accounts are open."""
    if not colleagues:
        return
    Mention.objects.bulk_create(
        Mention(note=note, filing=note.filing, user_id=one.person_id, name=one.name) for one in colleagues
    )
    readers = User.objects.filter(pk__in=[one.person_id for one in colleagues], is_active=True).order_by("pk")
    notices.tell_mentioned(note, readers)


# --- Reading ----------------------------------------------------------------------------------------------


class _Unread(TypedDict):
    is_unread: bool  # whether the reader is mentioned and has not read it


def shown(filing: Filing, actor: Actor, before: int = 0) -> "list[WithAnnotations[StaffNote, _Unread]]":
    """Return the notes that the actor may read: first those that mention the actor and are unread, then the newest.

    ``before``: only those with a smaller key, if it is not 0. At most one more than ``MOST_SHOWN``. Each has
    ``is_unread``, and the names of ``mentions``. Two queries, one if there is no note.
    """
    unread = _unread(actor.person_id).filter(note=OuterRef("pk"))
    rows = StaffNote.objects.visible_to(actor).filter(filing=filing)
    rows = rows.filter(pk__lt=before) if before else rows
    rows = rows.annotate(is_unread=Exists(unread)).order_by("-is_unread", "-pk").prefetch_related("mentions")
    return cast("list[WithAnnotations[StaffNote, _Unread]]", list(rows[: MOST_SHOWN + 1]))


def mentioning(user_id: int) -> Q:
    """Return the condition for filings with an unread note of their provider or bureau that mentions the person.

    A note of a former one does not count: whoever works for the present one can't read it.
    """
    of_present = Q(note__provider=F("filing__provider")) | Q(note__bureau=F("filing__bureau"))
    return Q(pk__in=_unread(user_id).filter(of_present).order_by().values("filing"))


def _unread(user_id: int) -> QuerySet[Mention]:
    return Mention.objects.filter(user=user_id, read_at=None)
