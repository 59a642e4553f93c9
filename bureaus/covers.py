"""Who covers for whom, when covers are absent too. Data only."""

from collections.abc import Mapping

# Who is absent → who covers.
Pairs = Mapping[int, int]


def cover_of(user_id: int, pairs: Pairs) -> int | None:
    """Who does this person's work: the person, or whoever covers, or that one's cover; None where that is a ring.

    A ring can't be entered (see ``bureaus.absences``); should there be one, nobody covers, and the chief sees to it.
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
