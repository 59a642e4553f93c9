"""Store heads, the chain's last entry at a point in time, and compare the chain with them to detect truncation.

Those in ``AuditHead`` and the ends of checks without a fault reveal a mistake or a restored backup; the owner of the
database could delete them. So operators also keep heads elsewhere (``manage.py audit_head``) and compare them
(``manage.py verify_audit --head``).
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

# A truncation after the newest head is not detected here, only by a newer head of the operators.
EVERY = timedelta(hours=1)

_DIFFERENT = """
SELECT h.number, h.at FROM (
    SELECT number, at, chain FROM ministry_audithead
    UNION ALL
    SELECT number, at, chain FROM ministry_auditcheck WHERE fault = '' AND number > 0
) h LEFT JOIN ministry_auditentry e ON e.number = h.number
WHERE e.chain IS DISTINCT FROM h.chain ORDER BY h.number
"""


def keep_head() -> None:
    """Store the chain's last entry, at most once in ``EVERY``. Safe to run concurrently."""
    newest, head = AuditHead.objects.order_by("-number").first(), last()
    if newest and (newest.at > timezone.now() - EVERY or newest.number >= head.number):
        return
    if head.number:
        AuditHead.objects.bulk_create([AuditHead(number=head.number, chain=head.chain)], ignore_conflicts=True)


def kept() -> Iterator[AuditFault]:
    """Yield a fault for every head or end of a check in the database that the chain doesn't contain. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT)
        found = cursor.fetchall()
    for number, at in found:
        yield _another_chain(
            number, _("the one kept on %(at)s") % {"at": date_format(localtime(at), "DATETIME_FORMAT")}
        )


def external(heads: Iterable[Head]) -> Iterator[AuditFault]:
    """Yield a fault for each of these heads, kept elsewhere, that the chain doesn't contain. One query."""
    asked = list(heads)
    chains = dict(AuditEntry.objects.filter(number__in=[head.number for head in asked]).values_list("number", "chain"))
    for head in asked:
        if chains.get(head.number) != head.chain:
            yield _another_chain(head.number, head.chain)


def _another_chain(number: int, was: str) -> AuditFault:
    what = _("differs from the chain that was kept (%(was)s): the log was rewritten or cut off") % {"was": was}
    return AuditFault(number, AuditEntry._meta.db_table, number, what)
