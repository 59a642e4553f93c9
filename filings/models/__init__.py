"""The filing's tables."""

from filings.models.evidence import Evidence, EvidenceKind
from filings.models.filing import Entrance, Filing, Kind
from filings.models.handover import Handover
from filings.models.hold import Hold, HoldKind
from filings.models.record import Answer, Event, Look, Remark, Snapshot, Verification

__all__ = [
    "Answer",
    "Entrance",
    "Event",
    "Evidence",
    "EvidenceKind",
    "Filing",
    "Handover",
    "Hold",
    "HoldKind",
    "Kind",
    "Look",
    "Remark",
    "Snapshot",
    "Verification",
]
