"""Tell the loser of a race who won; both may be the same person in two windows."""

from django.utils.translation import gettext as _


def faster(user_id: int | None, name: object, *, reader_id: int | None) -> str:
    """Return the name for a message in the past tense: “You (in another window)” if both are the same person."""
    return _("You (in another window)") if user_id is not None and user_id == reader_id else str(name)
