"""The actor of an action on a filing. Desks create one from a request (in their ``access.py``)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from accounts import languages
from filings.states import Role
from ministry.reference import provinces

if TYPE_CHECKING:
    from filings.models import Mandate

# The roles inside a provider or a bureau that may take work from one colleague and give it to another.
SUPERVISING = ("supervisor", "administrator", "chief")
NAME_LENGTH = 128  # of a stored actor's name


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role.

    ``provider_id`` is set for provider staff, ``bureau_id`` (a province code) for reviewers; ``staff_role`` is what
    either is inside the organisation, ``covers`` whose work they do today besides their own. A host with a
    ``provider_id`` is that provider's staff acting in the host's place by ``mandate``: see
    ``on_behalf``.
    """

    role: Role
    user_id: int | None
    name: str
    provider_id: int | None = None
    bureau_id: str = ""
    staff_role: str = ""
    covers: tuple[int, ...] = ()
    # Whether the reviewer's bureau decides in a system of its own, so that nothing can be decided here.
    decides_elsewhere: bool = False
    mandate: "Mandate | None" = field(default=None, compare=False, repr=False)

    @property
    def person_id(self) -> int:
        """Return the user id; raise ValueError for the portal itself."""
        if self.user_id is None:
            raise ValueError("the portal is no person")
        return self.user_id

    @property
    def employer_id(self) -> int:
        """Return the key of the provider that the person works for; raise ValueError for anybody else."""
        if self.provider_id is None:
            raise ValueError("works for no provider")
        return self.provider_id

    @property
    def is_on_behalf(self) -> bool:
        """Return whether the actor is provider staff acting on behalf of a host."""
        return self.role == Role.HOST and self.provider_id is not None

    @property
    def supervises(self) -> bool:
        """Return whether the actor may assign work to colleagues."""
        return self.staff_role in SUPERVISING


def on_behalf(staff: Actor, provider: str, mandate: "Mandate | None" = None) -> Actor:
    """Return the member of a provider's staff in the place of the hosts that have given it a mandate.

    It has the host's role, so that the same rules apply; ``Filing.visible_to`` limits it to mandates in force,
    ``Move.on_behalf`` to what a mandate covers, and each event names both.
    """
    name = f"{staff.name}（{provider}）"[:NAME_LENGTH]
    return Actor(
        Role.HOST, staff.user_id, name, provider_id=staff.provider_id, staff_role=staff.staff_role, mandate=mandate
    )


def portal() -> Actor:
    """Return the actor for the portal itself: the clock and the sweeps."""
    return Actor(role=Role.SYSTEM, user_id=None, name=_name_on_record())


def portal_at(bureau_id: str) -> Actor:
    """Return the actor for the portal's automatic assignment at a bureau, whose events only that bureau sees."""
    return Actor(role=Role.BUREAU, user_id=None, name=_name_on_record(), bureau_id=bureau_id)


def system_of(bureau_id: str) -> Actor:
    """Return the actor for a bureau's own system, whose decisions are entered here."""
    with languages.official():
        bureau = provinces.by_code(bureau_id).shown_bureau
        name = gettext("%(bureau)s, in its own system") % {"bureau": bureau}
    return Actor(role=Role.BUREAU, user_id=None, name=name[:NAME_LENGTH], bureau_id=bureau_id)


def _name_on_record() -> str:
    with languages.official():
        return gettext("the portal")
