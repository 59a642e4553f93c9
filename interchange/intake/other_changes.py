"""Notify providers' systems of changes of their records that they have not reported themselves.

The interface has two messages for it: the record as it is now (``BASJ``), and what has ended (``ZXSJ``). V3.0 has none
for the end of a single access. They go out in the transaction that changes the register.
"""

import logging
from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from filings.evidence.files import kept
from filings.kinds import KINDS, Kind
from filings.models import Filing
from filings.states import Status
from interchange import outbox
from interchange.mapping import publishing
from interchange.mapping.publishing import PublishedTo
from interchange.messages.faults import MessageFault
from interchange.messages.writing import Unwritable, write_download
from interchange.models import Connection, ReportedRecord
from ministry.models import Access, Subject, Website

logger = logging.getLogger(__name__)

# Table of the register → the kind of filing that cancels its rows
ENDS: Final = {Subject: Kind.CANCEL_SUBJECT, Website: Kind.CANCEL_WEBSITE}


def changed(filing: Filing, subject: Subject) -> None:
    """Publish the record to the systems of its providers, but for that which has reported the approved filing.

    To other providers only what concerns them, as by mail (``filings.mail.other_providers``), if the kind
    notifies them. No query for a first filing.
    """
    if filing.law.is_first or filing.law.cancels:
        return
    accesses = Access.objects.filter(website__subject=subject, live=True)
    if not filing.law.notifies_providers:
        accesses = accesses.filter(provider=filing.provider_id)
    elif filing.about_website_id and not filing.offer_id:
        accesses = accesses.filter(Q(website=filing.about_website_id) | Q(provider=filing.provider_id))
    rows = _systems(subject).filter(provider__in=accesses.values("provider"))
    for connection in rows.exclude(pk__in=ReportedRecord.objects.filter(filing=filing).values("connection")):
        recipient = PublishedTo(connection.provider_id, connection.isp_id, filing.decided_at)
        try:
            if record := publishing.on_record(subject, recipient):
                _write(connection, {"BASJ": {"Baxx": [record]}})
        except (Unwritable, MessageFault, KeyError) as fault:
            # The decision stands. An old record may lack what the interface needs, until a change adds it.
            logger.error("subject %d can't be published to connection %s: %s", subject.pk, connection, fault)


def ended(row: Subject | Website, accesses: Sequence[Access]) -> None:
    """Notify the systems of the providers whose accesses have ended with it, except the one that reported its end."""
    kind = ENDS[type(row)]
    subject = row if isinstance(row, Subject) else row.subject
    reported = ReportedRecord.objects.filter(key=str(row.pk), filing__kind=kind, filing__status=Status.WITH_BUREAU)
    rows = _systems(subject).filter(provider__in={access.provider_id for access in accesses})
    for connection in rows.exclude(pk__in=reported.values("connection")):
        _write(connection, {"ZXSJ": {"Zxxx": [{"Zxlb": KINDS[kind].target, "Jlid": str(row.pk)}]}})


def _systems(subject: Subject) -> QuerySet[Connection]:
    """Return the connections of providers' systems to the bureau of a subject."""
    return Connection.objects.in_force().filter(is_sandbox=False, bureau=subject.province).order_by("pk")


def _write(connection: Connection, tree: dict[str, object]) -> None:
    with kept():
        outbox.write(connection, write_download({"ICP": tree}, lenient=True))
