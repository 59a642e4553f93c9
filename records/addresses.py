"""The addresses to write to about a record of the register; the only module that finds them."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.mail import split_addresses
from filings.models import Adoption, Filing
from filings.rules import ownership
from filings.states import Status
from ministry.models import Subject, Website


def of_record(subject: Subject, website: Website | None = None) -> list[str]:
    """Return the addresses on record, then those of ``of_hosts``, each once. At most five queries."""
    of_persons = on_record(subject) + split_addresses(website.responsible_email if website else "")
    return list(dict.fromkeys([*of_persons, *of_hosts([subject.pk], website).get(subject.pk, [])]))


def on_record(subject: Subject) -> list[str]:
    """Return the addresses of the subject's responsible person. No query."""
    return split_addresses(subject.responsible_email)


def of_hosts(subject_ids: Iterable[int], website: Website | None = None) -> dict[int, list[str]]:
    """Return the addresses of the accounts to which each subject belongs, or belonged until it was cancelled.

    A host without an account is written to at the address of its mandate. A subject's websites may belong to several
    accounts: with ``website``, which must belong to a single subject, only those are returned that filed it or have
    adopted the whole record. Two queries, four with ``website``.
    """
    wanted = set(subject_ids)
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for filing in _filed_about(website) if website else _filed(ownership.makers().filter(subject__in=wanted)):
        found[filing.subject_id or 0][_address(filing)] = None
    adopted = Adoption.objects.until_cancelled().filter(subject__in=wanted, host__is_active=True).order_by("pk")
    for subject_id, address in adopted.values_list("subject_id", "host__email"):
        found[subject_id][address] = None
    return {subject_id: [address for address in addresses if address] for subject_id, addresses in found.items()}


def _filed(rows: QuerySet[Filing]) -> QuerySet[Filing]:
    return rows.select_related("host", "mandate").defer("facts", "answers_draft").order_by("pk")


def _filed_about(website: Website) -> list[Filing]:
    """Return the approved filings about the website, by hosts to whom its subject belongs."""
    of_own = Q(host__in=ownership.hosts_of(website.subject_id)) | Q(host=None)
    rows = Filing.objects.filter(of_own, subject=website.subject_id, status=Status.FILED)
    return [filing for filing in _filed(rows) if ownership.is_about(filing, website)]


def _address(filing: Filing) -> str:
    """Return the address of the filing's host; empty when the account is closed."""
    if filing.host is None:
        return filing.mandate.host_email if filing.mandate else ""
    return filing.host.email if filing.host.is_active else ""
