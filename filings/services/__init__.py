"""The actions of hosts, providers and bureaus on a filing.

Each function is one transaction: row lock on the filing, checks (MoveRefused with words for the user), change, event,
mails as rows, jobs queued on commit. Callers pass ids, actor and the version they saw; see ``filings.moves.moving``.
"""

from filings.moves.endings import close, withdraw
from filings.moves.moving import AFTER_END, AFTER_RECEIPT, AFTER_RETURN
from filings.moves.remarks import RemarkDraft
from filings.services.after_decision import FACTS, export_case_file, has_looked, order_password, record_look
from filings.services.attaching import add_evidence, receive_evidence, remove_evidence
from filings.services.claiming import claim, release, release_all
from filings.services.deciding import AFTER_APPROVAL, AFTER_NUMBER, approve
from filings.services.drafting import (
    add_website,
    begun_with,
    copy,
    copy_refusal,
    filling_in,
    remove_website,
    save_facts,
    save_typed,
    start,
    start_on_behalf,
    start_once,
    unlock,
)
from filings.services.remarking import return_to_provider, send_back
from filings.services.reporting import report, report_again
from filings.services.submitting import submit
from filings.services.verifying import add_scan, verify
from filings.verification.reported import ReportedPapers
