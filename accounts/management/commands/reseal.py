"""``manage.py reseal``: seal all personal data anew with the first of ``FIELD_KEYS`` (key rotation)."""

from typing import Any

import pgtrigger
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from accounts.sealed import SealedJSONField, SealedTextField

BATCH = 500


class Command(BaseCommand):
    help = "Seal all personal data anew with the newest key; run it after putting a new key in front."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if names := [field.name for field in model._meta.fields if _is_sealed(field)]:
                self.stdout.write(f"{model._meta.label}: {_reseal(model, names)}")


def _is_sealed(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, SealedTextField | SealedJSONField)


def _reseal(model: type[models.Model], names: list[str]) -> int:
    """Rewrite the sealed columns in batches, each row locked while it is rewritten. Answers how many rows."""
    done, last = 0, 0
    while True:
        # append-only rows too: their content stays, only its cipher changes
        with transaction.atomic(), pgtrigger.ignore():
            rows = list(
                model._default_manager.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:BATCH]
            )
            for row in rows:
                row.save(update_fields=names)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1].pk
