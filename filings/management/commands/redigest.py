"""``manage.py redigest``: recompute all digests after a change of DIGEST_KEY, before anything is started."""

from typing import Any, cast

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import api_keys
from filings.facts import Facts
from filings.lookup import search, shared_traits
from filings.models import Filing
from filings.rules import mailboxes, required_codes, reservations
from filings.states import Status
from filings.verification import photo_seals
from ministry.register import blacklist, contacts


def _as_handed_on(filing: Filing) -> Facts:
    """Return the facts whose digests are reserved: for a returned filing those of its last round."""
    if filing.status not in (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER):
        return cast(Facts, filing.facts)
    return cast(Facts, filing.snapshots.get(round=filing.round).facts)


class Command(BaseCommand):
    help = "Derive all digests anew with the present DIGEST_KEY. Stop web server and workers first."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        contacts.derive_digests()
        blacklist.derive_digests()
        photo_seals.derive_digests()
        mailboxes.derive_digests()
        api_keys.end_all()
        for filing in Filing.objects.exclude(subject_digest="").select_for_update(of=("self",)).iterator():
            filing.facts = _as_handed_on(filing)
            filing.subject_digest = reservations.subject_key(filing.facts)
            filing.save(update_fields=["subject_digest"])
            if filing.reservations.exists():  # don't restore reservations lost to another filing
                reservations.take(filing)
            if filing.status == Status.WITH_PERSONS:
                required_codes.derive_digests(filing)
            if filing.round:
                search.enter(filing)
            if filing.traces.exists():
                shared_traits.enter(filing)
        self.stdout.write("All digests are derived anew.")
