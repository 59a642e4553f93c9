"""Limit the number of different certificates that an account may ask about.

Where a filing begins, the portal says whether a certificate is on record, because that decides the kind of filing
(1003). To prevent mass look-ups of other people's certificates, an account gets this answer for only a few a day.
"""

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.throttle import forget, too_often
from filings.actors import Actor
from filings.errors import MoveRefused
from ministry.register import digests

# Our own choice: a host needs one or two, and mistypes some.
A_DAY = 10
DAY = 24 * 3600


DOOR = "certificates"


def refuse_many(actor: Actor, number: str) -> None:
    """Raise MoveRefused for one certificate (number in normal form) too many within a day.

    Asking again about the same one is free. Providers that file on behalf of hosts have no limit: they name the host
    and are recorded.
    """
    if actor.is_on_behalf:
        return
    asked = f"asked-certificate:{actor.person_id}:{digests.of_certificate(number)}"
    if cache.add(asked, True, DAY) and too_often(DOOR, str(actor.person_id), tries=A_DAY, seconds=DAY):
        cache.delete(asked)
        raise MoveRefused(
            _(
                "You have asked about %(most)d different certificates today. Ask again tomorrow; if you file for other "
                "hosts, your access provider can do it on their behalf."
            )
            % {"most": A_DAY}
        )


def reset_count(actor: Actor) -> None:
    """Reset the account's count of questions: for the demonstration, whose hosts have many filings."""
    forget(DOOR, str(actor.person_id))
