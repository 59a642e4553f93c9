"""``manage.py reseal``: encrypt all personal data again with the first of ``FIELD_KEYS`` (key rotation).

Includes rows waiting for the audit log, so that the old key can be removed even while the log is behind. ``--unbound``
also accepts values without a place (of older releases, defaults of new columns): once, after the upgrade.
"""

from contextlib import nullcontext
from typing import Any

import pgtrigger
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction

from accounts.adapter import PLACE_OF_SECRETS
from accounts.sealed import Misplaced, seal, sealed_fields, taking_unbound, unseal
from ministry import audit
from ministry.models import AuditWaiting

BATCH = 500


class Command(BaseCommand):
    help = "Seal all personal data anew with the newest key; run it after putting a new key in front."

    def add_arguments(self, parser: CommandParser) -> None:
        help_text = "Take values too that were sealed before values were bound to their rows. Once, after the upgrade."
        parser.add_argument("--unbound", action="store_true", help=help_text)

    def handle(self, *args: Any, **options: Any) -> None:
        with taking_unbound() if options["unbound"] else nullcontext():
            try:
                self._reseal_all()
            except Misplaced as moved:
                raise CommandError(f"A value is {moved}: it was moved, or is older than --unbound.") from moved
            except InvalidToken as unreadable:
                raise CommandError("No key of FIELD_KEYS opens a value: put its key back.") from unreadable

    def _reseal_all(self) -> None:
        # Adds waiting rows to the audit log first; reseal_waiting below covers those that can't be added yet.
        audit.seal()
        for model in apps.get_models():
            if names := [field.name for field in sealed_fields(model)]:
                self.stdout.write(f"{model._meta.label}: {_reseal(model, names)}")
        self.stdout.write(f"{Authenticator._meta.label}: {_reseal_second_factors()}")
        done, unopened = audit.reseal_waiting()
        self.stdout.write(f"{AuditWaiting._meta.label}: {done}")
        if unopened:
            raise CommandError(f"No key opens {unopened} rows that wait for the audit log: put their key back.")


# Keys of allauth's JSON document whose values our adapter has sealed
SEALED_KEYS = ("secret", "seed")


def _reseal_second_factors() -> int:
    """Reseal the secrets of authenticators and recovery codes; return how many rows."""
    done = 0
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            row.data |= {
                key: seal(unseal(row.data[key], PLACE_OF_SECRETS), PLACE_OF_SECRETS)
                for key in SEALED_KEYS
                if key in row.data
            }
            row.save(update_fields=["data"])
        done += 1
    return done


def _reseal(model: type[models.Model], names: list[str]) -> int:
    """Rewrite the sealed columns in batches under row locks; return how many rows."""
    done, last = 0, 0
    while True:
        # Also for append-only rows: only the ciphertext changes, not the content.
        with transaction.atomic(), pgtrigger.ignore():
            rows = list(
                model._default_manager.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:BATCH]
            )
            for row in rows:
                row.save(update_fields=names)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1].pk
