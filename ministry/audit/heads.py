"""Heads: how far the chain went at a moment, kept here and outside. A chain that was cut off misses them.

Those of ``AuditHead`` find a mistake or a backup of another day; whoever owns the database could remove them. So
operators keep heads elsewhere (``manage.py audit_head``) and have them compared (``manage.py verify_audit --head``).
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ministry.audit.chain import AuditFault, Head, last
from ministry.models import AuditEntry, AuditHead

# A head an hour: what was cut off since the last one is missed here, not in the operators' own.
EVERY = timedelta(hours=1)

_DIFFERENT = """
SELECT h.number, h.at FROM ministry_audithead h LEFT JOIN ministry_auditentry e ON e.number = h.number
WHERE e.chain IS DISTINCT FROM h.chain ORDER BY h.number
"""


def keep_head() -> None:
    """Write down the chain's last link, at most once in ``EVERY``. Two at once do no harm."""
    newest, head = AuditHead.objects.order_by("-number").first(), last()
    if newest and (newest.at > timezone.now() - EVERY or newest.number >= head.number):
        return
    if head.number:
        AuditHead.objects.bulk_create([AuditHead(number=head.number, chain=head.chain)], ignore_conflicts=True)


def kept() -> Iterator[AuditFault]:
    """Compare the chain with every head that was kept in the database. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT)
        found = cursor.fetchall()
    for number, at in found:
        yield _another_chain(
            number, _("the one kept on %(at)s") % {"at": date_format(localtime(at), "DATETIME_FORMAT")}
        )


def external(heads: Iterable[Head]) -> Iterator[AuditFault]:
    """Compare the chain with heads that were kept outside the database. One query."""
    asked = list(heads)
    chains = dict(AuditEntry.objects.filter(number__in=[head.number for head in asked]).values_list("number", "chain"))
    for head in asked:
        if chains.get(head.number) != head.chain:
            yield _another_chain(head.number, head.chain)


def _another_chain(number: int, was: str) -> AuditFault:
    what = _("the chain is not the one that was kept (%(was)s): it was rewritten, or cut off") % {"was": was}
    return AuditFault(number, AuditEntry._meta.db_table, number, what)
