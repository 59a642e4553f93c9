"""Create one-time addresses for taking pictures with a phone: of one paper, or of all papers of a filing (``ALL``).

Valid for ``LIFE``. That for one paper ends when ``services.receive_evidence`` has stored a picture without advice, that
for all of them when the host says so. The secret of the address is shown once; only its digest is stored. A new
address closes older ones for the same.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from filings import fields
from filings.actors import Actor, on_behalf
from filings.errors import MoveRefused
from filings.models import Evidence, Filing, Handover
from filings.models.handover import WITH_HOST, digest_of, new_token
from filings.moves.moving import locked
from filings.rules import corrections
from filings.states import Role

LIFE = timedelta(hours=2)
ALL = fields.PAPERS_PREFIX  # instead of a paper's path


def open_for(filing_id: int, actor: Actor, path: str) -> tuple[Handover, str]:
    """Create a handover for one paper; return it with its secret. Raise MoveRefused when no picture can be added.

    The caller must check that ``path`` is one of the filing's papers, or ``ALL``.
    """
    with locked(filing_id, actor) as filing:
        if filing.status not in WITH_HOST:
            raise MoveRefused(
                _("This filing is “%(status)s” now and can't be edited.") % {"status": filing.get_status_display()}
            )
        if path != ALL and (words := corrections.refusal(filing, [path])):
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
    """Return the usable handover of a secret, with its filing and maker; None if unknown, expired or used."""
    rows = Handover.objects.usable().select_related("filing", "filing__host", "filing__provider", "staff")
    return rows.defer("filing__facts").filter(digest=digest_of(token)).first()


def maker(handover: Handover) -> Actor:
    """Return the actor who created the handover: the host, or staff acting on behalf of the host."""
    filing, staff = handover.filing, handover.staff
    if staff is not None:
        return on_behalf(
            Actor(Role.PROVIDER, staff.pk, str(staff), provider_id=filing.provider_id), filing.provider.name
        )
    return Actor(Role.HOST, filing.host_id, str(filing.host))


def close(handover: Handover) -> bool:
    """Close the handover because the user accepts its picture; return False when there is none or it is closed."""
    came = Handover.objects.filter(pk=handover.pk, closed_at=None, pictures__isnull=False)
    return came.update(closed_at=timezone.now()) > 0


def current_pictures(filing: Filing, handover: Handover) -> list[Evidence]:
    """Return the current pictures that came through this handover, in the order of their coming. One query."""
    return list(filing.evidence.filter(handover=handover, replaced_at=None).order_by("pk"))
