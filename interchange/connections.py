"""Connections at a bureau's desk: open, change, pause, renew the secrets, close. Only the bureau's chiefs may.

Secrets are returned when they are made and never again.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import time
from typing import TypedDict

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from bureaus.access import changing_as_chief
from bureaus.models import Bureau
from filings.actors import Actor
from filings.errors import MoveRefused
from interchange import envelope
from interchange.envelope import Keys
from interchange.models import Connection, ConnectionAct, ConnectionChange
from ministry.reference import english
from providers.models import Provider

PAUSES = ("uploads_paused", "downloads_paused")


class ConnectionWritten(TypedDict):
    """The settings of a connection; see ``Connection``."""

    profile: str
    is_lenient: bool
    networks: list[str]
    reports_from: time | None
    reports_until: time | None
    may_report: bool
    waiting_limit: int


def of(actor: Actor) -> QuerySet[Connection]:
    """Return the connections of the actor's bureau, closed ones too."""
    return Connection.objects.of_bureau(actor.bureau_id)


def without_connection(bureau_id: str, *, is_sandbox: bool) -> QuerySet[Provider]:
    """Return the active providers that serve a bureau's province and have no connection of this kind in force there."""
    connected = Connection.objects.in_force().filter(bureau=bureau_id, is_sandbox=is_sandbox)
    return Provider.objects.serving(bureau_id).filter(is_active=True).exclude(pk__in=connected.values("provider"))


def open_for(
    actor: Actor, provider_id: int, written: ConnectionWritten, *, is_sandbox: bool = False
) -> tuple[Connection, Keys]:
    """Open a connection for a provider, or its closed one of this kind again, and return it with its new secrets.

    One that was closed keeps its ispId, its user name and its counter of uploads.
    """
    with _changing(actor) as bureau:
        provider = without_connection(bureau.pk, is_sandbox=is_sandbox).filter(pk=provider_id).first()
        if provider is None:
            raise MoveRefused(_("This provider already has a connection, or doesn't serve this province."))
        rows = of(actor).filter(provider=provider, is_sandbox=is_sandbox)
        found = rows.first() or _new(bureau, provider, is_sandbox=is_sandbox)
        found.opened_at, found.closed_at = timezone.now(), None
        found.uploads_paused = found.downloads_paused = False
        _set(found, written)
        return found, _renewed(found, actor, ConnectionAct.OPENED)


def _new(bureau: Bureau, provider: Provider, *, is_sandbox: bool) -> Connection:
    """Return a new row. Its ispId, our own choice, is the province's code and the provider's number in the portal.

    That of a sandbox begins with 9, with which no province's code begins.
    """
    place = f"9{bureau.pk[:-1]}" if is_sandbox else bureau.pk
    isp_id = int(f"{place}{provider.pk:06d}")
    return Connection(
        bureau=bureau,
        provider=provider,
        is_sandbox=is_sandbox,
        isp_id=isp_id,
        user_name=f"isp{isp_id}",
        version=0,
    )


def change(actor: Actor, connection_id: int, written: ConnectionWritten, *, version: int) -> Keys | None:
    """Change the settings. Another profile needs other secrets: they are made and returned."""
    with _changing(actor):
        found = _locked(actor, connection_id, version)
        is_same_profile = found.profile == written["profile"]
        before = words(found)
        _set(found, written)
        if not is_same_profile:
            return _renewed(found, actor, ConnectionAct.SECRETS)
        if words(found) != before:
            _save(found, actor, ConnectionAct.CHANGED)
    return None


def pause(actor: Actor, connection_id: int, paused: Collection[str], *, version: int) -> None:
    """Pause what ``paused`` names of ``PAUSES``, resume the rest."""
    with _changing(actor):
        found = _locked(actor, connection_id, version)
        changed = [column for column in PAUSES if getattr(found, column) != (column in paused)]
        for column in changed:
            setattr(found, column, column in paused)
        if changed:
            _save(found, actor, ConnectionAct.PAUSED)


def renew(actor: Actor, connection_id: int, *, version: int) -> tuple[Connection, Keys]:
    """Create a new password, key and IV and return them; the former ones stop working at once."""
    with _changing(actor):
        found = _locked(actor, connection_id, version)
        return found, _renewed(found, actor, ConnectionAct.SECRETS)


def close(actor: Actor, connection_id: int, *, version: int) -> None:
    """Close a connection: its secrets are deleted, nothing is taken in or handed out any more."""
    with _changing(actor):
        found = _locked(actor, connection_id, version)
        found.password = found.secret = found.iv = ""
        found.closed_at = timezone.now()
        _save(found, actor, ConnectionAct.CLOSED)


def words(found: Connection) -> str:
    """Return the settings of a connection in words, one a line, in the page's language."""
    names = ("is_sandbox", *ConnectionWritten.__annotations__, *PAUSES)
    rows = ((_label(name), _shown(found, name)) for name in names)
    return "\n".join(_("%(label)s: %(message)s") % {"label": label, "message": value} for label, value in rows)


def _label(name: str) -> str:
    field = Connection._meta.get_field(name)
    return str(getattr(field, "verbose_name", name))


def _shown(found: Connection, name: str) -> object:
    value = getattr(found, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "profile":
        return found.get_profile_display()
    return english.joined(value) if isinstance(value, list) else value or "—"


def _changing(actor: Actor) -> AbstractContextManager[Bureau]:
    return changing_as_chief(actor, _("Only a chief of the bureau changes its connections."))


def _locked(actor: Actor, connection_id: int, version: int) -> Connection:
    """Return a connection in force under a lock; raise Connection.DoesNotExist for any other."""
    rows = of(actor).filter(closed_at=None).select_for_update(of=("self",), no_key=True)
    found = rows.get(pk=connection_id)
    if found.version != version:
        raise MoveRefused(_("A colleague has changed this connection in the meantime. Compare and save it again."))
    return found


def _set(found: Connection, written: ConnectionWritten) -> None:
    for name, value in written.items():
        setattr(found, name, value)


def _renewed(found: Connection, actor: Actor, act: ConnectionAct) -> Keys:
    keys = envelope.new_keys(envelope.PROFILES[found.profile])
    found.password, found.secret, found.iv = keys.password, keys.secret, keys.iv
    _save(found, actor, act)
    return keys


def _save(found: Connection, actor: Actor, act: ConnectionAct) -> None:
    """Save a connection without its counter, which a trigger advances, and record the change."""
    found.version += 1
    if found.pk is None:
        found.save()
    else:
        columns = [field.name for field in Connection._meta.concrete_fields]
        found.save(update_fields=[name for name in columns if name not in ("id", "last_sequence")])
    with languages.official():
        after = words(found)
    ConnectionChange.objects.create(
        connection=found, user_id=actor.person_id, actor_name=actor.name, act=act, words=after
    )
