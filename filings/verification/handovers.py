"""Handing a paper over to the phone: a one-time address that takes one picture in its maker's name.

Valid for ``LIFE``, for one filing and one paper, until a picture without advice has come, which
``services.receive_evidence`` keeps. The secret of the address is shown once; only its digest is kept. A new address
closes the older ones of the same paper.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor, on_behalf
from filings.errors import MoveRefused
from filings.models import Evidence, Filing, Handover
from filings.models.handover import WITH_HOST, digest_of, new_token
from filings.moves.moving import locked
from filings.rules import corrections
from filings.states import Role

LIFE = timedelta(hours=2)


def open_for(filing_id: int, actor: Actor, path: str) -> tuple[Handover, str]:
    """Make the address for one paper; answers it with its secret. Raise MoveRefused when no picture can be added.

    ``path`` is one of the filing's papers; that is the caller's to check.
    """
    with locked(filing_id, actor) as filing:
        if filing.status not in WITH_HOST:
            raise MoveRefused(
                _("This filing is “%(status)s” now and can't be edited.") % {"status": filing.get_status_display()}
            )
        if words := corrections.refusal(filing, [path]):
            raise MoveRefused(words)
        filing.handovers.filter(path=path, closed_at=None).update(closed_at=timezone.now())
        token = new_token()
        handover = Handover.objects.create(
            filing=filing,
            path=path,
            digest=digest_of(token),
            expires_at=timezone.now() + LIFE,
            staff_id=actor.user_id if actor.is_on_behalf else None,
        )
    return handover, token


def of_token(token: str) -> Handover | None:
    """Return the usable handover of a secret, with its filing and maker; None for one that is unknown, over or used."""
    rows = Handover.objects.usable().select_related("filing", "filing__host", "filing__provider", "staff")
    return rows.defer("filing__facts").filter(digest=digest_of(token)).first()


def maker(handover: Handover) -> Actor:
    """In whose name the picture comes: the host's, or the staff's in the host's place."""
    filing, staff = handover.filing, handover.staff
    if staff is not None:
        return on_behalf(
            Actor(Role.PROVIDER, staff.pk, str(staff), provider_id=filing.provider_id), filing.provider.name
        )
    return Actor(Role.HOST, filing.host_id, str(filing.host))


def close(handover: Handover) -> bool:
    """The person with the phone is content with the picture that has come; False when none has."""
    came = Handover.objects.filter(pk=handover.pk, closed_at=None, pictures__isnull=False)
    return came.update(closed_at=timezone.now()) > 0


def current_picture(filing: Filing, handover: Handover) -> Evidence | None:
    """Return the picture that came this way, unless it has been replaced."""
    return filing.evidence.filter(handover=handover, replaced_at=None).first()
