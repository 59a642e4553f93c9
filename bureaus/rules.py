"""The rules of a bureau's desk: its chiefs set them, each change is recorded."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from bureaus.access import changing_as_chief
from bureaus.models import Bureau, DeskRuleChange
from filings.actors import Actor

RULES = ("two_reviewers", "proof_minutes")


def change(actor: Actor, values: Mapping[str, bool | int]) -> list[DeskRuleChange]:
    """Set rules of the actor's bureau; return the changes. Raise MoveRefused unless the actor is its chief **now**."""
    with changing_as_chief(actor, _("Only a chief of the bureau changes its rules.")) as bureau:
        changed = [name for name in RULES if values[name] != getattr(bureau, name)]
        made = [_change(bureau, actor, name, values[name]) for name in changed]
        bureau.save(update_fields=changed)
    return made


def _change(bureau: Bureau, actor: Actor, name: str, value: bool | int) -> DeskRuleChange:
    before = getattr(bureau, name)
    setattr(bureau, name, value)
    return DeskRuleChange.objects.create(
        bureau=bureau,
        user_id=actor.person_id,
        actor_name=actor.name,
        what=name,
        before=str(int(before)),
        after=str(int(value)),
    )
