"""Submit a filing to its provider."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.sealed import keyed
from filings import fields, states
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.fields import derived
from filings.fields.findings import Finding
from filings.lookup import search
from filings.models import (
    Answer,
    Filing,
    Remark,
    Snapshot,
)
from filings.moves.moving import making
from filings.rules import checks, corrections, reservations


def submit(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Submit the filing to its provider; raise FactsRefused while it has blocking findings.

    A returned filing needs an answer to each remark; the draft answers become part of the record.
    """
    with conflicts_refused(), making(states.SUBMIT, filing_id, actor, version) as filing:
        remarks = corrections.open_remarks(filing)
        refuse_closed_provider(filing)
        refuse_findings(filing)
        _refuse_unanswered(filing)
        close_round(filing)
        _hand_answers_on(filing, actor, remarks)


def refuse_closed_provider(filing: Filing) -> None:
    """Raise MoveRefused if the provider has closed: nobody would process the filing. One query."""
    if not filing.provider.is_active:
        raise MoveRefused(
            _("%(provider)s has closed. Choose another access provider first; what you filled in is kept.")
            % {"provider": filing.provider}
        )


def _refuse_unanswered(filing: Filing) -> None:
    if missing := corrections.unanswered(filing):
        raise MoveRefused(
            _("Answer each remark first. Still unanswered: %(fields)s.")
            % {"fields": corrections.named(remark.path for remark in missing)}
        )


def _hand_answers_on(filing: Filing, actor: Actor, remarks: Iterable[Remark]) -> None:
    """Store the draft answers as rows of the new round; close the unlocked fields again."""
    Answer.objects.bulk_create(
        keyed(
            Answer(
                remark=remark,
                text=filing.answers_draft[str(remark.pk)],
                round=filing.round,
                author_id=actor.person_id,
            )
            for remark in remarks
        )
    )
    filing.answers_draft, filing.unlocked = {}, False


def refuse_findings(filing: Filing) -> None:
    refuse(checks.findings(filing))


def refuse(findings: Iterable[Finding]) -> None:
    """Raise FactsRefused with those of the findings that block, if any does."""
    if found := [finding for finding in findings if finding.blocks]:
        raise FactsRefused(
            ngettext("One item must be corrected first.", "%(count)d items must be corrected first.", len(found))
            % {"count": len(found)},
            found,
        )


def close_round(filing: Filing) -> None:
    """Begin the next round: store a snapshot of facts and papers, take the reservations, update the search index."""
    filing.facts = derived.completed(fields.without_unasked(filing.facts))
    reservations.repeat_for_lists(filing)
    reservations.take(filing)
    search.enter(filing)
    filing.round += 1
    filing.submitted_at = filing.submitted_at or timezone.now()
    Snapshot.objects.create(
        filing=filing,
        round=filing.round,
        facts=filing.facts,
        papers=dict(filing.evidence.filter(replaced_at=None).values_list("path", "sha256")),
    )


@contextmanager
def conflicts_refused() -> Iterator[None]:
    """Turn the IntegrityError of the loser of a race between two submissions into MoveRefused."""
    try:
        yield
    except IntegrityError as error:
        if "one_open_filing_per_record" in str(error):
            raise MoveRefused(_("Another filing about the same record has just been submitted.")) from error
        if "one_open_filing_per_subject" in str(error):
            raise MoveRefused(_("Another filing with this certificate has just been submitted.")) from error
        if "one_open_filing_per_domain" in str(error):
            raise MoveRefused(_("Another filing with this domain has just been submitted.")) from error
        raise
