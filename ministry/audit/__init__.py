"""The audit log's chain: rows take their place in it, and it is proved.

``digest`` of a row is a keyed SHA-256 over its columns in one canonical form, personal data opened, so that sealing
them with a new key changes nothing. ``chain`` is a keyed SHA-256 over the chain so far, the number, the table, the
row's key and its digest. The key comes from the environment (``AUDIT_KEY``) and is nowhere in the database, so whoever
owns that can't compute a link. A row that was changed, a row or a link that was taken out, and a row that came in past
the triggers are all found. A chain that was cut off at its end doesn't lead through the heads that were kept.
"""

from ministry.audit.chain import START, AuditedTable, AuditFault, Head, chained, last, tables
from ministry.audit.heads import external, keep_head
from ministry.audit.proving import changed, check, faults, positions
from ministry.audit.sealing import is_our_turn, reseal_waiting, seal

__all__ = [
    "START",
    "AuditFault",
    "AuditedTable",
    "Head",
    "chained",
    "changed",
    "check",
    "external",
    "faults",
    "is_our_turn",
    "keep_head",
    "last",
    "positions",
    "reseal_waiting",
    "seal",
    "tables",
]
