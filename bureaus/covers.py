"""Find who covers an absent reviewer when the cover is absent too. Pure functions."""

from collections.abc import Mapping

# Who is absent → who covers.
Pairs = Mapping[int, int]


def cover_of(user_id: int, pairs: Pairs) -> int | None:
    """Return who does this person's work: the person, their cover, or the cover's cover; None if that is a ring.

    A ring can't be entered (see ``bureaus.absences``); if there were one, nobody would cover and the chief has to act.
    """
    seen = set()
    while user_id in pairs:
        if user_id in seen:
            return None
        seen.add(user_id)
        user_id = pairs[user_id]
    return user_id


def covered_by(user_id: int, pairs: Pairs) -> tuple[int, ...]:
    """Return whose work this person does besides their own."""
    return tuple(sorted(absent for absent in pairs if cover_of(absent, pairs) == user_id))
