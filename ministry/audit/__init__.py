"""Maintain and verify the audit log, a chain of keyed digests over all audited rows.

``digest`` of a row is a keyed SHA-256 over its columns in one canonical form, personal data decrypted, so that key
rotation doesn't change it. ``chain`` is a keyed SHA-256 over the chain so far, the number, the table, the row's
primary key and its digest. The key comes from the environment (``AUDIT_KEY``) and is not in the database, so the
database's owner can't compute an entry. Verification finds changed rows, removed rows or entries, and rows inserted
without the triggers. A chain truncated at its end no longer contains the stored heads.
"""

from ministry.audit.chain import START, AuditedTable, AuditFault, Head, chained, last, tables
from ministry.audit.erasing import erase
from ministry.audit.heads import external, keep_head
from ministry.audit.imported import imported_rows
from ministry.audit.proving import changed, check, faults, positions
from ministry.audit.sealing import is_our_turn, reseal_waiting, seal
