"""The choke point for changes of a provider's own data: transaction, row lock, permission, record.

The counterpart for filings is ``filings.moves.moving``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence.files import kept
from ministry.reference import code_tables, english
from providers.models import OrganisationChange, Provider, Staff, StaffRole, What

SHOWN = 400  # characters of a value that the list of changes shows


@contextmanager
def changing(actor: Actor, lowest: StaffRole = StaffRole.ADMINISTRATOR) -> Iterator[Provider]:
    """Yield the actor's provider under a row lock; raise MoveRefused unless the actor has that role or more **now**.

    The lock comes before the check: of two administrators who take the role from each other, the second is none any
    more when it gets the lock.
    """
    with kept():
        provider = Provider.objects.select_for_update(no_key=True).get(pk=actor.employer_id)
        roles = [role for role in StaffRole if role.covers(lowest)]
        if not provider.staff.filter(role__in=roles, suspended_at=None, user_id=actor.person_id).exists():
            raise MoveRefused(_no_longer(lowest) % {"provider": provider})
        yield provider


def _no_longer(role: StaffRole) -> str:
    if role == StaffRole.ADMINISTRATOR:
        return _("You are no longer an administrator of %(provider)s.")
    return _("You are no longer a supervisor of %(provider)s.")


def administrators(provider: Provider) -> QuerySet[Staff]:
    """Return the provider's administrators who are not suspended."""
    return provider.staff.filter(role=StaffRole.ADMINISTRATOR, suspended_at=None)


def record(provider: Provider, actor: Actor, what: What, **values: str) -> OrganisationChange:
    """Record a change; ``values`` are ``about``, ``before``, ``after``."""
    return OrganisationChange.objects.create(
        provider=provider, user_id=actor.person_id, actor_name=actor.name, what=what, **values
    )


def record_columns(provider: Provider, actor: Actor, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Record the provider's columns that differ; return their names."""
    changed = [name for name, value in after.items() if value != before[name]]
    for name in changed:
        record(provider, actor, What(name), before=plain(before[name]), after=plain(after[name]))
    return changed


def plain(value: Any) -> str:
    """Return a column's value as the record stores it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


class _Cut(TypedDict):
    was: str
    became: str


CutChange: TypeAlias = "WithAnnotations[OrganisationChange, _Cut]"


def changes_of(actor: Actor) -> QuerySet[CutChange]:
    """Return the changes of the actor's provider; long values are cut."""
    rows = OrganisationChange.objects.filter(provider_id=actor.employer_id).defer("before", "after")
    return rows.annotate(was=Left("before", SHOWN + 1), became=Left("after", SHOWN + 1))


@dataclass(frozen=True, slots=True)
class ChangeSaid:
    """A change in words."""

    change: OrganisationChange
    before: str
    after: str


def in_words(change: CutChange) -> ChangeSaid:
    """Return a row of ``changes_of`` in words."""
    return ChangeSaid(change, words(change.what, change.was), words(change.what, change.became))


def words(what: str, value: str) -> str:
    """Return a plain value in words."""
    match what:
        case What.ACCEPTS_NEW | What.IS_ACTIVE:
            return {"1": _("Yes"), "0": _("No")}.get(value, value)
        case What.LOGO:
            return _("a picture") if value else ""
        case What.ROLE | What.INVITED | What.JOINED:
            return str(dict(StaffRole.choices).get(value, value))
        case What.PROVINCES:
            return Provider(provinces=value.split(",")).province_names if value else ""
        case What.ACCESS_WAYS | What.ACCESS_PLACES:
            table = code_tables.ACCESS_WAYS if what == What.ACCESS_WAYS else code_tables.PLACEMENTS
            return english.joined(code_tables.name_of(table, int(one)) for one in value.split(",") if one)
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
