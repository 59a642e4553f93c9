"""Who acts on a filing, as the services see it. Desks make one from a request (their ``access.py``)."""

from dataclasses import dataclass

from django.utils.translation import gettext

from filings.states import Role

# The roles inside a provider that may take work from one colleague and give it to another.
SUPERVISING = ("supervisor", "administrator")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role. ``provider_id`` is set for provider staff, ``bureau_id`` (a province code) for reviewers;
    ``staff_role`` is what either is inside the organisation.
    """

    role: Role
    user_id: int | None
    name: str
    provider_id: int | None = None
    bureau_id: str = ""
    staff_role: str = ""

    @property
    def person_id(self) -> int:
        """Who acts, where only a person can; raises ValueError for the portal itself."""
        if self.user_id is None:
            raise ValueError("the portal is no person")
        return self.user_id

    @property
    def supervises(self) -> bool:
        """Whether the actor may say which colleague works on what."""
        return self.staff_role in SUPERVISING


def portal() -> Actor:
    """The portal itself, for the clock and the sweeps."""
    return Actor(role=Role.SYSTEM, user_id=None, name=gettext("the portal"))
