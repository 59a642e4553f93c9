"""What a provider publishes about itself. The data of its licence are changed by the ministry only."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from providers.models import OrganisationChange, Provider, What
from providers.organisation import records

# Columns that the provider's administrators may change, in the order of the page.
OWN = (
    "about",
    "contact_phone",
    "contact_email",
    "address",
    "accepts_new",
    "promised_days",
    "access_ways",
    "access_places",
)


def version_of(provider: Provider) -> int:
    """Return the key of the last change of the pages, which serves as their version; 0 before there was one."""
    last = _changes(provider).first()
    return last.pk if last else 0


def _changes(provider: Provider) -> Any:
    return OrganisationChange.objects.filter(provider=provider, what__in=[*OWN, What.LOGO]).order_by("-pk")


def change(actor: Actor, values: Mapping[str, Any], *, logo: bytes | None, version: int) -> list[str]:
    """Change the pages and return the changed columns; ``logo``: a new one, b"" to remove it, None to keep it.

    Raise MoveRefused if the pages were changed meanwhile.
    """
    with records.changing(actor) as provider:
        if version != version_of(provider):
            raise MoveRefused(_who_was_faster(provider))
        before = {name: getattr(provider, name) for name in OWN}
        changed = records.record_columns(provider, actor, before, {name: values[name] for name in OWN})
        for name in changed:
            setattr(provider, name, values[name])
        if logo is not None and (logo or provider.logo):
            _change_logo(provider, actor, logo)
            changed.append("logo")
        provider.save(update_fields=changed)
    return changed


def _change_logo(provider: Provider, actor: Actor, logo: bytes) -> None:
    old, storage = provider.logo.name, provider.logo.storage
    if logo:
        provider.logo.save("logo.png", ContentFile(logo), save=False)
    else:
        provider.logo = ""
    records.record(provider, actor, What.LOGO, before=old or "", after=provider.logo.name or "")
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def _who_was_faster(provider: Provider) -> str:
    last = _changes(provider).first()
    if last is None:
        return _("These pages were changed in another window. What you typed has been kept; save it again.")
    return _(
        "%(name)s has changed these pages in the meantime. What you typed has been kept; compare and save it again."
    ) % {"name": last.actor_name}
